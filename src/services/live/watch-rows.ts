import { rowsCondition } from '../../core/computed/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Step, waysOf } from '../../core/rules/index.ts';
import type { Database, Queryable, Sql } from '../../platform/sql/index.ts';
import { type LiveRules, totalsOf } from './live-rules.ts';
import { loadLive } from './load-live.ts';
import { readRules } from './read-rules.ts';
import { fillAnew, holdWatched, insertTouches, selectWatched, type Watched } from './store.ts';
import { insertRowTouches, keepConcerned, type RowChange } from './store-touch.ts';

/** What rules may look at and what is about to change; call `written` once it has, at the end of the transaction. */
export type Watch = { written(): Promise<void> };

/**
 * The rules in force for a `watchRows` that will be about this table, compiled once for as long as they are; undefined when none of them
 * asks for it. Before the transaction, which must not wait for a second connection.
 */
export async function rulesToWatch(db: Database, table: string): Promise<LiveRules | undefined> {
  return (await selectWatched(db)).tables.includes(table) ? loadLive(db) : undefined;
}

type WatchedRows = {
  readonly table: string;
  readonly keys: Sql;
  /** Taken if they are still in force. */
  readonly rules: LiveRules | undefined;
  readonly now: Instant;
};

/**
 * Looks at the people whom rows concern before the rows change, when a rule in force walks over the table. `keys` is a relation with
 * the table's key columns: every row that may change. Part of the transaction that changes them.
 */
export async function watchRows(tx: Queryable, input: WatchedRows): Promise<Watch> {
  const isAsked = ({ tables }: Watched) => tables.includes(input.table);
  const seen = await selectWatched(tx);
  const change = isAsked(seen) ? await changeOf(tx, seen, input) : undefined;
  if (change) await keepConcerned(tx, change);
  return {
    async written() {
      if (change) await insertRowTouches(tx, change);
      await fillIfRaised(tx, seen, isAsked);
    },
  };
}

async function changeOf(tx: Queryable, { epoch }: Watched, input: WatchedRows): Promise<RowChange | undefined> {
  const { rules: known } = input;
  const live = known && known.epoch === epoch ? known : await readRules(tx);
  const { catalog, externals } = live;
  const table = catalog.tables.get(input.table);
  const totals = totalsOf(live).map(({ rows }) => rowsCondition(rows));
  const asking = [...[...externals.values()].map(({ rule }) => rule), ...totals];
  const ways = asking.flatMap((rule) => waysOf(rule, catalog).filter((way) => way.at(-1)?.table.key === input.table));
  return table && ways.length > 0 ? { table, ways: distinct(ways), keys: input.keys, now: input.now } : undefined;
}

/**
 * Rules that came into force since the look may have been filled by what was there before this transaction: then they are filled once
 * more. From here to the commit none comes into force.
 */
async function fillIfRaised(tx: Queryable, seen: Watched, isAsked: (watched: Watched) => boolean): Promise<void> {
  const isOther = (watched: Watched) => watched.epoch !== seen.epoch && isAsked(watched);
  if (isOther(await selectWatched(tx)) || isOther(await holdWatched(tx))) await fillAnew(tx, seen.epoch);
}

function distinct(ways: readonly (readonly Step[])[]): (readonly Step[])[] {
  const name = (way: readonly Step[]) =>
    way.map((step) => (step.kind === 'owned' ? step.table.key : step.link.name)).join('.');
  return [...new Map(ways.map((way) => [name(way), way])).values()];
}

/**
 * Tells the engine that people come into a static audience or leave it, when a rule in force asks for that audience. `people` is a
 * query of (bucket, profile_id) pairs, each once, before the change.
 */
export async function watchSaved(
  tx: Queryable,
  input: { readonly audience: string; readonly people: Sql; readonly now: Instant },
): Promise<Watch> {
  const isAsked = ({ savedAudiences }: Watched) => savedAudiences.includes(input.audience);
  const seen = await selectWatched(tx);
  if (isAsked(seen)) await insertTouches(tx, input.people, { cause: 'rows', now: input.now });
  return { written: () => fillIfRaised(tx, seen, isAsked) };
}
