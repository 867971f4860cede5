import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { archiveDefinition } from '../definitions/index.ts';
import { aliveRunOf } from './store.ts';

/** Hides a campaign; its runs can still be read. @throws AppError `conflict` while a run of it is alive. */
export async function archiveCampaign(ctx: Context, key: string): Promise<void> {
  for (const mode of ['live', 'test'] as const) {
    const alive = await aliveRunOf(ctx.db, key, mode);
    if (alive)
      throw new AppError(
        'conflict',
        say('Run {run} of campaign "{key}" is {state}; stop it first.', {
          run: alive.run_id,
          key,
          state: say(alive.state),
        }),
      );
  }
  await archiveDefinition(ctx, 'campaign', key);
}
