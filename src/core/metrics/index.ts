export { compileStreaming, type StreamingOptions, streamingProblems } from './compile-streaming.ts';
export { type Folded, foldEvent } from './fold-event.ts';
export type { Metric, MetricState, MetricStates, StreamingRule } from './metric.ts';
