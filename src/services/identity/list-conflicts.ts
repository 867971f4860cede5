import type { Context } from '../../platform/context.ts';
import { type ConflictKey, type IdentityConflictRow, listConflictRows } from './store.ts';

/** A page of links and merges that were refused, the latest first. */
export async function listConflicts(
  ctx: Context,
  page: { readonly after: ConflictKey | undefined; readonly limit: number },
): Promise<IdentityConflictRow[]> {
  return listConflictRows(ctx.db, page);
}
