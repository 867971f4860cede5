// Owns: the states of metrics that are new, for everybody in some buckets: by the database where it can, else person by person.
// Does not own: what a state looks like (its metric), when that is wanted (bring-up).
import type { ComputedOfEvents } from '../../core/computed/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Metric, MetricStates } from '../../core/metrics/index.ts';
import type { EventFact } from '../../core/rules/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import type { LiveRules } from './live-rules.ts';
import {
  type FoldedState,
  fillLists,
  type HistoryRow,
  type ListMetric,
  layStates,
  prepareForFilling,
  prepareForSome,
  streamHistory,
  streamHistoryOf,
} from './store-backfill.ts';
import type { Place } from './store-computed.ts';
import { fillTotals } from './store-fill-totals.ts';

const BATCH_ROWS = 5_000;
/** So many are asked for by name at once. */
const PEOPLE_MAX = 5_000;

type Filling = { readonly buckets: readonly number[]; readonly live: LiveRules; readonly now: Instant };

/** Computed traits that were laid together with their states, by the ids of these, and the people who were left out of that. */
export type LaidTotals = { readonly ids: ReadonlySet<string>; readonly without: readonly Place[] };

/** Fills the metrics; `traits` are those computed traits that are to be laid anew, `told` whether a rule looks at one. */
export async function fillMetrics(
  tx: Transaction,
  metrics: readonly Metric[],
  input: Filling & {
    /** Metrics of which nothing is to be left. */
    readonly gone: readonly string[];
    readonly traits: ReadonlySet<string>;
    readonly told: boolean;
  },
): Promise<LaidTotals> {
  const lists = metrics.filter((metric): metric is ListMetric => metric.list !== undefined);
  if (lists.length > 0) await fillLists(tx, lists, input);
  const ofEvents = input.live.computed.filter((trait): trait is ComputedOfEvents => trait.events !== undefined);
  const totals = metrics.flatMap((metric) => {
    const traits = ofEvents.filter(({ id }) => id === metric.id);
    const names = traits.flatMap(({ name }) => (input.traits.has(name) ? name : []));
    return traits.slice(0, 1).map(({ id, events }) => ({ id, events, names, metric }));
  });
  const ids = new Set(totals.map(({ id }) => id));
  const others = metrics.filter((metric) => metric.list === undefined && !ids.has(metric.id));
  if (others.length > 0) await foldHistory(tx, others, input);
  const without = totals.length > 0 ? await fillTotals(tx, totals, input) : [];
  if (without.length > 0) await prepareForSome(tx);
  for (let from = 0; from < without.length; from += PEOPLE_MAX) {
    const among = without.slice(from, from + PEOPLE_MAX);
    await foldHistory(
      tx,
      totals.map(({ metric }) => metric),
      { ...input, among },
    );
  }
  if (without.length > 0) await prepareForFilling(tx);
  return { ids, without };
}

/** Reads the history of everybody, or of some, person by person, and lays down what the metrics remember of it. */
async function foldHistory(
  tx: Transaction,
  metrics: readonly Metric[],
  { buckets, among, now }: Filling & { readonly among?: readonly Place[] },
): Promise<void> {
  const ids = metrics.map(({ id }) => id);
  const names = [...new Set(metrics.flatMap((metric) => metric.events))];
  let states: FoldedState[] = [];
  let person: HistoryRow[] = [];
  const close = () => {
    const [first] = person;
    if (first) states.push(...foldPerson(metrics, first, person, now));
    person = [];
  };
  const history = among ? streamHistoryOf(tx, among, names, BATCH_ROWS) : streamHistory(tx, buckets, names, BATCH_ROWS);
  for await (const rows of history) {
    for (const row of rows) {
      const [first] = person;
      if (first && (first.bucket !== row.bucket || first.profileId !== row.profileId)) close();
      person.push(row);
    }
    if (states.length >= BATCH_ROWS) {
      await layStates(tx, { rows: states, ids });
      states = [];
    }
  }
  close();
  if (states.length > 0) await layStates(tx, { rows: states, ids });
}

function foldPerson(
  metrics: readonly Metric[],
  { bucket, profileId }: HistoryRow,
  rows: readonly HistoryRow[],
  now: Instant,
): FoldedState[] {
  const events = rows.map(eventOf);
  const states: Record<string, unknown> = {};
  let wakeAt: Instant | undefined;
  for (const metric of metrics) {
    const state = metric.foldAll(events, now);
    if (state === undefined) continue;
    states[metric.id] = state;
    const next = metric.nextChange(state, now);
    if (next !== undefined && (wakeAt === undefined || next < wakeAt)) wakeAt = next;
  }
  if (Object.keys(states).length === 0) return [];
  return [{ bucket, profileId, states: MetricStates.of(states), wakeAt }];
}

export function eventOf({ name, at, properties }: HistoryRow): EventFact {
  return { name, at: at.getTime(), properties };
}
