import type { Context } from '../../platform/context.ts';
import { type AudienceRow, selectAudienceRows } from './store-size.ts';

/** One page of the audiences by key. Their sizes are those of the last count, each with its moment: a list counts nothing. */
export function listAudiences(
  ctx: Context,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<AudienceRow[]> {
  return selectAudienceRows(ctx.db, page);
}
