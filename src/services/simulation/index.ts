export type { SimulationTarget } from './choose.ts';
export type { TableSnapshots } from './load-tables.ts';
export { readRowFile } from './read-rows.ts';
export { runSimulation, type Simulated, type SimulationLimits, type SimulationRequest } from './run.ts';
