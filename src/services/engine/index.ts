export { processBuckets, type TurnOptions, type TurnResult } from './process-buckets.ts';
export { drain, type Engine, type EngineOptions, startEngine } from './start.ts';
