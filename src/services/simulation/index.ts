export type { SimulationTarget } from './choose.ts';
export { runSimulation, type Simulated, type SimulationLimits, type SimulationRequest } from './run.ts';
