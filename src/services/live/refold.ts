import { rowState } from '../../core/computed/index.ts';
import { PROFILES } from '../../core/data/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Metric, type MetricState, MetricStates } from '../../core/metrics/index.ts';
import type { EventFact, Rule } from '../../core/rules/index.ts';
import type { Queryable, Transaction } from '../../platform/sql/index.ts';
import { populationQuery, totalQuery } from '../rules/index.ts';
import { eventOf } from './fill-metrics.ts';
import { type LiveRules, totalsOf } from './live-rules.ts';
import { selectPeople, selectTotals } from './store.ts';
import { type HistoryRow, selectHistory, streamHistoryOf } from './store-backfill.ts';

const BATCH_ROWS = 5_000;

/** A person of a bucket that the caller has locked. */
export type Place = { readonly bucket: number; readonly profileId: number };
/** States by `bucket/profileId`. */
export type StatesByPerson = ReadonlyMap<string, MetricStates>;

type Judging = {
  readonly people: readonly (Place & { readonly metrics: MetricStates })[];
  readonly live: LiveRules;
  readonly now: Instant;
};

type States = Readonly<Record<string, MetricState>>;

const nameOf = ({ bucket, profileId }: Place) => `${bucket}/${profileId}`;

/**
 * The states of all metrics of the people and what the database answers about them, from what is stored now. Nothing is stored. An
 * event that somebody else put into the history (`recorded`) is taken in this way; folding it would count it twice whenever the
 * states were filled from the history in the meantime.
 */
export async function refold(
  tx: Transaction,
  input: { readonly people: readonly Place[]; readonly live: LiveRules; readonly now: Instant },
): Promise<StatesByPerson> {
  const { people, live, now } = input;
  const metrics = [...live.metrics.values()];
  const folded = await foldHistories(tx, people, { metrics, now });
  const answers = await answersOf(tx, input);
  return new Map(
    people.map((person) => {
      const name = nameOf(person);
      return [name, MetricStates.of({ ...folded.get(name), ...answers.get(name) })];
    }),
  );
}

/** Person by person: of many, all that happened to them together would not fit into memory. */
async function foldHistories(
  tx: Transaction,
  people: readonly Place[],
  { metrics, now }: { readonly metrics: readonly Metric[]; readonly now: Instant },
): Promise<Map<string, States>> {
  const folded = new Map<string, States>();
  const names = [...new Set(metrics.flatMap((metric) => metric.events))];
  if (names.length === 0 || people.length === 0) return folded;
  let person: HistoryRow[] = [];
  const close = () => {
    const [first] = person;
    if (first) folded.set(nameOf(first), foldAll(metrics, person.map(eventOf), now));
    person = [];
  };
  for await (const rows of streamHistoryOf(tx, people, names, BATCH_ROWS)) {
    for (const row of rows) {
      const [first] = person;
      if (first && nameOf(first) !== nameOf(row)) close();
      person.push(row);
    }
  }
  close();
  return folded;
}

/**
 * The states of people with what the database answers about them now, and with those made anew that outgrew their room and are stale.
 * Nothing is stored.
 */
export async function judgeExternal(tx: Queryable, input: Judging): Promise<StatesByPerson> {
  const answers = await answersOf(tx, input);
  const renewed = await renewStale(tx, input);
  return new Map(
    input.people.map((person) => {
      const states = renewed.get(nameOf(person)) ?? person.metrics;
      return [nameOf(person), states.with(new Map(Object.entries(answers.get(nameOf(person)) ?? {})))];
    }),
  );
}

/** The states of those people who have some that outgrew their room and are stale, with these made anew. Nothing is stored. */
export async function renewStale(tx: Queryable, { people, live, now }: Judging): Promise<Map<string, MetricStates>> {
  const renewed = new Map<string, MetricStates>();
  for (const person of people) {
    const stale = [...live.metrics.values()].filter((metric) => metric.isStale(person.metrics.get(metric.id), now));
    if (stale.length === 0) continue;
    const histories = await historiesOf(tx, [person], stale, sinceOf(stale, now));
    const events = histories.get(nameOf(person)) ?? [];
    const states = stale.map((metric) => [metric.id, foldOne(metric, events, now)] as const);
    renewed.set(nameOf(person), person.metrics.with(new Map(states)));
  }
  return renewed;
}

/** Before it nothing matters to the metrics; undefined where something may. */
function sinceOf(metrics: readonly Metric[], now: Instant): Instant | undefined {
  let since = now;
  for (const { list } of metrics) {
    if (list === undefined) return undefined;
    since = Math.min(since, now + list.window.fromOffset);
  }
  return since;
}

function foldAll(metrics: readonly Metric[], events: readonly EventFact[], now: Instant): States {
  const states = metrics.map((metric) => [metric.id, foldOne(metric, events, now)] as const);
  return Object.fromEntries(states.filter(([, state]) => state !== undefined));
}

function foldOne(metric: Metric, events: readonly EventFact[], now: Instant): MetricState | undefined {
  return metric.foldAll(
    events.filter((event) => metric.events.includes(event.name)),
    now,
  );
}

async function historiesOf(
  tx: Queryable,
  people: readonly Place[],
  metrics: readonly Metric[],
  since?: Instant,
): Promise<Map<string, EventFact[]>> {
  const histories = new Map<string, EventFact[]>();
  const names = [...new Set(metrics.flatMap((metric) => metric.events))];
  if (names.length === 0 || people.length === 0) return histories;
  for (const row of await selectHistory(tx, people, { names, since })) {
    const known = histories.get(nameOf(row));
    if (known) known.push(eventOf(row));
    else histories.set(nameOf(row), [eventOf(row)]);
  }
  return histories;
}

/** One question per condition, whatever the number of people. */
async function answersOf(
  tx: Queryable,
  { people, live, now }: { readonly people: readonly Place[]; readonly live: LiveRules; readonly now: Instant },
): Promise<Map<string, States>> {
  const answers = new Map<string, Record<string, MetricState>>(people.map((person) => [nameOf(person), {}]));
  if (people.length === 0) return answers;
  for (const { id, rows } of totalsOf(live)) {
    // Who has no such rows any more has no such state.
    for (const one of answers.values()) one[id] = undefined;
    const totals = totalQuery({ total: rows, catalog: live.catalog, among: { people }, now });
    for (const { total, ...person } of await selectTotals(tx, totals)) {
      const one = answers.get(nameOf(person));
      if (one) one[id] = rowState(total);
    }
  }
  for (const [id, { rule, otherwise }] of live.externals) {
    const asked: Rule = otherwise ? { none: [rule] } : rule;
    const population = populationQuery({ rule: asked, catalog: live.catalog, on: PROFILES, among: { people }, now });
    for (const one of answers.values()) one[id] = otherwise;
    for (const person of await selectPeople(tx, population)) {
      const one = answers.get(nameOf(person));
      if (one) one[id] = !otherwise;
    }
  }
  return answers;
}
