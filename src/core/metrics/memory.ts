import type { Instant } from '../kernel/index.ts';
import type { EventFact, TimeWindow } from '../rules/index.ts';
import type { Verdict } from './metric.ts';

/** What one condition about events remembers of a person, and how it is answered from that. The state is undefined before any event. */
export type Memory = {
  /** The names of the events that it looks at. */
  readonly events: readonly string[];
  /** Whether an event may make a difference to some state. */
  concerns(event: EventFact, now: Instant): boolean;
  /** The state after more events, in whatever order; the same object when they make no difference. */
  add(state: unknown, events: readonly EventFact[], now: Instant): unknown;
  /** How much is remembered, in entries. */
  size(state: unknown): number;
  test(state: unknown, now: Instant): boolean;
  /** The answer, and exactly up to when time alone leaves it; undefined when that has to be found turn by turn. */
  judge?(state: unknown, now: Instant): Verdict | undefined;
  /** The first instant after `now` at which time alone may change the answer: something comes into the window or leaves it. */
  nextTurn(state: unknown, now: Instant): Instant | undefined;
  /** Set when the state is a list of the newest times in the window, so many at most. */
  readonly newest?: { readonly count: number; readonly window: TimeWindow };
};
