import type { Context } from '../../platform/context.ts';
import { lockSilentWorkers, type Suspects } from './store-session.ts';
import { abandonMessages } from './store-settle.ts';

/** Which workers have messages in the air and nobody who holds their number. */
export function findSilentWorkers(ctx: Context, alive: readonly number[]): Promise<number[]> {
  return ctx.db.transaction((tx) => lockSilentWorkers(tx, { alive }));
}

/** Takes over what workers had in the air when they died: the rows become uncertain, or are queued again where the send resends. */
export async function recoverMessages(
  ctx: Context,
  suspects: Suspects = { alive: [] },
): Promise<{ readonly uncertain: number; readonly requeued: number }> {
  const recovered = await ctx.db.transaction(async (tx) => {
    const dead = await lockSilentWorkers(tx, suspects);
    return dead.length === 0 ? { uncertain: 0, requeued: 0 } : abandonMessages(tx, dead, ctx.clock.now());
  });
  if (recovered.uncertain + recovered.requeued > 0) {
    ctx.log.warn(recovered, 'A worker ended while it had messages in the air.');
  }
  return recovered;
}
