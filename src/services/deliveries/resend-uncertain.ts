import { AppError, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { raiseCounts } from './store-count.ts';
import { lockSend, requeueUncertain, setSendState } from './store-send.ts';

/** Sends again, under the same Message-ID, what may or may not have gone out. Returns how many messages that is. */
export async function resendUncertain(ctx: Context, sendId: number): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const send = await lockSend(tx, sendId);
    if (!send) throw notFound('send', String(sendId));
    if (send.state !== 'sending' && send.state !== 'finished') {
      throw new AppError(
        'conflict',
        say('Send {send} is {state}; resume it first.', { send: sendId, state: say(send.state) }),
      );
    }
    const requeued = await requeueUncertain(tx, sendId, now);
    const total = requeued.reduce((sum, row) => sum + row.count, 0);
    if (total === 0) return 0;
    // The deadline of the resent messages counts from now.
    await setSendState(tx, sendId, { state: 'sending', reason: null, now, confirm: true });
    await raiseCounts(tx, [
      { sendId, name: 'queued', reason: '', by: total },
      ...requeued.map(({ reason, count }) => ({ sendId, name: 'uncertain', reason, by: -count })),
    ]);
    return total;
  });
}
