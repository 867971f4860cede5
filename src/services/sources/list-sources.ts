import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import {
  type SourceRow,
  type SourceWithCounts,
  selectSource,
  selectSources,
  selectUnknownKeys,
  type UnknownKeyRow,
} from './store.ts';

const COUNTED_MS = 6 * 86_400_000;

/** Sources in the order of their making, the revoked ones included, with what they sent on the last seven days. */
export function listSources(
  ctx: Context,
  page: { readonly after?: number | undefined; readonly limit: number },
): Promise<SourceWithCounts[]> {
  const sinceDay = new Date(ctx.clock.now() - COUNTED_MS).toISOString().slice(0, 10);
  return selectSources(ctx.db, { after: page.after, limit: page.limit, sinceDay });
}

/** @throws AppError `not_found`. */
export async function getSource(ctx: Context, sourceId: number): Promise<SourceRow> {
  const row = await selectSource(ctx.db, sourceId);
  if (!row) throw notFound('source', String(sourceId));
  return row;
}

/** Keys that requests came with and no source has, newest day first. */
export function listUnknownKeys(ctx: Context, limit: number): Promise<UnknownKeyRow[]> {
  return selectUnknownKeys(ctx.db, limit);
}
