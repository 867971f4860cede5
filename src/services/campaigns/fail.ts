import { advanceRun } from '../../core/campaigns/index.ts';
import { AppError, inLanguage, verbatim, type Wording, wordingOf } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { insertLog, lockRun, lockTask, setRunState, setTask, type TaskRow } from './store.ts';

/** Writes down that an activity failed, after its own transaction was rolled back, and moves its run as the campaign's policy says. */
export async function failTask(
  ctx: Context,
  taken: TaskRow & { readonly run_id: number },
  error: unknown,
): Promise<void> {
  const wording = failureOf(error);
  const message = inLanguage(wording);
  ctx.log.warn({ run: taken.run_id, activity: taken.activity, error: message }, 'an activity failed');
  await ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const run = await lockRun(tx, taken.run_id);
    const task = await lockTask(tx, taken.run_id, taken.activity);
    // Somebody restarted or stopped it between the two transactions: then the failure belongs to the past.
    if (!run || !task || task.attempt !== taken.attempt || task.state !== taken.state) return;
    await setTask(tx, run.run_id, task.activity, { state: 'failed', finishedAt: now, error: message });
    await insertLog(tx, run.run_id, [{ level: 'error', activity: task.activity, wording }], now);
    const moved = advanceRun(run.state, run.body.error_policy === 'abort' ? 'aborted' : 'failed');
    if (moved.kind !== 'moved') return;
    await setRunState(tx, run.run_id, { state: moved.state, reason: `${task.activity}: ${message}`, now });
  });
}

/** The failure, and a line for each problem. */
function failureOf(error: unknown): Wording {
  if (!(error instanceof AppError) || error.problems.length === 0) return wordingOf(error);
  const problems = error.problems.map(({ path, message }) => `${path}: ${message}`);
  return verbatim([error.message, ...problems].join('\n'));
}
