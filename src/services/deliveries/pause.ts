import { AppError, inLanguage, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { holdMessages, lockSend, setSendState } from './store-send.ts';

/** Holds what has not been claimed; what is in the air finishes. Pausing twice is the same as once. @throws `conflict` when ended. */
export async function pauseSend(
  ctx: Context,
  sendId: number,
  reason = inLanguage(say('Paused by a person.')),
): Promise<void> {
  await ctx.db.transaction((tx) => pauseSendWithin(tx, ctx, sendId, reason));
}

/** The same in the caller's transaction. */
export async function pauseSendWithin(tx: Transaction, ctx: Context, sendId: number, reason: string): Promise<void> {
  const send = await lockSend(tx, sendId);
  if (!send) throw notFound('send', String(sendId));
  if (send.state === 'paused') return;
  if (send.state !== 'sending')
    throw new AppError(
      'conflict',
      say('Send {send} is {state}; only a send in progress can be paused.', { send: sendId, state: say(send.state) }),
    );
  await setSendState(tx, sendId, { state: 'paused', reason, now: ctx.clock.now(), confirm: false });
  await holdMessages(tx, sendId);
}
