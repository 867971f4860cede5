import { inLanguage, notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { raiseCounts } from './store-count.ts';
import { lockSend, setSendState, stopMessages } from './store-send.ts';

/**
 * Ends a send for good, in the caller's transaction: what has not been claimed is excluded as `stopped`; what is in the air finishes.
 * Returns how many messages were stopped.
 */
export async function stopSend(
  tx: Transaction,
  ctx: Context,
  sendId: number,
  reason = inLanguage(say('Stopped by a person.')),
): Promise<number> {
  const now = ctx.clock.now();
  const send = await lockSend(tx, sendId);
  if (!send) throw notFound('send', String(sendId));
  if (send.state === 'stopped' || send.state === 'finished') return 0;
  await setSendState(tx, sendId, { state: 'stopped', reason, now, confirm: false });
  const stopped = await stopMessages(tx, sendId, now);
  await raiseCounts(tx, [
    { sendId, name: 'queued', reason: '', by: -stopped },
    { sendId, name: 'excluded', reason: 'stopped', by: stopped },
  ]);
  return stopped;
}
