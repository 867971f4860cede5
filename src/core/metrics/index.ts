export { compileStreaming } from './compile-streaming.ts';
export { metricId } from './condition-id.ts';
export { type Folded, foldEvent } from './fold-event.ts';
export type { Conditions, EventList, ExternalCondition, Metric, MetricState, StreamingRule } from './metric.ts';
export { asksHistory, ENTRIES_MAX, isStale } from './outgrown.ts';
export { compileShared } from './plan-conditions.ts';
export { MetricStates } from './states.ts';
export { streamingProblems } from './streaming-problems.ts';
export { turningMoment } from './turning.ts';
