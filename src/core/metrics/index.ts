export { compileStreaming } from './compile-streaming.ts';
export { metricId } from './condition-id.ts';
export { isStale } from './condition-metric.ts';
export { type Folded, foldEvent } from './fold-event.ts';
export type { ExternalCondition, Metric, MetricState, StreamingRule } from './metric.ts';
export { MetricStates } from './states.ts';
export { streamingProblems } from './streaming-problems.ts';
export { turningMoment } from './turning.ts';
