import type { Instant } from '../kernel/index.ts';
import type { EventFact } from '../rules/index.ts';
import type { Metric, MetricState, MetricStates } from './metric.ts';

export type Folded = { readonly states: MetricStates; readonly changed: ReadonlySet<string> };

const NOTHING: ReadonlySet<string> = new Set();

/** The states after one more event, and the ids of the metrics that it changed. `metrics` are those that look at events of its name. */
export function foldEvent(metrics: readonly Metric[], states: MetricStates, event: EventFact, now: Instant): Folded {
  let next: Record<string, MetricState> | undefined;
  for (const metric of metrics) {
    const before = states[metric.id];
    const after = metric.fold(before, event, now);
    if (after === before) continue;
    next ??= { ...states };
    next[metric.id] = after;
  }
  return next ? { states: next, changed: new Set(changedIds(metrics, states, next)) } : { states, changed: NOTHING };
}

function changedIds(metrics: readonly Metric[], before: MetricStates, after: MetricStates): string[] {
  return metrics.map((metric) => metric.id).filter((id) => before[id] !== after[id]);
}
