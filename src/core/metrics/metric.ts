import type { DurationMs, Instant } from '../kernel/index.ts';
import type { EventFact, EventRule, Facts, HasRule, MessageRule, SequenceRule, TimeWindow } from '../rules/index.ts';
import type { MetricStates } from './states.ts';

/** The least state that answers one event condition exactly; plain JSON, its shape known to its metric only. */
export type MetricState = unknown;

/** What is remembered of a person's events, kept up to date event by event. Rules and computed traits are answered from it. */
export type Metric = {
  /** Short and stable: derived from what is kept alone. */
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
  /** An instant after `now` up to which, no event happening, whatever is answered from it stays what it is; undefined: for ever. */
  nextChange(state: MetricState | undefined, now: Instant): Instant | undefined;
  /** Whether a state can no longer answer: the history has to be asked again. */
  isStale(state: MetricState | undefined, now: Instant): boolean;
  /** Set when the state is a list of events that a database can make by itself. */
  readonly list?: EventList;
};

/**
 * What a list of events holds, in order of time. An entry is the instant of the event; where numbers are read, it is the instant with
 * a number for each path, null where there is none, and the instant alone where there are none at all.
 */
export type EventList = Pick<EventRule, 'event' | 'where'> & {
  /** The widest window in which it is read; nothing outside is held. What is still to come is. */
  readonly window: TimeWindow & { readonly fromOffset: DurationMs };
  /** Of the events that happened so many of the newest are held, */
  readonly newest: number;
  /** and all that are not older than this. */
  readonly whole: DurationMs | undefined;
  /** Paths of properties whose numbers are read. */
  readonly values: readonly string[];
  /** Whether events without any of these numbers are held. */
  readonly bare: boolean;
  /** The beginnings of all the windows in which it is read. */
  readonly offsets: readonly DurationMs[];
};

/** One event or sequence condition of a rule, and the metric from which it is answered; several conditions may share one. */
export type Condition = {
  readonly metric: Metric;
  /** Whether it holds. */
  test(state: MetricState | undefined, now: Instant): boolean;
  /** `test`, and up to when. */
  judge(state: MetricState | undefined, now: Instant): Verdict;
};

/** How the conditions of rules are answered. */
export type Conditions = (rule: EventRule | SequenceRule) => Condition;

/** Whether something holds, and an instant up to which, nothing else happening, it stays so; undefined: for ever. */
export type Verdict = { readonly holds: boolean; readonly until: Instant | undefined };

type AudienceRule = { readonly audience: string };

/** A condition about rows, messages or a static audience; `otherwise` is the answer of who was never looked at. */
export type ExternalCondition = { readonly rule: HasRule | MessageRule | AudienceRule; readonly otherwise: boolean };

/** A rule that can be kept true or false by events, changes of the profile and the passing of time. */
export type StreamingRule = {
  /** Its conditions about events. */
  readonly conditions: readonly (EventRule | SequenceRule)[];
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
