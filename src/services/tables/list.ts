import { type Column, columnsOf, type TableDefinition } from '../../core/data/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { publishedTables, readRows, tableSizes } from './store.ts';

/** A table as lists show it; `rows` is the planner's estimate, which costs nothing to ask for. */
export type TableSummary = {
  readonly key: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: number;
};

export async function listTables(ctx: Context): Promise<TableSummary[]> {
  const sizes = new Map((await tableSizes(ctx.db)).map((row) => [row.key, row.rows]));
  return (await publishedTables(ctx.db)).map((definition) => ({
    key: definition.key,
    name: definition.name ?? definition.key,
    columns: columnsOf(definition),
    rows: sizes.get(definition.key) ?? 0,
  }));
}

/** @throws AppError `not_found`. */
export async function getTable(ctx: Context, key: string): Promise<TableDefinition> {
  const found = (await publishedTables(ctx.db)).find((definition) => definition.key === key);
  if (!found) throw notFound('table', key);
  return found;
}

/** Rows of a table as stored, in no promised order; for looking at. @throws AppError `not_found`. */
export async function sampleRows(ctx: Context, key: string, limit: number): Promise<Record<string, unknown>[]> {
  return readRows(ctx.db, await getTable(ctx, key), limit);
}
