import { AppError, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { confirmSend } from '../deliveries/index.ts';
import type { RunAddress } from './command.ts';
import { findRun, insertLog, listTasks, lockRun } from './store.ts';
import { sendStates } from './store-send.ts';

/** Lets the messages of an email go that waits to be confirmed. Without `activity`, of every such email of the run. */
export async function confirmEmail(
  ctx: Context,
  address: RunAddress & { readonly activity?: string | undefined },
): Promise<{ runId: number; confirmed: string[] }> {
  const found = await findRun(ctx.db, address.campaignKey, address.runId);
  return ctx.db.transaction(async (tx) => {
    const run = (await lockRun(tx, found.run_id)) ?? found;
    if (run.state !== 'running' && run.state !== 'waiting') {
      throw new AppError(
        'conflict',
        say('The run is {state}; only a run that goes on can have its emails confirmed.', { state: say(run.state) }),
      );
    }
    const tasks = (await listTasks(tx, run.run_id)).filter(
      (task) => task.state === 'waiting' && (address.activity === undefined || task.activity === address.activity),
    );
    const states = await sendStates(
      tx,
      tasks.flatMap((task) => task.send_id ?? []),
    );
    const confirmed: string[] = [];
    for (const task of tasks) {
      // One that has begun, or that paused itself since, is nobody's to confirm; the others must not wait for it.
      if (task.send_id === null || states.get(task.send_id) !== 'prepared') continue;
      await confirmSend(tx, ctx, task.send_id);
      confirmed.push(task.activity);
    }
    if (confirmed.length === 0) throw new AppError('conflict', say('No email of this run waits to be confirmed.'));
    const lines = confirmed.map((activity) => ({
      level: 'info' as const,
      activity,
      wording: say('Confirmed by a person.'),
    }));
    await insertLog(tx, run.run_id, lines, ctx.clock.now());
    return { runId: run.run_id, confirmed };
  });
}
