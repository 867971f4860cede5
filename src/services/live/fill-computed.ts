// Owns: the computed traits of everybody in some buckets, laid at once after their definitions have changed.
// Does not own: the states that they are made of (bring-up), what they are (core/computed).
// Invariant: whoever has another trait than before is told of it, when a rule in force looks at that trait.
import type { ComputedTrait } from '../../core/computed/index.ts';
import type { Instant, Json } from '../../core/kernel/index.ts';
import { isStale } from '../../core/metrics/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { totalQuery } from '../rules/index.ts';
import type { LaidTotals } from './fill-metrics.ts';
import { type LiveRules, totalsOf } from './live-rules.ts';
import { rulesOf } from './read-rules.ts';
import { insertTouches } from './store.ts';
import {
  dropTraits,
  type LaidTraits,
  layTraits,
  type Place,
  placesOf,
  replaceTotals,
  type StatesRow,
  streamStates,
} from './store-computed.ts';

const BATCH_ROWS = 5_000;
/** So many are asked for by name at once. */
const PEOPLE_MAX = 5_000;

/** Whether a rule in force looks at one of these traits. */
export function looksAt(live: LiveRules, traits: ReadonlySet<string>): boolean {
  return rulesOf(live).some(({ needs }) => [...needs.traits].some((name) => traits.has(name)));
}

type Names = {
  readonly changed: ReadonlySet<string>;
  readonly gone: ReadonlySet<string>;
  /** What has been laid with its states. */
  readonly laid: LaidTotals;
};
type Filling = { readonly buckets: readonly number[]; readonly live: LiveRules; readonly now: Instant };

/** Makes the traits of these names what their states say, and takes those away that nothing keeps any more. */
export async function fillComputed(tx: Transaction, { changed, gone, laid }: Names, input: Filling): Promise<void> {
  const { buckets, live, now } = input;
  const computed = live.computed.filter(({ name }) => changed.has(name));
  for (const { id, rows } of totalsOf({ computed })) {
    const totals = totalQuery({ total: rows, catalog: live.catalog, among: { buckets }, now });
    await replaceTotals(tx, { id, totals, buckets });
  }
  const [there, remaining] = [true, false].map((isLaid) => computed.filter(({ id }) => laid.ids.has(id) === isLaid));
  await layAll(tx, remaining ?? [], input);
  for (let from = 0; from < laid.without.length; from += PEOPLE_MAX) {
    await layAll(tx, there ?? [], { ...input, among: laid.without.slice(from, from + PEOPLE_MAX) });
  }
  for (const { name, id } of computed) {
    await dropTraits(tx, { buckets, name, unless: id, told: looksAt(live, new Set([name])), now });
  }
  for (const name of gone) await dropTraits(tx, { buckets, name, told: looksAt(live, new Set([name])), now });
}

/** Lays traits by what is remembered for them. */
async function layAll(
  tx: Transaction,
  computed: readonly ComputedTrait[],
  { buckets, live, among, now }: Filling & { readonly among?: readonly Place[] },
): Promise<void> {
  if (computed.length === 0) return;
  const told = looksAt(live, new Set(computed.map(({ name }) => name)));
  const ids = computed.map(({ id }) => id);
  for await (const rows of streamStates(tx, { buckets, among, ids, batchSize: BATCH_ROWS })) {
    const laid = rows.map((row) => traitsOf(computed, row, now));
    await layTraits(tx, laid, { told, now });
    const stale = rows.filter((row) => computed.some(({ id }) => isStale(row.states[id], now)));
    if (stale.length > 0) await insertTouches(tx, placesOf(stale), { cause: 'rows', now });
  }
}

function traitsOf(computed: readonly ComputedTrait[], row: StatesRow, now: Instant): LaidTraits {
  const traits: Record<string, Json> = {};
  const without: string[] = [];
  for (const { name, id, value } of computed) {
    const state = row.states[id];
    // Who has no state of it is looked at by `dropTraits`.
    if (state === undefined) continue;
    const wanted = value(state, now);
    if (wanted === undefined) without.push(name);
    else traits[name] = wanted;
  }
  return { bucket: row.bucket, profileId: row.profileId, traits, without };
}
