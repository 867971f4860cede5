import { type Client, clientOf } from '../../core/accounts/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { deleteSession, deleteSessions, selectSessions } from './store.ts';

/** Somewhere somebody is signed in. */
export type OwnSession = {
  readonly session_id: string;
  readonly client: Client;
  readonly ip_address: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
};

/** Where a user is signed in now, the newest first. */
export async function listSessions(ctx: Context, userId: string): Promise<OwnSession[]> {
  const rows = await selectSessions(ctx.db, userId, ctx.clock.now());
  return rows.map(({ user_agent, ip_address, ...row }) => ({
    ...row,
    client: clientOf(user_agent ?? ''),
    ip_address: ip_address === '' ? null : ip_address,
  }));
}

/** Signs a user out somewhere. @throws AppError `not_found` when they are not signed in there. */
export async function endSession(ctx: Context, userId: string, sessionId: string): Promise<void> {
  if ((await deleteSession(ctx.db, userId, sessionId)) === 0) throw notFound('session', sessionId);
}

/** Signs a user out everywhere. */
export async function endSessions(ctx: Context, userId: string): Promise<void> {
  await deleteSessions(ctx.db, userId);
}
