import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { markRevoked } from './store.ts';

/** Ends a source: its key is refused from a few seconds later on. @throws AppError `not_found` when none is in use. */
export async function revokeSource(ctx: Context, sourceId: number): Promise<void> {
  const revoked = await markRevoked(ctx.db, sourceId, ctx.clock.now());
  if (revoked === 0) throw notFound('source', String(sourceId));
}
