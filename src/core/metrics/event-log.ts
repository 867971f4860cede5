// Owns: the one list of a person's events that all conditions read which count or add up the same events in windows that move with time.
// Does not own: what an aggregate means (core/rules), conditions of other kinds (event-memory).
// Invariants: 1. events may come in any order; 2. whatever one of the conditions may yet look at is held; 3. the id of the metric says
// all that is held, and not who reads it; 4. events that one of the conditions does not read make no difference to its answer.
import type { DurationMs, Instant } from '../kernel/index.ts';
import {
  AGGREGATE_KINDS,
  type AggregateKind,
  type Aggregates,
  aggregatesOf,
  canCount,
  comparisonOf,
  compileAggregates,
  compileEvent,
  compileWindow,
  type EventFact,
  type EventRule,
  entersAt,
  leavesAt,
  valueAt,
} from '../rules/index.ts';
import { metricId } from './condition-id.ts';
import { areSame, atOf, boundOf, type Entry, firstSince, itemsOf, merged, numberOf } from './keep.ts';
import type { Condition, EventList, Metric, MetricState } from './metric.ts';
import { type Answer, ENTRIES_MAX, isOutgrown, isOver, type Outgrown } from './outgrown.ts';
import { compileReach, judgeReach } from './reach.ts';
import { type Reader, verdictOf } from './verdict.ts';

type Part = {
  readonly kind: AggregateKind;
  readonly aggregates: Aggregates;
  /** The path of the number that it reads; a count reads none. */
  readonly value: string | undefined;
};

/** One condition as it reads a log. */
export type LogReading = {
  /** The same for conditions that can read one list. */
  readonly log: string;
  readonly id: string;
  readonly rule: EventRule;
  readonly window: EventList['window'];
  readonly parts: readonly Part[];
};

/** The answers of whoever reads the log, by the id of the condition. */
type Answers = { readonly answers: Readonly<Record<string, Answer>> };

const NO_ENTRIES: readonly Entry[] = [];

/** How a condition reads a log; undefined when it has to remember something else. */
export function logReading(id: string, rule: EventRule): LogReading | undefined {
  const window = compileWindow(rule);
  const { fromAt, fromOffset, toAt, toOffset } = window;
  if (fromOffset === undefined) return undefined;
  const aggregates = aggregatesOf(rule);
  const parts = AGGREGATE_KINDS.flatMap((kind) => (aggregates[kind] === undefined ? [] : partOf(kind, aggregates)));
  if (!parts.every(({ kind, value }) => (kind === 'count' ? value === undefined : isAdded(kind)))) return undefined;
  const log = metricId({ event: [rule.event].flat().toSorted(), where: rule.where ?? {}, fromAt, toAt, toOffset });
  return { log, id, rule, window: { ...window, fromOffset }, parts };
}

function partOf(kind: AggregateKind, aggregates: Aggregates): Part {
  const { of: value } = aggregates[kind] as { readonly of?: string };
  return { kind, aggregates: { [kind]: aggregates[kind] }, value };
}

function isAdded(kind: AggregateKind): boolean {
  return kind === 'sum' || kind === 'average';
}

/** The conditions that read one log, by id. */
export function eventLog(readings: readonly LogReading[]): ReadonlyMap<string, Condition> {
  const list = listOf(readings);
  const readers = readings.map((reading) => [reading.id, readerOf(reading, list)] as const);
  const metric = logMetric(list, readers);
  return new Map(readers.map(([id, reader]) => [id, conditionOf(metric, id, reader)] as const));
}

function listOf(readings: readonly LogReading[]): EventList {
  const [first] = readings;
  if (!first) throw new Error('A log that nobody reads.');
  const parts = readings.flatMap(({ parts, window }) => parts.map((part) => ({ ...part, since: window.fromOffset })));
  const since = (of: readonly { readonly since: DurationMs }[]) => Math.min(...of.map((part) => part.since));
  const adding = parts.filter(({ kind }) => isAdded(kind));
  const whole = adding.length === 0 ? undefined : since(adding);
  const counting = parts.filter((part) => part.kind === 'count' && (whole === undefined || part.since < whole));
  return {
    event: first.rule.event,
    ...(first.rule.where === undefined ? {} : { where: first.rule.where }),
    window: { ...first.window, fromOffset: since(parts) },
    newest: Math.max(0, ...counting.map(({ aggregates }) => boundOf(comparisonOf(aggregates.count ?? {})))),
    whole,
    values: [...new Set(adding.flatMap(({ value }) => value ?? []))].sort(),
    bare: parts.some(({ kind }) => kind === 'count'),
    offsets: [...new Set(parts.map((part) => part.since))].sort((a, b) => a - b),
  };
}

function conditionOf(metric: Metric, id: string, reader: Reader): Condition {
  const answerIn = (state: Outgrown<unknown>): Answer | undefined => (state as Outgrown<Answers>).answers[id];
  return {
    metric,
    test: (state, now) => (isOutgrown(state) ? answerIn(state)?.answer === true : reader.test(state, now)),
    judge(state, now) {
      if (!isOutgrown(state)) return verdictOf(reader, state, now);
      const { answer, until } = answerIn(state) ?? { answer: false };
      return { holds: answer, until: until !== undefined && until > now ? until : undefined };
    },
  };
}

function logMetric(list: EventList, readers: readonly (readonly [id: string, reader: Reader])[]): Metric {
  const { event, where, window, newest, whole, values, bare } = list;
  const accepts = compileEvent(event, where);
  const read = entryReader(values, bare);
  const concerns = (fact: EventFact, now: Instant) => canCount(window, fact.at) && accepts(fact, now);
  const fitted = (entries: readonly Entry[], now: Instant): MetricState => {
    if (entries.length <= ENTRIES_MAX) return entries;
    const answers = readers.map(([id, reader]) => {
      const { holds, until } = verdictOf(reader, entries, now);
      return [id, { answer: holds, ...(until === undefined ? {} : { until }) }] as const;
    });
    return { outgrown: true, answers: Object.fromEntries(answers) };
  };
  return {
    id: metricId({
      list: { event: [event].flat().toSorted(), where: where ?? {}, window, newest, whole, values, bare },
    }),
    events: [event].flat(),
    list,
    concerns,
    fold(state, fact, now) {
      const entry = leavesAt(window, fact.at) > now ? read(fact) : undefined;
      if (entry === undefined) return state;
      if (isOutgrown(state)) return state.stale ? state : { ...state, stale: true };
      const before = (state ?? NO_ENTRIES) as readonly Entry[];
      const after = held(list, merged(before, [entry]), now);
      return areSame(before, after) ? state : fitted(after, now);
    },
    foldAll(facts, now) {
      const entries = facts.flatMap((fact): Entry[] => {
        const entry = concerns(fact, now) ? read(fact) : undefined;
        return entry === undefined ? [] : [entry];
      });
      const after = held(list, merged(NO_ENTRIES, entries), now);
      return after.length === 0 ? undefined : fitted(after, now);
    },
    nextChange(state, now) {
      let first: Instant | undefined;
      for (const [id, reader] of readers) {
        const until = isOutgrown(state)
          ? (state as Outgrown<Answers>).answers[id]?.until
          : verdictOf(reader, state, now).until;
        if (until !== undefined && until > now && (first === undefined || until < first)) first = until;
      }
      return first;
    },
    isStale(state, now) {
      if (!isOutgrown(state)) return false;
      const { stale, answers } = state as Outgrown<Answers>;
      return stale === true || readers.some(([id]) => answers[id] === undefined || isOver(answers[id], now));
    },
  };
}

/** An event as an entry; undefined when nobody reads anything of it. */
function entryReader(values: readonly string[], bare: boolean): (fact: EventFact) => Entry | undefined {
  if (values.length === 0) return (fact) => fact.at;
  const paths = values.map((value) => value.split('.'));
  return (fact) => {
    const [first = null, ...others] = paths.map((path) => numberOf(valueAt(fact.properties, path)) ?? null);
    if (first !== null || others.some((number) => number !== null)) return [fact.at, first, ...others];
    return bare ? fact.at : undefined;
  };
}

/** What is held of entries in order of time. */
function held({ window, newest, whole }: EventList, entries: readonly Entry[], now: Instant): readonly Entry[] {
  let come = entries.length;
  while (come > 0 && entersAt(window, at(entries, come - 1)) > now) come--;
  let from = Math.max(0, come - newest);
  if (whole !== undefined) from = Math.min(from, firstSince(entries, come, now + whole));
  while (from < come && leavesAt(window, at(entries, from)) <= now) from++;
  return from === 0 ? entries : entries.slice(from);
}

function at(entries: readonly Entry[], index: number): Instant {
  return atOf(entries[index] as Entry);
}

function readerOf({ window, parts }: LogReading, list: EventList): Reader {
  const compiled = parts.map(({ aggregates, value }) => ({
    read: projection(list, value),
    test: compileAggregates(aggregates),
  }));
  const [part, ...others] = parts;
  const [only] = compiled;
  const reach = part && others.length === 0 ? compileReach(part.kind, part.aggregates) : undefined;
  return {
    size: (state) => entriesIn(state).length,
    test: (state, now) =>
      compiled.every(({ read, test }) => test(itemsOf(read(entriesIn(state)), window, now, false), now)),
    ...(reach && only ? { judge: (state, now) => judgeReach(reach, window, only.read(entriesIn(state)), now) } : {}),
    nextTurn(state, now) {
      let first = Number.POSITIVE_INFINITY;
      const entries = entriesIn(state);
      for (let index = 0; index < entries.length; index++) {
        for (const turn of [entersAt(window, at(entries, index)), leavesAt(window, at(entries, index))]) {
          if (turn > now && turn < first) first = turn;
        }
      }
      return first === Number.POSITIVE_INFINITY ? undefined : first;
    },
  };
}

function entriesIn(state: MetricState | undefined): readonly Entry[] {
  return (state ?? NO_ENTRIES) as readonly Entry[];
}

/** Of the entries of a log those that have a number at a path, with that number. */
function projection(list: EventList, value: string | undefined): (entries: readonly Entry[]) => readonly Entry[] {
  // A count looks at no number.
  if (value === undefined) return (entries) => entries as readonly Entry[];
  const column = 1 + list.values.indexOf(value);
  const isWhole = list.values.length === 1 && !list.bare;
  return (entries) => {
    if (isWhole || (list.values.length === 1 && entries.every((entry) => typeof entry !== 'number'))) {
      return entries as readonly Entry[];
    }
    return entries.flatMap((entry): Entry[] => {
      const number = typeof entry === 'number' ? null : (entry[column] ?? null);
      return number === null ? [] : [[atOf(entry as Entry), number]];
    });
  };
}
