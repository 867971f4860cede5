import { type CampaignDefinition, inboundOf, type RunMode } from '../../core/campaigns/index.ts';
import { AppError, type Instant, say } from '../../core/kernel/index.ts';
import type { Queryable, Transaction } from '../../platform/sql/index.ts';
import { instantOf } from './local-time.ts';
import { purgeWithin } from './purge.ts';
import { aliveRunOf, insertLog, insertRun, insertTasks, lockCampaign } from './store.ts';

/**
 * Begins a run in the caller's transaction: its row and the tasks of all its activities. A worker takes it from there.
 * @throws AppError `conflict` while a run of the same mode is alive.
 */
export async function startRun(
  tx: Transaction,
  input: {
    readonly definition: CampaignDefinition;
    readonly version: number;
    readonly mode: RunMode;
    readonly now: Instant;
  },
): Promise<{ readonly runId: number; readonly startsAt: Instant }> {
  const { definition, version, mode, now } = input;
  await lockCampaign(tx, definition.key);
  await mustBeIdle(tx, definition.key, mode);
  const { schedule } = definition;
  // A test runs now: nobody waits for a date to see the counts.
  const startsAt = schedule && mode === 'live' ? Math.max(now, instantOf(schedule.once, schedule.zone)) : now;
  const state = startsAt > now ? 'scheduled' : 'running';
  const runId = await insertRun(tx, {
    campaignKey: definition.key,
    version,
    mode,
    state,
    body: definition,
    startsAt,
    now,
  });
  const inbound = inboundOf(definition.activities);
  const tasks = Object.keys(definition.activities).map((activity, position) => ({
    activity,
    position,
    inputs: inbound.get(activity)?.length ?? 0,
  }));
  await insertTasks(tx, runId, tasks);
  const at = new Date(startsAt).toISOString();
  const wording =
    mode === 'test'
      ? say('A test run of version {version}.', { version })
      : state === 'scheduled'
        ? say('A live run of version {version}. It begins at {at}.', { version, at })
        : say('A live run of version {version}.', { version });
  await insertLog(tx, runId, [{ level: 'info', activity: null, wording }], now);
  await purgeWithin(tx, { campaignKey: definition.key, before: undefined });
  return { runId, startsAt };
}

/** @throws AppError `conflict` while a run of the mode is alive. */
export async function mustBeIdle(db: Queryable, key: string, mode: RunMode): Promise<void> {
  const alive = await aliveRunOf(db, key, mode);
  if (!alive) return;
  const of = { key, state: say(alive.state), run: alive.run_id };
  throw new AppError(
    'conflict',
    mode === 'test'
      ? say('Campaign "{key}" has a test run that is {state} (run {run}); stop it first.', of)
      : say('Campaign "{key}" has a live run that is {state} (run {run}); stop it first.', of),
  );
}
