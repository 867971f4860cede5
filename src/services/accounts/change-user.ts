import type { Role } from '../../core/accounts/index.ts';
import { AppError, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { countOwners, deleteUser, lockUsers, selectUser, type UserRow, updateRole } from './store.ts';

/** Gives a user another role. @throws AppError `not_found`; `conflict` when nobody would be owner. */
export async function setRole(ctx: Context, userId: string, role: Role): Promise<UserRow> {
  return ctx.db.transaction(async (tx) => {
    const user = await changeable(tx, userId, role === 'owner');
    await updateRole(tx, userId, role, ctx.clock.now());
    return { ...user, role };
  });
}

/** Removes a user and ends their sessions. @throws AppError `not_found`; `conflict` when nobody would be owner. */
export async function removeUser(ctx: Context, userId: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await changeable(tx, userId, false);
    await deleteUser(tx, userId);
  });
}

async function changeable(tx: Transaction, userId: string, staysOwner: boolean): Promise<UserRow> {
  await lockUsers(tx);
  const user = await selectUser(tx, userId);
  if (!user) throw notFound('user', userId);
  if (user.role === 'owner' && !staysOwner && (await countOwners(tx)) === 1) {
    throw new AppError('conflict', say('Somebody must be owner. Make another user owner first.'));
  }
  return user;
}
