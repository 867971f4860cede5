export type { Metric, MetricState, MetricStates, StreamingRule } from './metric.ts';
