import type { Instant } from '../kernel/index.ts';
import type { MetricState, Verdict } from './metric.ts';

/** How one condition is answered from a state. */
export type Reader = {
  /** How much is remembered, in entries. */
  size(state: MetricState | undefined): number;
  test(state: MetricState | undefined, now: Instant): boolean;
  /** The answer, and exactly up to when time alone leaves it; undefined when that has to be found turn by turn. */
  judge?(state: MetricState | undefined, now: Instant): Verdict | undefined;
  /** The first instant after `now` at which time alone may change the answer: something comes into the window or leaves it. */
  nextTurn(state: MetricState | undefined, now: Instant): Instant | undefined;
};

/** How many instants at which nothing changes are looked past; the last of them is then an early answer, never a late one. */
const TURNS_MAX = 16;
/** The more is remembered the fewer: each look reads all of it. */
const ENTRIES_READ_MAX = 400;

/** The answer, and an instant up to which time alone leaves it. */
export function verdictOf(reader: Reader, state: MetricState | undefined, now: Instant): Verdict {
  return reader.judge?.(state, now) ?? { holds: reader.test(state, now), until: nextFlip(reader, state, now) };
}

function nextFlip(reader: Reader, state: MetricState | undefined, now: Instant): Instant | undefined {
  if (state === undefined) return undefined;
  let at = now;
  let answer: boolean | undefined;
  const turnsMax = Math.max(1, Math.min(TURNS_MAX, ENTRIES_READ_MAX / (1 + reader.size(state))));
  for (let turn = 0; turn < turnsMax; turn++) {
    const next = reader.nextTurn(state, at);
    if (next === undefined) return undefined;
    answer ??= reader.test(state, now);
    if (reader.test(state, next) !== answer) return next;
    at = next;
  }
  return at;
}
