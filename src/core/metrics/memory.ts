import type { Instant } from '../kernel/index.ts';
import type { EventFact } from '../rules/index.ts';
import type { Reader } from './verdict.ts';

/** What one condition about events remembers of a person by itself. The state is undefined before any event. */
export type Memory = Reader & {
  /** The names of the events that it looks at. */
  readonly events: readonly string[];
  /** Whether an event may make a difference to some state. */
  concerns(event: EventFact, now: Instant): boolean;
  /** The state after more events, in whatever order; the same object when they make no difference. */
  add(state: unknown, events: readonly EventFact[], now: Instant): unknown;
};
