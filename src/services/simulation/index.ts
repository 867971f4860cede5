export type { SimulationTarget } from './choose.ts';
export type { SimulationLimits } from './limits.ts';
export type { TableSnapshots } from './load-tables.ts';
export { answersDocument } from './read-answers.ts';
export { readRowFile, readRows } from './read-rows.ts';
export { runSimulation, type Simulated, type SimulationRequest } from './run.ts';
