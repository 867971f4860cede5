import type { Context } from '../../platform/context.ts';
import { lockDeadWorkers } from './store-session.ts';
import { abandonMessages } from './store-settle.ts';

/**
 * Takes over what workers had in the air when they died: the rows become uncertain, or are queued again where the send resends.
 * `alive` are workers known to live, whatever their locks say.
 */
export async function recoverMessages(
  ctx: Context,
  alive: readonly number[] = [],
): Promise<{ readonly uncertain: number; readonly requeued: number }> {
  const recovered = await ctx.db.transaction(async (tx) => {
    const dead = await lockDeadWorkers(tx, alive);
    return dead.length === 0 ? { uncertain: 0, requeued: 0 } : abandonMessages(tx, dead, ctx.clock.now());
  });
  if (recovered.uncertain + recovered.requeued > 0) {
    ctx.log.warn(recovered, 'A worker ended while it had messages in the air.');
  }
  return recovered;
}
