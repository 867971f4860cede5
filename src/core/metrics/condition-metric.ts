import type { Instant } from '../kernel/index.ts';
import type { EventRule, SequenceRule } from '../rules/index.ts';
import { eventMemory } from './event-memory.ts';
import type { Memory } from './memory.ts';
import type { Metric, MetricState, Verdict } from './metric.ts';
import { sequenceMemory } from './sequence-memory.ts';

/** Who does more than this that matters at once is answered from the history instead of from a state. */
const ENTRIES_MAX = 1_000;
/** How many instants at which nothing changes are looked past; the last of them is then an early answer, never a late one. */
const TURNS_MAX = 16;
/** The more is remembered the fewer: each look reads all of it. */
const ENTRIES_READ_MAX = 400;

/** A state that outgrew its room: the answer that the history gave, up to when time alone leaves it, and whether more has happened since. */
type Outgrown = {
  readonly outgrown: true;
  readonly answer: boolean;
  readonly until?: Instant;
  readonly stale?: true;
};

export function conditionMetric(id: string, rule: EventRule | SequenceRule): Metric {
  const memory = 'sequence' in rule ? sequenceMemory(rule) : eventMemory(rule);
  const fitted = (state: MetricState | undefined, now: Instant) =>
    memory.size(state) > ENTRIES_MAX ? outgrown(memory, state, now) : state;
  return {
    id,
    condition: rule,
    events: memory.events,
    ...(memory.newest && memory.newest.count <= ENTRIES_MAX ? { newest: memory.newest } : {}),
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
    test: (state, now) => (isOutgrown(state) ? state.answer : memory.test(state, now)),
    judge: (state, now) => judge(memory, state, now),
    nextChange: (state, now) => judge(memory, state, now).until,
  };
}

/** Whether a state can no longer tell the answer: the history has to be asked again. */
export function isStale(state: MetricState | undefined, now: Instant): boolean {
  return isOutgrown(state) && (state.stale === true || (state.until !== undefined && state.until <= now));
}

function isOutgrown(state: MetricState | undefined): state is Outgrown {
  return typeof state === 'object' && state !== null && !Array.isArray(state) && 'outgrown' in state;
}

function outgrown(memory: Memory, state: MetricState | undefined, now: Instant): Outgrown {
  const { holds, until } = judge(memory, state, now);
  return { outgrown: true, answer: holds, ...(until === undefined ? {} : { until }) };
}

function judge(memory: Memory, state: MetricState | undefined, now: Instant): Verdict {
  if (isOutgrown(state)) {
    return { holds: state.answer, until: state.until !== undefined && state.until > now ? state.until : undefined };
  }
  return memory.judge?.(state, now) ?? { holds: memory.test(state, now), until: nextFlip(memory, state, now) };
}

function nextFlip(memory: Memory, state: MetricState | undefined, now: Instant): Instant | undefined {
  if (state === undefined) return undefined;
  let at = now;
  let answer: boolean | undefined;
  const turnsMax = Math.max(1, Math.min(TURNS_MAX, ENTRIES_READ_MAX / (1 + memory.size(state))));
  for (let turn = 0; turn < turnsMax; turn++) {
    const next = memory.nextTurn(state, at);
    if (next === undefined) return undefined;
    answer ??= memory.test(state, now);
    if (memory.test(state, next) !== answer) return next;
    at = next;
  }
  return at;
}
