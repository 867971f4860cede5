import type { DefinitionKind } from '../../core/definitions/index.ts';
import { AppError, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { retireJourney } from '../journeys/index.ts';
import { raiseEpoch } from '../live/index.ts';
import { isLive } from './put.ts';
import { deleteDraftRow, lockDefinitions, markArchived } from './store.ts';
import { usersOf } from './users-of.ts';

/**
 * Takes a definition out of use: nothing can refer to it any more. Its versions stay, for what was sent from them.
 * @throws AppError `not_found`, `conflict` when something published still refers to it, or people are in the journey that it is.
 */
export async function archiveDefinition(ctx: Context, kind: DefinitionKind, key: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await lockDefinitions(tx);
    const users = await usersOf(tx, { kind, key });
    if (users.length > 0) {
      const named = users.map((user) => `${user.kind} "${user.key}"`).join(', ');
      throw new AppError(
        'conflict',
        say('The {kind} "{key}" is in use by {users}.', { kind: say(kind), key, users: named }),
      );
    }
    if ((await markArchived(tx, kind, key, ctx.clock.now())) === 0)
      throw notFound(say('published {kind}', { kind: say(kind) }), key);
    await deleteDraftRow(tx, kind, key);
    if (isLive(kind)) await raiseEpoch(tx);
    if (kind === 'journey') await retireJourney(tx, key, ctx.clock.now());
  });
}
