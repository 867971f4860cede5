import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Role } from '../../core/accounts/index.ts';
import { AppError, parseWith, say, verbatim, worded } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import type { Auth } from './create-auth.ts';
import { countUsers, insertUser, lockUsers, type UserRow } from './store.ts';

export const NewUser = z.strictObject({
  name: z.string().trim().min(1).max(100),
  email: z.email().max(254).toLowerCase(),
  password: z.string().min(10, worded('must have at least 10 characters')).max(200),
});
export type NewUser = z.infer<typeof NewUser>;

/**
 * Makes the owner, at the first visit. @throws AppError `invalid`; `conflict` when there is somebody already.
 */
export async function createOwner(ctx: Context, auth: Auth, input: unknown): Promise<UserRow> {
  const user = parseWith(NewUser, input, say('The owner'));
  // Anybody may ask: what costs much, the hash, is not made for everybody who does.
  await mustHaveNoUser(ctx.db);
  const passwordHash = await hashed(auth, user.password);
  return ctx.db.transaction(async (tx) => {
    await lockUsers(tx);
    await mustHaveNoUser(tx);
    const row = await insertUser(tx, { ...user, id: randomUUID(), role: 'owner', passwordHash, now: ctx.clock.now() });
    if (!row) throw new AppError('internal', verbatim('The owner could not be made.'));
    return row;
  });
}

async function mustHaveNoUser(db: Queryable): Promise<void> {
  if ((await countUsers(db)) > 0)
    throw new AppError('conflict', say('Carillon has its owner already. Sign in instead.'));
}

const InvitedUser = NewUser.extend({ role: Role });

/** Makes a further user. @throws AppError `invalid`; `conflict` when the address is taken. */
export async function createUser(ctx: Context, auth: Auth, input: unknown): Promise<UserRow> {
  const user = parseWith(InvitedUser, input, say('The user'));
  const passwordHash = await hashed(auth, user.password);
  const row = await ctx.db.transaction((tx) =>
    insertUser(tx, { ...user, id: randomUUID(), passwordHash, now: ctx.clock.now() }),
  );
  if (!row) throw new AppError('conflict', say('There is a user {email} already.', { email: user.email }));
  return row;
}

async function hashed(auth: Auth, password: string): Promise<string> {
  return (await auth.$context).password.hash(password);
}
