// Owns: a computed trait as a metric: what is remembered of a person's events, and the value that it comes to.
// Does not own: when it is asked for (the engine), and what events a condition accepts (core/rules).
// Invariants: 1. events may come in any order; 2. what lies in the future counts when its time has come; 3. `nextChange` is never later
// than the instant at which time alone changes the value; 4. who outgrows the room is answered from the history.
import type { Instant, Json } from '../kernel/index.ts';
import { ENTRIES_MAX, isStale, type Metric, type MetricState, metricId } from '../metrics/index.ts';
import {
  canCount,
  compileEvent,
  compileWindow,
  type EventFact,
  type EventRule,
  entersAt,
  leavesAt,
  type TimeWindow,
  valueAt,
} from '../rules/index.ts';
import {
  aggregateOf,
  type ComputedKind,
  type ComputedTraitDefinition,
  type EventTrait,
  type RowKind,
  type RowTrait,
  rowsCondition,
} from './definition.ts';
import { type Entry, readable, resultOf, type Total, weightOf, withEntry } from './total.ts';

export type ComputedTrait = {
  /** Of the trait. */
  readonly name: string;
  /** Of what is remembered for it among a person's metrics; equal definitions share it. */
  readonly id: string;
  /** Undefined: the person has no such trait. */
  value(state: MetricState | undefined, now: Instant): Json | undefined;
  /** An instant after `now` up to which, nothing happening, the value stays what it is; undefined: for ever. */
  nextChange(state: MetricState | undefined, now: Instant): Instant | undefined;
  /** Of one that is made of events: what folds them, */
  readonly metric?: Metric;
  /** and the same in words that a database can be asked in. */
  readonly events?: EventTotal;
  /** Of one that is made of rows: what the database is asked for. */
  readonly rows?: RowTotal;
};
export type ComputedOfEvents = ComputedTrait & { readonly metric: Metric; readonly events: EventTotal };
export type ComputedOfRows = ComputedTrait & { readonly rows: RowTotal };

/** What people's rows come to; the database answers it, and its answer is the state. */
export type RowTotal = Pick<RowTrait, 'has' | 'where' | 'by'> & {
  readonly kind: RowKind;
  /** The column; absent for a count. */
  readonly of: string | undefined;
};

/** What people's events come to. */
export type EventTotal = Pick<EventTrait, 'event' | 'where'> & {
  readonly kind: ComputedKind;
  /** The property; absent for a count and where the time of the event is meant. */
  readonly of: string | undefined;
  readonly window: TimeWindow;
};

/** In a window its entries, which leave it one by one; without one the total, and the entries whose time has not come. */
type State = { readonly total?: Total; readonly entries?: readonly Entry[] };
type Outgrown = {
  readonly outgrown: true;
  readonly value: Json;
  readonly until?: Instant;
  readonly stale?: true;
};

export function compileComputed(definition: ComputedTraitDefinition): ComputedTrait {
  return 'has' in definition ? compileRows(definition) : compileEvents(definition);
}

function compileRows(definition: RowTrait): ComputedOfRows {
  const { key, has, where, by } = definition;
  const { kind, of } = aggregateOf(definition);
  return {
    name: key,
    id: metricId({ rows: { has, where, by, [kind]: of ?? true } }),
    rows: { ...rowsCondition(definition), kind, of, ...(by === undefined ? {} : { by }) },
    value: (state) => (Array.isArray(state) ? (state[0] as Json) : undefined),
    nextChange: () => undefined,
  };
}

/** What a total of rows is remembered as. */
export function rowState(total: Json): MetricState {
  return [total];
}

export function compileEvents(definition: EventTrait): ComputedOfEvents {
  const { event, where, within } = definition;
  const { kind, of } = aggregateOf(definition);
  const rule = {
    event,
    ...(where === undefined ? {} : { where }),
    ...(within === undefined ? {} : { within }),
    count: { gte: 1 },
  } as EventRule;
  const window = compileWindow(rule);
  const accepts = compileEvent(event, where);
  const path = of?.split('.');
  const read = (fact: EventFact): Entry[] => {
    const value = readable(kind, path === undefined ? fact.at : valueAt(fact.properties, path));
    return value === undefined ? [] : [[fact.at, value]];
  };
  const isWindowed = window.fromOffset !== undefined;
  const totalAt = ({ total, entries = [] }: State, now: Instant): Total | undefined =>
    entries.reduce<Total | undefined>(
      (sum, entry) => (isIn(window, entry, now) ? withEntry(kind, sum, entry) : sum),
      total,
    );
  const valueAtNow = (state: State, now: Instant) => resultOf(kind, totalAt(state, now), path === undefined);
  const add = (state: State, more: readonly Entry[], now: Instant): State => {
    const all = [...(state.entries ?? []), ...more].sort((a, b) => a[0] - b[0]);
    const kept = all.filter(([at]) => leavesAt(window, at) > now);
    if (isWindowed) return { entries: kept };
    const pending = kept.filter(([at]) => entersAt(window, at) > now);
    const total = totalAt({ ...state, entries: kept }, now);
    return { ...(total === undefined ? {} : { total }), ...(pending.length === 0 ? {} : { entries: pending }) };
  };
  const fitted = (state: State, now: Instant): State | Outgrown => {
    if ((state.entries?.length ?? 0) + weightOf(state.total) <= ENTRIES_MAX) return state;
    const until = nextOf(window, state, now);
    const value = valueAtNow(state, now) ?? null;
    return { outgrown: true, value, ...(until === undefined ? {} : { until }) };
  };
  const concerns = (fact: EventFact, now: Instant) =>
    canCount(window, fact.at) && leavesAt(window, fact.at) > now && accepts(fact, now) && read(fact).length > 0;
  const nextChange = (state: MetricState | undefined, now: Instant) => {
    if (state === undefined) return undefined;
    if (!isOutgrown(state)) return nextOf(window, state as State, now);
    return state.until !== undefined && state.until > now ? state.until : undefined;
  };
  const metric: Metric = {
    id: metricId({ computed: { event, where, within, [kind]: of ?? true } }),
    events: [event].flat(),
    concerns,
    fold(state, fact, now) {
      if (!concerns(fact, now)) return state;
      if (isOutgrown(state)) return state.stale ? state : { ...state, stale: true };
      return fitted(add((state ?? {}) as State, read(fact), now), now);
    },
    foldAll(facts, now) {
      const entries = facts.filter((fact) => concerns(fact, now)).flatMap(read);
      return entries.length === 0 ? undefined : fitted(add({}, entries, now), now);
    },
    nextChange,
    isStale,
  };
  const value = (state: MetricState | undefined, now: Instant): Json | undefined => {
    if (state === undefined) return undefined;
    if (isOutgrown(state)) return state.value ?? undefined;
    return valueAtNow(state as State, now);
  };
  const events: EventTotal = { event, ...(where === undefined ? {} : { where }), kind, of, window };
  return { name: definition.key, id: metric.id, metric, events, value, nextChange };
}

function isOutgrown(state: MetricState | undefined): state is Outgrown {
  return typeof state === 'object' && state !== null && 'outgrown' in state;
}

function isIn(window: TimeWindow, [at]: Entry, now: Instant): boolean {
  return entersAt(window, at) <= now && leavesAt(window, at) > now;
}

/** The first instant after `now` at which an entry comes into the window or leaves it. */
function nextOf(window: TimeWindow, { entries = [] }: State, now: Instant): Instant | undefined {
  let first = Number.POSITIVE_INFINITY;
  for (const [at] of entries) {
    for (const turn of [entersAt(window, at), leavesAt(window, at)]) if (turn > now && turn < first) first = turn;
  }
  return first === Number.POSITIVE_INFINITY ? undefined : first;
}
