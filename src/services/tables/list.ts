import {
  type CatalogLink,
  type Column,
  catalogTables,
  columnsOf,
  type TableDefinition,
} from '../../core/data/index.ts';
import { AppError, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { transactionWithin } from '../../platform/sql/index.ts';
import { publishedTables, tableSizes } from './store.ts';
import { countTableRows, type KeyedRow, readRows } from './store-rows.ts';

/** A table as lists show it; `rows` is the planner's estimate, which costs nothing to ask for. */
export type TableSummary = {
  readonly key: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  readonly identity: { readonly column: string; readonly namespace: string } | null;
  /** The ways to other tables, those that others declare to this one among them. */
  readonly links: readonly CatalogLink[];
  readonly rows: number;
};

const COUNT_TIMEOUT_MS = 60_000;

export async function listTables(ctx: Context): Promise<TableSummary[]> {
  const sizes = new Map((await tableSizes(ctx.db)).map((row) => [row.key, row.rows]));
  const definitions = await publishedTables(ctx.db);
  const tables = catalogTables(definitions);
  return definitions.map((definition) => ({
    key: definition.key,
    name: definition.name ?? definition.key,
    columns: columnsOf(definition),
    primaryKey: definition.primary_key,
    identity: definition.identity ?? null,
    links: tables.get(definition.key)?.links ?? [],
    rows: sizes.get(definition.key) ?? 0,
  }));
}

/** @throws AppError `not_found`. */
export async function getTable(ctx: Context, key: string): Promise<TableDefinition> {
  const found = (await publishedTables(ctx.db)).find((definition) => definition.key === key);
  if (!found) throw notFound('table', key);
  return found;
}

/** One page of the rows of a table in the order of its key. @throws AppError `not_found`. */
export async function listRows(
  ctx: Context,
  key: string,
  page: { readonly after: readonly string[] | undefined; readonly limit: number },
): Promise<KeyedRow[]> {
  const definition = await getTable(ctx, key);
  if (page.after && page.after.length !== definition.primary_key.length) {
    throw new AppError('invalid', say('The cursor is not one of this table.'));
  }
  return readRows(ctx.db, definition, page);
}

/** How many rows a table has now, exactly. @throws AppError `not_found`, `unavailable` when it takes too long. */
export async function countTable(ctx: Context, key: string, signal?: AbortSignal): Promise<number> {
  await getTable(ctx, key);
  return transactionWithin(ctx.db, { signal, timeoutMs: COUNT_TIMEOUT_MS }, (tx) => countTableRows(tx, key));
}
