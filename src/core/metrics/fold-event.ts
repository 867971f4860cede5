import type { Instant } from '../kernel/index.ts';
import type { EventFact } from '../rules/index.ts';
import type { Metric, MetricState } from './metric.ts';
import type { MetricStates } from './states.ts';

/** `changed`: ids of metrics. */
export type Folded = { readonly states: MetricStates; readonly changed: readonly string[] };

const NOTHING: readonly string[] = [];

/** The states after one more event, and the ids of the metrics that it changed. `metrics` are those that look at events of its name. */
export function foldEvent(metrics: readonly Metric[], states: MetricStates, event: EventFact, now: Instant): Folded {
  let changes: Map<string, MetricState> | undefined;
  for (const metric of metrics) {
    if (!metric.concerns(event, now)) continue;
    const before = states.get(metric.id);
    const after = metric.fold(before, event, now);
    if (after === before) continue;
    changes ??= new Map();
    changes.set(metric.id, after);
  }
  return changes ? { states: states.with(changes), changed: [...changes.keys()] } : { states, changed: NOTHING };
}
