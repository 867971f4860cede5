import { stopLossReason } from '../../core/deliveries/index.ts';
import { inLanguage } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { pauseSend } from './pause.ts';
import { finishEmptySends, readLosses } from './store-send.ts';

/**
 * Ends sends that have nothing left to do, and pauses those that lose too much. `thoroughly`: standing sends are looked at as well; there
 * may be many of them, each with few messages at a time.
 */
export async function keepHouse(ctx: Context, thoroughly: boolean): Promise<void> {
  for (const { sendId, stopLoss, ...losses } of await readLosses(ctx.db, { standing: thoroughly })) {
    const wording = stopLossReason(stopLoss, losses);
    if (wording === undefined) continue;
    const reason = inLanguage(wording);
    ctx.log.warn({ send: sendId, ...losses }, `A send paused itself: ${reason}`);
    await pauseSend(ctx, sendId, reason);
  }
  await finishEmptySends(ctx.db, ctx.clock.now());
}
