import { advanceRun, type RunCommand, type RunState } from '../../core/campaigns/index.ts';
import { AppError } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { findRun, insertLog, lockRun, type RunWithBody, setRunState } from './store.ts';

/** Which run is meant; the newest of its campaign when no number is given. */
export type RunAddress = { readonly campaignKey: string; readonly runId?: number | undefined };

/**
 * Applies what a person asks of a run, in one transaction with `consequences`. @throws AppError `conflict` when the run's state
 * does not allow it, `not_found`.
 */
export async function commandRun(
  ctx: Context,
  address: RunAddress,
  input: {
    readonly command: RunCommand;
    readonly message: string;
    readonly consequences?: (tx: Transaction, run: RunWithBody) => Promise<void>;
  },
): Promise<{ readonly runId: number; readonly state: RunState }> {
  const found = await findRun(ctx.db, address.campaignKey, address.runId);
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const run = (await lockRun(tx, found.run_id)) ?? found;
    const moved = advanceRun(run.state, input.command);
    if (moved.kind !== 'moved') {
      throw new AppError('conflict', moved.kind === 'refused' ? moved.reason : `The run is ${run.state}.`);
    }
    await input.consequences?.(tx, run);
    const reason = moved.state === 'running' ? null : input.message;
    await setRunState(tx, run.run_id, { state: moved.state, reason, now });
    await insertLog(tx, run.run_id, [{ level: 'info', activity: null, message: input.message }], now);
    return { runId: run.run_id, state: moved.state };
  });
}
