import { say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { resumeSendWithin } from '../deliveries/index.ts';
import { commandRun, type RunAddress } from './command.ts';
import { PAUSED_WITH_RUN } from './settle.ts';
import { listTasks, resetTasks } from './store.ts';
import { pausedSends } from './store-send.ts';

/** A paused run goes on where it stood, a failed one tries its failed activities again. */
export async function resumeRun(ctx: Context, address: RunAddress): Promise<{ runId: number; state: string }> {
  return commandRun(ctx, address, {
    command: 'resume',
    wording: say('Resumed by a person.'),
    async consequences(tx, run) {
      const tasks = await listTasks(tx, run.run_id);
      const failed = tasks.filter((task) => task.state === 'failed');
      await resetTasks(
        tx,
        run.run_id,
        failed.map((task) => task.activity),
      );
      const sendIds = tasks.flatMap((task) => task.send_id ?? []);
      for (const sendId of await pausedSends(tx, sendIds, PAUSED_WITH_RUN)) await resumeSendWithin(tx, ctx, sendId);
    },
  });
}
