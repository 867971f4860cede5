import type { Instant } from '../kernel/index.ts';
import type { MetricState, StreamingRule } from './metric.ts';
import type { MetricStates } from './states.ts';

/** Who does more than this that matters at once is answered from the history instead of from a state. */
export const ENTRIES_MAX = 1_000;

/** A state that outgrew its room: `stale` once more has happened since it was made. */
export type Outgrown<Answer> = Answer & { readonly outgrown: true; readonly stale?: true };
/** What the history said, and up to when time alone leaves it. */
export type Answer = { readonly answer: boolean; readonly until?: Instant };

export function isOutgrown(state: MetricState | undefined): state is Outgrown<unknown> {
  return typeof state === 'object' && state !== null && !Array.isArray(state) && 'outgrown' in state;
}

/** Whether time has left an answer behind. */
export function isOver({ until }: { readonly until?: Instant }, now: Instant): boolean {
  return until !== undefined && until <= now;
}

/** Whether a state that holds one answer can no longer tell it: the history has to be asked again. */
export function isStale(state: MetricState | undefined, now: Instant): boolean {
  return isOutgrown(state) && (state.stale === true || isOver(state as Outgrown<Answer>, now));
}

/** Whether the answer of a rule may be one of before: some of what it reads has to be asked of the history again. */
export function asksHistory({ metrics }: Pick<StreamingRule, 'metrics'>, states: MetricStates, now: Instant): boolean {
  for (const metric of metrics) if (metric.isStale(states.get(metric.id), now)) return true;
  return false;
}
