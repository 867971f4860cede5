import { AppError, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { letLossesPass, lockSend, releaseMessages, setSendState } from './store-send.ts';

/** Lets a paused send go on. What was lost so far does not pause it again; what is lost from now on may. */
export async function resumeSend(ctx: Context, sendId: number): Promise<void> {
  await ctx.db.transaction((tx) => resumeSendWithin(tx, ctx, sendId));
}

/** `resumeSend` inside the caller's transaction. */
export async function resumeSendWithin(tx: Transaction, ctx: Context, sendId: number): Promise<void> {
  const now = ctx.clock.now();
  const send = await lockSend(tx, sendId);
  if (!send) throw notFound('send', String(sendId));
  if (send.state === 'sending' || send.state === 'finished') return;
  if (send.state !== 'paused')
    throw new AppError(
      'conflict',
      say('Send {send} is {state}; only a paused send can be resumed.', { send: sendId, state: say(send.state) }),
    );
  // The deadlines of its messages count from now: while it stood still none of them was tried.
  await setSendState(tx, sendId, { state: 'sending', reason: null, now, confirm: true });
  await letLossesPass(tx, sendId);
  await releaseMessages(tx, sendId, now);
}
