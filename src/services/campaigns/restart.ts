import { downstreamOf } from '../../core/campaigns/index.ts';
import { AppError, inLanguage, invalid, say, suggest, thereIsNo } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { stopSend } from '../deliveries/index.ts';
import { commandRun, type RunAddress } from './command.ts';
import { deleteTransitions, dropTables, listTransitions, lockAllTasks, type RunWithBody, resetTasks } from './store.ts';
import { sentMessages } from './store-send.ts';

/**
 * Runs an activity and everything behind it again: their tables are dropped, what lies before is kept.
 * @throws AppError `conflict` when an email among them has sent something, `invalid` for an unknown activity.
 */
export async function restartRun(
  ctx: Context,
  address: RunAddress & { readonly from: string },
): Promise<{ runId: number; state: string }> {
  return commandRun(ctx, address, {
    command: 'restart',
    wording: say('Restarted from {from} by a person.', { from: address.from }),
    consequences: (tx, run) => clearFrom(ctx, tx, run, address.from),
  });
}

async function clearFrom(ctx: Context, tx: Transaction, run: RunWithBody, from: string): Promise<void> {
  const { activities } = run.body;
  if (!Object.hasOwn(activities, from)) {
    const near = suggest(from, Object.keys(activities));
    throw invalid(say('The run has no activity "{from}".', { from }), [
      { path: 'from', ...thereIsNo('activity', from), ...(near === undefined ? {} : { suggestion: near }) },
    ]);
  }
  const behind = downstreamOf(activities, from);
  const all = await lockAllTasks(tx, run.run_id);
  const tasks = all.filter((task) => behind.has(task.activity));
  for (const task of tasks) {
    if (task.send_id === null) continue;
    // Stopped before it is looked at: from here on nothing of it can be claimed, so what has left is all that will leave.
    await stopSend(tx, ctx, task.send_id, inLanguage(say('Its run was restarted before it.')));
    if ((await sentMessages(tx, task.send_id)) > 0) {
      throw new AppError(
        'conflict',
        say('Email "{activity}" has already sent messages; they cannot be taken back.', { activity: task.activity }),
      );
    }
  }
  await mustHaveRows(tx, run.run_id, behind);
  await dropOwnTables(tx, run.run_id, behind);
  await deleteTransitions(tx, run.run_id, [...behind]);
  const again = all.filter((task) => behind.has(task.activity) || task.state === 'failed');
  await resetTasks(
    tx,
    run.run_id,
    again.map((task) => task.activity),
  );
}

/** @throws AppError `conflict` when rows that these activities start from were purged: they would find nobody. */
async function mustHaveRows(tx: Transaction, runId: number, behind: ReadonlySet<string>): Promise<void> {
  const needed = (await listTransitions(tx, runId)).filter(
    (it) => !behind.has(it.activity) && it.target !== null && behind.has(it.target),
  );
  const purged = needed.find((it) => it.table_name === null && it.row_count > 0);
  if (!purged) return;
  throw new AppError(
    'conflict',
    say('The rows of "{activity}.{outlet}" were purged; restart from "{activity}" or before.', {
      activity: purged.activity,
      outlet: purged.outlet,
    }),
  );
}

/** Drops the tables that these activities made; one that was only handed on through them still belongs to its maker. */
async function dropOwnTables(tx: Transaction, runId: number, behind: ReadonlySet<string>): Promise<void> {
  const transitions = await listTransitions(tx, runId);
  const kept = new Set(transitions.filter((it) => !behind.has(it.activity)).map((it) => it.table_name));
  const gone = transitions.flatMap((it) => (it.table_name === null || kept.has(it.table_name) ? [] : [it.table_name]));
  await dropTables(tx, [...new Set(gone)]);
}
