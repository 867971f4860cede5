// Owns: the computed traits of everybody in some buckets, laid at once after their definitions have changed.
// Does not own: the states that they are made of (bring-up), what they are (core/computed).
// Invariant: whoever has another trait than before is told of it, when a rule in force looks at that trait.
import type { ComputedTrait } from '../../core/computed/index.ts';
import type { Instant, Json } from '../../core/kernel/index.ts';
import { isStale } from '../../core/metrics/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { totalQuery } from '../rules/index.ts';
import { type LiveRules, totalsOf } from './live-rules.ts';
import { rulesOf } from './read-rules.ts';
import { insertTouches } from './store.ts';
import {
  dropTraits,
  type LaidTraits,
  layTraits,
  placesOf,
  replaceTotals,
  type StatesRow,
  streamStates,
} from './store-computed.ts';

const BATCH_ROWS = 5_000;

/** Makes the traits of these names what their states say, and takes those away that nothing keeps any more. */
export async function fillComputed(
  tx: Transaction,
  names: { readonly changed: ReadonlySet<string>; readonly gone: ReadonlySet<string> },
  input: { readonly buckets: readonly number[]; readonly live: LiveRules; readonly now: Instant },
): Promise<void> {
  const { buckets, live, now } = input;
  const read = new Set(rulesOf(live).flatMap(({ needs }) => [...needs.traits]));
  const computed = live.computed.filter(({ name }) => names.changed.has(name));
  for (const { id, rows } of totalsOf({ computed })) {
    const totals = totalQuery({ total: rows, catalog: live.catalog, among: { buckets }, now });
    await replaceTotals(tx, { id, totals, buckets });
  }
  if (computed.length > 0) {
    const told = computed.some(({ name }) => read.has(name));
    const ids = computed.map(({ id }) => id);
    for await (const rows of streamStates(tx, { buckets, ids, batchSize: BATCH_ROWS })) {
      const laid = rows.map((row) => traitsOf(computed, row, now));
      await layTraits(tx, laid, { told, now });
      const stale = rows.filter((row) => computed.some(({ id }) => isStale(row.states[id], now)));
      if (stale.length > 0) await insertTouches(tx, placesOf(stale), { cause: 'rows', now });
    }
  }
  for (const { name, id } of computed) {
    await dropTraits(tx, { buckets, name, unless: id, told: read.has(name), now });
  }
  for (const name of names.gone) await dropTraits(tx, { buckets, name, told: read.has(name), now });
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
