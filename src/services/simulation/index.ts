export type { SimulationTarget } from './choose.ts';
export { PEOPLE_MAX, runSimulation, type Simulated, type SimulationRequest } from './run.ts';
