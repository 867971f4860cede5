import { AppError, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { countPasskeys, deletePasskey, hasPassword, lockUser, type PasskeyRow, selectPasskeys } from './store.ts';

/** The passkeys of a user, the oldest first. */
export function listPasskeys(ctx: Context, userId: string): Promise<PasskeyRow[]> {
  return selectPasskeys(ctx.db, userId);
}

/** Forgets a passkey. @throws AppError `not_found`; `conflict` when the user could not sign in any more. */
export async function removePasskey(ctx: Context, userId: string, passkeyId: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await lockUser(tx, userId);
    if ((await deletePasskey(tx, userId, passkeyId)) === 0) throw notFound('passkey', passkeyId);
    if (!(await hasPassword(tx, userId)) && (await countPasskeys(tx, userId)) === 0) {
      throw new AppError('conflict', say('This is the last way to sign in. Add another one first.'));
    }
  });
}
