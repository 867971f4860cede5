import type { Instant } from '../kernel/index.ts';
import type { EventRule, SequenceRule } from '../rules/index.ts';
import { eventMemory } from './event-memory.ts';
import type { Condition, Metric, MetricState, Verdict } from './metric.ts';
import { type Answer, ENTRIES_MAX, isOutgrown, isStale, type Outgrown } from './outgrown.ts';
import { sequenceMemory } from './sequence-memory.ts';
import { verdictOf } from './verdict.ts';

/** A condition that remembers for itself. */
export function ownCondition(id: string, rule: EventRule | SequenceRule): Condition {
  const memory = 'sequence' in rule ? sequenceMemory(rule) : eventMemory(rule);
  const judge = (state: MetricState | undefined, now: Instant): Verdict => {
    if (!isOutgrown(state)) return verdictOf(memory, state, now);
    const { answer, until } = state as Outgrown<Answer>;
    return { holds: answer, until: until !== undefined && until > now ? until : undefined };
  };
  const fitted = (state: MetricState | undefined, now: Instant): MetricState | undefined => {
    if (memory.size(state) <= ENTRIES_MAX) return state;
    const { holds, until } = verdictOf(memory, state, now);
    return { outgrown: true, answer: holds, ...(until === undefined ? {} : { until }) };
  };
  const metric: Metric = {
    id,
    events: memory.events,
    concerns: memory.concerns,
    fold(state, event, now) {
      if (isOutgrown(state)) {
        const matters = state.stale !== true && memory.add(undefined, [event], now) !== undefined;
        return matters ? { ...state, stale: true } : state;
      }
      const next = memory.add(state, [event], now);
      return next === state ? state : fitted(next, now);
    },
    foldAll: (events, now) => fitted(memory.add(undefined, events, now), now),
    nextChange: (state, now) => judge(state, now).until,
    isStale,
  };
  return {
    metric,
    judge,
    test: (state, now) => (isOutgrown(state) ? (state as Outgrown<Answer>).answer : memory.test(state, now)),
  };
}
