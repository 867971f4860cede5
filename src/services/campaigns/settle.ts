import { advanceRun, type RunEvent, type RunState } from '../../core/campaigns/index.ts';
import { type Instant, inLanguage, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { pauseSendWithin, stopSend } from '../deliveries/index.ts';
import { isReady } from './ready.ts';
import {
  insertLog,
  listTasks,
  listTransitions,
  lockFreeTasks,
  lockRun,
  type RunWithBody,
  setRunState,
  setTask,
  type TaskRow,
} from './store.ts';
import { sendStates } from './store-send.ts';

/** The reason on sends that stand still with their run; resuming the run lets exactly these go on. */
export const PAUSED_WITH_RUN = inLanguage(say('The run is {state}.', { state: say('paused') }));

/**
 * Owns: the moves that a run makes by itself. It looks at the tasks, tells core's `advanceRun` what it sees and writes the answer.
 * Does not own: executing activities (execute.ts), what people ask (pause.ts and its siblings).
 *
 * Invariants
 * S1 A run is settled by one worker at a time (its row is locked), so two branches that end at once cannot both look too early.
 * S2 "Nothing is being executed" is seen by locking every open task: what cannot be locked is at work.
 */
export async function settleRun(ctx: Context, runId: number): Promise<RunState | undefined> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const run = await lockRun(tx, runId);
    if (!run) return undefined;
    if (run.state === 'scheduled') return settleScheduled(tx, run, now);
    const free = await lockFreeTasks(tx, runId);
    await finishSends(tx, run, free, now);
    const tasks = await listTasks(tx, runId);
    const open = tasks.filter((task) => task.state === 'pending' || task.state === 'waiting');
    const executing = open.length - free.filter((task) => open.some((it) => it.activity === task.activity)).length;
    const event = await eventOf(tx, run, {
      open,
      failed: tasks.some((task) => task.state === 'failed'),
      executing,
      now,
    });
    const moved = event === undefined ? undefined : advanceRun(run.state, event);
    if (moved?.kind !== 'moved') return run.state;
    if (moved.state === 'stopped') await stopTasks(ctx, tx, run, tasks, now);
    if (moved.state === 'paused') await pauseSends(ctx, tx, tasks);
    await setRunState(tx, runId, { state: moved.state, reason: reasonAfter(run, moved.state), now });
    if (MILESTONES.has(moved.state)) await logState(tx, run, moved.state, now);
    return moved.state;
  });
}

const MILESTONES: ReadonlySet<RunState> = new Set(['paused', 'stopped', 'completed']);

async function settleScheduled(tx: Transaction, run: RunWithBody, now: Instant): Promise<RunState> {
  if (run.starts_at.getTime() > now) return run.state;
  const moved = advanceRun(run.state, 'due');
  if (moved.kind !== 'moved') return run.state;
  await setRunState(tx, run.run_id, { state: moved.state, reason: null, now });
  await insertLog(
    tx,
    run.run_id,
    [{ level: 'info', activity: null, wording: say('The scheduled time has come.') }],
    now,
  );
  return moved.state;
}

type Seen = {
  readonly open: readonly TaskRow[];
  readonly failed: boolean;
  readonly executing: number;
  readonly now: Instant;
};

async function eventOf(tx: Transaction, run: RunWithBody, seen: Seen): Promise<RunEvent | undefined> {
  if (run.state === 'stopping') return seen.executing === 0 ? 'still' : undefined;
  if (seen.failed) return run.state === 'pausing' && seen.executing === 0 ? 'still' : undefined;
  if (seen.open.length === 0) return 'finished';
  if (run.state === 'pausing') return seen.executing === 0 ? 'still' : undefined;
  if (run.state !== 'running' && run.state !== 'waiting') return undefined;
  const transitions = await listTransitions(tx, run.run_id);
  return seen.executing > 0 || seen.open.some((task) => isReady(task, transitions, seen.now)) ? 'busy' : 'idle';
}

/** An email is done when its send is. */
async function finishSends(tx: Transaction, run: RunWithBody, free: readonly TaskRow[], now: Instant): Promise<void> {
  const waiting = free.flatMap((task) =>
    task.send_id === null ? [] : [{ activity: task.activity, sendId: task.send_id }],
  );
  if (waiting.length === 0) return;
  const states = await sendStates(
    tx,
    waiting.map((task) => task.sendId),
  );
  for (const { activity, sendId } of waiting) {
    const state = states.get(sendId);
    if (state !== 'finished' && state !== 'stopped') continue;
    await setTask(tx, run.run_id, activity, {
      state: state === 'finished' ? 'done' : 'stopped',
      finishedAt: now,
      sendId,
    });
    await insertLog(
      tx,
      run.run_id,
      [{ level: 'info', activity, wording: say('Its send is {state}.', { state: say(state) }) }],
      now,
    );
  }
}

/** An email that was being executed when the pause was asked for has made a send that nobody has paused yet. */
async function pauseSends(ctx: Context, tx: Transaction, tasks: readonly TaskRow[]): Promise<void> {
  const sendIds = tasks.flatMap((task) => task.send_id ?? []);
  for (const [sendId, state] of await sendStates(tx, sendIds)) {
    if (state === 'sending') await pauseSendWithin(tx, ctx, sendId, PAUSED_WITH_RUN);
  }
}

async function stopTasks(
  ctx: Context,
  tx: Transaction,
  run: RunWithBody,
  tasks: readonly TaskRow[],
  now: Instant,
): Promise<void> {
  for (const task of tasks) {
    if (task.send_id !== null) await stopSend(tx, ctx, task.send_id, inLanguage(say('The run was stopped.')));
    if (task.state !== 'pending' && task.state !== 'waiting') continue;
    await setTask(tx, run.run_id, task.activity, {
      state: 'stopped',
      finishedAt: now,
      ...(task.send_id === null ? {} : { sendId: task.send_id }),
    });
  }
}

function reasonAfter(run: RunWithBody, state: RunState): string | null {
  return state === 'running' || state === 'waiting' || state === 'completed' ? null : run.reason;
}

async function logState(tx: Transaction, run: RunWithBody, state: RunState, now: Instant): Promise<void> {
  await insertLog(
    tx,
    run.run_id,
    [{ level: 'info', activity: null, wording: say('The run is {state}.', { state: say(state) }) }],
    now,
  );
}
