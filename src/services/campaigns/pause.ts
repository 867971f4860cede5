import { say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { pauseSend } from '../deliveries/index.ts';
import { commandRun, type RunAddress } from './command.ts';
import { PAUSED_WITH_RUN, settleRun } from './settle.ts';
import { listTasks } from './store.ts';
import { sendStates } from './store-send.ts';

/** The activity that is being executed finishes, no other starts, and no message is claimed. Resolves when the wish is written. */
export async function pauseRun(ctx: Context, address: RunAddress): Promise<{ runId: number; state: string }> {
  const { runId } = await commandRun(ctx, address, { command: 'pause', wording: say('Paused by a person.') });
  const sendIds = (await listTasks(ctx.db, runId)).flatMap((task) => task.send_id ?? []);
  for (const [sendId, state] of await sendStates(ctx.db, sendIds)) {
    if (state === 'sending') await pauseSend(ctx, sendId, PAUSED_WITH_RUN);
  }
  return { runId, state: (await settleRun(ctx, runId)) ?? 'pausing' };
}
