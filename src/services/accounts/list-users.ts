import type { Context } from '../../platform/context.ts';
import { countUsers, selectAudit, selectUsers } from './store.ts';

/** Everybody who may sign in, the oldest first. */
export function listUsers(ctx: Context) {
  return selectUsers(ctx.db);
}

/** Whether the owner is still to be made. */
export async function needsOwner(ctx: Context): Promise<boolean> {
  return (await countUsers(ctx.db)) === 0;
}

/** What was changed or refused, the newest first. */
export function listAudit(ctx: Context, page: { readonly before: number | undefined; readonly limit: number }) {
  return selectAudit(ctx.db, page);
}
