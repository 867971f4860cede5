import { rowsCondition } from '../../core/computed/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Step, waysOf } from '../../core/rules/index.ts';
import type { Database, Queryable, Sql } from '../../platform/sql/index.ts';
import { type LiveRules, totalsOf } from './live-rules.ts';
import { loadLive } from './load-live.ts';
import { readRules } from './read-rules.ts';
import { insertTouches, selectEpoch, selectWatched } from './store.ts';
import { insertRowTouches, keepConcerned } from './store-touch.ts';

/** Rows of a table that are about to change; `written` once they have. */
export type RowWatch = { written(): Promise<number> };

/**
 * The rules in force for a `watchRows` that will be about this table, compiled once for as long as they are; undefined when none of them
 * asks for it. Before the transaction, which must not wait for a second connection.
 */
export async function rulesToWatch(db: Database, table: string): Promise<LiveRules | undefined> {
  return (await selectWatched(db)).tables.includes(table) ? loadLive(db) : undefined;
}

/**
 * Looks at the people whom rows concern before the rows change, when a rule in force walks over the table. `keys` is a relation with
 * the table's key columns: every row that may change. Part of the transaction that changes them; undefined when nobody asks.
 */
export async function watchRows(
  tx: Queryable,
  input: {
    readonly table: string;
    readonly keys: Sql;
    /** Taken if they are still in force. */
    readonly rules: LiveRules | undefined;
    readonly now: Instant;
  },
): Promise<RowWatch | undefined> {
  const watched = await selectWatched(tx);
  if (!watched.tables.includes(input.table)) return undefined;
  const { rules: known } = input;
  const live = known && known.epoch === (await selectEpoch(tx)) ? known : await readRules(tx);
  const { catalog, externals } = live;
  const table = catalog.tables.get(input.table);
  const totals = totalsOf(live).map(({ rows }) => rowsCondition(rows));
  const asking = [...[...externals.values()].map(({ rule }) => rule), ...totals];
  const ways = asking.flatMap((rule) => waysOf(rule, catalog).filter((way) => way.at(-1)?.table.key === input.table));
  if (!table || ways.length === 0) return undefined;
  const change = { table, ways: distinct(ways), keys: input.keys, now: input.now };
  await keepConcerned(tx, change);
  return { written: () => insertRowTouches(tx, change) };
}

function distinct(ways: readonly (readonly Step[])[]): (readonly Step[])[] {
  const name = (way: readonly Step[]) =>
    way.map((step) => (step.kind === 'owned' ? step.table.key : step.link.name)).join('.');
  return [...new Map(ways.map((way) => [name(way), way])).values()];
}

/**
 * Tells the engine that people came into a static audience or left it, when a rule in force asks for that audience. `people` is a
 * query of (bucket, profile_id) pairs, each once.
 */
export async function touchSaved(
  tx: Queryable,
  input: { readonly audience: string; readonly people: Sql; readonly now: Instant },
): Promise<void> {
  const watched = await selectWatched(tx);
  if (!watched.savedAudiences.includes(input.audience)) return;
  await insertTouches(tx, input.people, { cause: 'rows', now: input.now });
}
