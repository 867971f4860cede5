import type { Context } from '../../platform/context.ts';
import { insertAudit } from './store.ts';

/** Writes down that somebody changed something, or tried what they may not. */
export async function recordAudit(ctx: Context, entry: Parameters<typeof insertAudit>[1]): Promise<void> {
  await insertAudit(ctx.db, entry, ctx.clock.now());
}
