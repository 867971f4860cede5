export { type Metric, peakRssMb, report, say, timed } from './metric.ts';
export { type Scratch, withScratch } from './scratch.ts';
export { TYPESCRIPT } from './typescript.ts';
