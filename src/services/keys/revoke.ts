import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { markRevoked } from './store.ts';

/** Ends a key: the next request with it is refused. @throws AppError `not_found` when there is no such key alive. */
export async function revokeKey(ctx: Context, keyId: number): Promise<void> {
  const revoked = await markRevoked(ctx.db, keyId, ctx.clock.now());
  if (revoked === 0) throw notFound('key', String(keyId));
}
