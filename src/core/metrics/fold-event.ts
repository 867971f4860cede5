import type { Instant } from '../kernel/index.ts';
import type { EventFact } from '../rules/index.ts';
import type { Metric, MetricState, MetricStates } from './metric.ts';

export type Folded = { readonly states: MetricStates; readonly changed: ReadonlySet<string> };

const NOTHING: ReadonlySet<string> = new Set();

/**
 * The states after one more event, and the ids of the metrics that it changed. `metrics` are those that look at events of its name.
 * With `own` the states are the caller's own and are changed in place.
 */
export function foldEvent(
  metrics: readonly Metric[],
  states: MetricStates,
  event: EventFact,
  now: Instant,
  own = false,
): Folded {
  let next: Record<string, MetricState> | undefined;
  let changed: Set<string> | undefined;
  for (const metric of metrics) {
    const before = states[metric.id];
    const after = metric.fold(before, event, now);
    if (after === before) continue;
    next ??= own ? (states as Record<string, MetricState>) : { ...states };
    next[metric.id] = after;
    changed ??= new Set();
    changed.add(metric.id);
  }
  return next && changed ? { states: next, changed } : { states, changed: NOTHING };
}
