import { advanceRun } from '../../core/campaigns/index.ts';
import { AppError } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { insertLog, lockRun, lockTask, setRunState, setTask, type TaskRow } from './store.ts';

/** Writes down that an activity failed, after its own transaction was rolled back, and moves its run as the campaign's policy says. */
export async function failTask(
  ctx: Context,
  taken: TaskRow & { readonly run_id: number },
  error: unknown,
): Promise<void> {
  const message = messageOf(error);
  ctx.log.warn({ run: taken.run_id, activity: taken.activity, error: message }, 'an activity failed');
  await ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const run = await lockRun(tx, taken.run_id);
    const task = await lockTask(tx, taken.run_id, taken.activity);
    // Somebody restarted or stopped it between the two transactions: then the failure belongs to the past.
    if (!run || !task || task.attempt !== taken.attempt || task.state !== taken.state) return;
    await setTask(tx, run.run_id, task.activity, { state: 'failed', finishedAt: now, error: message });
    await insertLog(tx, run.run_id, [{ level: 'error', activity: task.activity, message }], now);
    const moved = advanceRun(run.state, run.body.error_policy === 'abort' ? 'aborted' : 'failed');
    if (moved.kind !== 'moved') return;
    await setRunState(tx, run.run_id, { state: moved.state, reason: `${task.activity}: ${message}`, now });
  });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const problems = error instanceof AppError ? error.problems.map((it) => `${it.path}: ${it.message}`) : [];
  return [error.message, ...problems].join(' ');
}
