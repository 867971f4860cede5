export { keepHouse } from './keep-house.ts';
export { type Processed, processBuckets, type TurnOptions } from './process-buckets.ts';
export { drain, type Engine, type EngineOptions, startEngine } from './start.ts';
