import { AppError, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { lockSend, releaseMessages, setSendState } from './store-send.ts';

/** Lets a prepared send go, in the caller's transaction. Confirming twice is the same as once. @throws `conflict` when it has ended. */
export async function confirmSend(tx: Transaction, ctx: Context, sendId: number): Promise<void> {
  const now = ctx.clock.now();
  const send = await lockSend(tx, sendId);
  if (!send) throw notFound('send', String(sendId));
  if (send.state === 'sending' || send.state === 'finished') return;
  if (send.state !== 'prepared')
    throw new AppError(
      'conflict',
      say('Send {send} is {state}; it cannot be confirmed.', { send: sendId, state: say(send.state) }),
    );
  await setSendState(tx, sendId, { state: 'sending', reason: null, now, confirm: true });
  await releaseMessages(tx, sendId, now);
}
