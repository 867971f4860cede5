import { advanceRun, type RunCommand, type RunState } from '../../core/campaigns/index.ts';
import { AppError, inLanguage, say, type Wording } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { aliveRunOf, findRun, insertLog, lockCampaign, lockRun, type RunWithBody, setRunState } from './store.ts';

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
    readonly wording: Wording;
    readonly consequences?: (tx: Transaction, run: RunWithBody) => Promise<void>;
  },
): Promise<{ readonly runId: number; readonly state: RunState }> {
  const found = await findRun(ctx.db, address.campaignKey, address.runId);
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const run = (await lockRun(tx, found.run_id)) ?? found;
    const moved = advanceRun(run.state, input.command);
    if (moved.kind !== 'moved') {
      throw new AppError(
        'conflict',
        moved.kind === 'refused' ? moved.reason : say('The run is {state}.', { state: say(run.state) }),
      );
    }
    if (!isAlive(run.state) && isAlive(moved.state) && moved.state !== 'stopping') await mustBeAlone(tx, run);
    await input.consequences?.(tx, run);
    const reason = moved.state === 'running' ? null : inLanguage(input.wording);
    await setRunState(tx, run.run_id, { state: moved.state, reason, now });
    await insertLog(tx, run.run_id, [{ level: 'info', activity: null, wording: input.wording }], now);
    return { runId: run.run_id, state: moved.state };
  });
}

/** A run that has failed or is complete makes room for the next one of its campaign. */
function isAlive(state: RunState): boolean {
  return state !== 'failed' && state !== 'completed' && state !== 'stopped';
}

/** @throws AppError `conflict` when another run of the campaign has begun since. */
async function mustBeAlone(tx: Transaction, run: RunWithBody): Promise<void> {
  await lockCampaign(tx, run.campaign_key);
  const other = await aliveRunOf(tx, run.campaign_key, run.mode);
  if (!other || other.run_id === run.run_id) return;
  throw new AppError(
    'conflict',
    say('Run {other} of campaign "{key}" is {state}; stop it before run {run} goes on.', {
      other: other.run_id,
      key: run.campaign_key,
      state: say(other.state),
      run: run.run_id,
    }),
  );
}
