import type { Context } from '../../platform/context.ts';
import { type KeyRow, selectKeys } from './store.ts';

/** Keys in the order of their making, the revoked ones included; never their secrets. */
export function listKeys(
  ctx: Context,
  page: { readonly after?: number | undefined; readonly limit: number },
): Promise<KeyRow[]> {
  return selectKeys(ctx.db, { after: page.after, limit: page.limit });
}
