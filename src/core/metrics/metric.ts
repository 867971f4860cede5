import type { Instant } from '../kernel/index.ts';
import type { EventFact, EventRule, Facts, HasRule, MessageRule, SequenceRule, TimeWindow } from '../rules/index.ts';
import type { MetricStates } from './states.ts';

/** The least state that answers one event condition exactly; plain JSON, its shape known to its metric only. */
export type MetricState = unknown;

/** One event or sequence condition of a rule, kept up to date per person. Equal conditions are the same metric. */
export type Metric = {
  /** Short and stable: derived from the condition alone. */
  readonly id: string;
  /** The names of the events that it looks at. */
  readonly events: readonly string[];
  /**
   * The state after one more event. The order in which events come does not matter: folding the same events in any order gives
   * states that answer alike. Undefined is the state before any event.
   */
  fold(state: MetricState | undefined, event: EventFact, now: Instant): MetricState;
  /** Whether an event may change the state at all, whatever it is. */
  concerns(event: EventFact, now: Instant): boolean;
  /** The state after a whole history, of any length and in any order but that of equal instants. */
  foldAll(events: readonly EventFact[], now: Instant): MetricState | undefined;
  /** `test` and `nextChange` in one. */
  judge(state: MetricState | undefined, now: Instant): Verdict;
  /** Whether its condition holds. */
  test(state: MetricState | undefined, now: Instant): boolean;
  /** An instant after `now` up to which, no event happening, the answer stays what it is; undefined: for ever. */
  nextChange(state: MetricState | undefined, now: Instant): Instant | undefined;
  /** The event or sequence condition that it answers. */
  readonly condition: EventRule | SequenceRule;
  /**
   * Set when the state is the list of the times of the newest events in the window, so many at most, and all that are still to come, and
   * when nothing but their coming and going changes the answer.
   */
  readonly newest?: { readonly count: number; readonly window: TimeWindow };
};

/** Whether something holds, and an instant up to which, nothing else happening, it stays so; undefined: for ever. */
export type Verdict = { readonly holds: boolean; readonly until: Instant | undefined };

type AudienceRule = { readonly audience: string };

/** A condition about rows, messages or a static audience; `otherwise` is the answer of who was never looked at. */
export type ExternalCondition = { readonly rule: HasRule | MessageRule | AudienceRule; readonly otherwise: boolean };

/** A rule that can be kept true or false by events, changes of the profile and the passing of time. */
export type StreamingRule = {
  readonly metrics: readonly Metric[];
  /** What besides its metrics may change its answer. */
  readonly needs: {
    /** Traits and profile columns, by the first name of their path. */
    readonly traits: ReadonlySet<string>;
    readonly consents: boolean;
    /** Static audiences, whose members are those that campaigns saved. */
    readonly audiences: ReadonlySet<string>;
    /** Conditions that the database answers, by id: their answers (true or false) are kept in the metrics too. */
    readonly external: ReadonlyMap<string, ExternalCondition>;
    /** Tables that those about rows walk over. */
    readonly tables: ReadonlySet<string>;
    /** Whether some of them are about messages. */
    readonly messages: boolean;
  };
  /** `test` and `nextChange` in one. */
  judge(facts: Facts, metrics: MetricStates, now: Instant): Verdict;
  /** Equals compileClosure over the same history; `facts.events` is not read. */
  test(facts: Facts, metrics: MetricStates, now: Instant): boolean;
  /** An instant after `now` up to which, nothing else happening, the answer stays what it is; undefined: for ever. */
  nextChange(facts: Facts, metrics: MetricStates, now: Instant): Instant | undefined;
  /**
   * Present when some trait is held against the clock: an instant after `now` up to which, nothing else happening, no condition about
   * traits changes its answer. It looks at the profile and its traits alone.
   */
  readonly nextTraitChange?: (facts: Facts, now: Instant) => Instant | undefined;
};
