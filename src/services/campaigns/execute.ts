import {
  type Activity,
  arrowsOf,
  type CampaignDefinition,
  inboundOf,
  kindOf,
  outletsOf,
  type Population,
} from '../../core/campaigns/index.ts';
import { AppError, type Instant, say, verbatim, type Wording } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { isPassing, type Transaction } from '../../platform/sql/index.ts';
import { prepareForPopulations } from '../rules/index.ts';
import { runActivity } from './activities/index.ts';
import { failTask } from './fail.ts';
import { campaignCatalog } from './load-catalog.ts';
import { isReady } from './ready.ts';
import {
  insertLog,
  insertTransition,
  listTransitions,
  lockReadyTask,
  type RunWithBody,
  readRun,
  setTask,
  type TaskRow,
  type TransitionRow,
} from './store.ts';
import { type Inflow, type Outcome, type Outflow, readable, type Work } from './work.ts';

/**
 * Owns: the transaction that executes one activity. It takes a ready task, creates the tables of its arrows, writes their
 * transitions and marks the task done; all of it or none.
 * Does not own: the life of the run (settle.ts), what an activity does (activities/), messages (services/deliveries).
 *
 * Invariants
 * E1 A task is executed by one worker at a time: its row stays locked from the choice to the commit.
 * E2 A transition exists exactly when the task it comes from has committed, and its table with it.
 * E3 No activity starts in a run that is halted: the run is looked at again after the task is locked.
 */
export type Executed = { readonly runId: number; readonly activity: string };

/** Executes one ready task of any run; undefined when there is none. An activity that fails fails its task, not the worker. */
export async function executeNext(ctx: Context): Promise<Executed | undefined> {
  let taken: (TaskRow & { run_id: number }) | undefined;
  try {
    return await ctx.db.transaction(async (tx) => {
      const now = ctx.clock.now();
      taken = await lockReadyTask(tx, now);
      if (!taken) return undefined;
      const run = await readRun(tx, taken.run_id);
      if (run.state !== 'running' && run.state !== 'waiting') return undefined;
      if (!(await executeTask(ctx, tx, run, taken, now))) return undefined;
      return { runId: run.run_id, activity: taken.activity };
    });
  } catch (error) {
    if (!taken || isPassing(error)) throw error;
    await failTask(ctx, taken, error);
    return { runId: taken.run_id, activity: taken.activity };
  }
}

/** False when the task turns out not to be ready any more. */
async function executeTask(
  ctx: Context,
  tx: Transaction,
  run: RunWithBody,
  task: TaskRow,
  now: Instant,
): Promise<boolean> {
  const activity = run.body.activities[task.activity];
  if (!activity) throw new AppError('internal', verbatim(`Run ${run.run_id} has no activity "${task.activity}".`));
  const transitions = await listTransitions(tx, run.run_id);
  // Chosen by a look from before it was locked: a restart in between may have taken its populations away again.
  if (!isReady(task, transitions, now)) return false;
  const inputs = inflowsOf(run.body, task.activity, transitions);
  const trace: Trace = { statements: [], lines: [] };
  if (isSkipped(activity, inputs)) {
    await skip(tx, run, task, activity, now);
    return true;
  }
  await prepareForPopulations(tx);
  const work: Work = {
    ctx,
    tx,
    now,
    run: { runId: run.run_id, campaignKey: run.campaign_key, mode: run.mode, zone: run.body.schedule?.zone ?? 'UTC' },
    name: task.activity,
    activity,
    inputs: inputs.flatMap((input) => (input.inflow ? [input.inflow] : [])),
    catalog: await campaignCatalog(tx),
    tableFor: (outlet) => tableFor(run.run_id, task, activity, outlet),
    execute: (statement) => {
      trace.statements.push(readable(statement));
      return tx.execute(statement);
    },
    note: (level, wording) => trace.lines.push({ level, activity: task.activity, wording }),
  };
  const outcome = await runActivity(work, task.due_at?.getTime());
  await writeOutcome(work, task, outcome, trace);
  return true;
}

/** What an activity ran and said, for the task list and the log. */
type Trace = {
  readonly statements: string[];
  readonly lines: { level: 'info' | 'warning'; activity: string; wording: Wording }[];
};

async function writeOutcome(work: Work, task: TaskRow, outcome: Outcome, trace: Trace): Promise<void> {
  const { tx, run } = work;
  const begun = task.started_at?.getTime() ?? work.now;
  const now = work.ctx.clock.now();
  if (outcome.kind === 'wait') {
    await setTask(tx, run.runId, task.activity, { state: 'waiting', startedAt: begun, dueAt: outcome.until });
    const until = new Date(outcome.until).toISOString();
    await insertLog(
      tx,
      run.runId,
      [{ level: 'info', activity: task.activity, wording: say('Waits until {until}.', { until }) }],
      now,
    );
    return;
  }
  for (const outflow of outcome.outflows) await writeTransition(work, outflow, now);
  const counts = outcome.outflows.map(({ outlet, rows }) => `${outlet} ${rows}`).join(', ');
  const line = {
    level: 'info' as const,
    activity: task.activity,
    wording: counts === '' ? say('Done.') : say('Done: {counts}.', { counts }),
  };
  await insertLog(tx, run.runId, [...trace.lines, line], now);
  await setTask(tx, run.runId, task.activity, {
    ...(outcome.kind === 'send' ? { state: 'waiting', sendId: outcome.sendId } : { state: 'done', finishedAt: now }),
    startedAt: begun,
    statements: trace.statements,
  });
}

async function writeTransition(work: Work, outflow: Outflow, now: Instant): Promise<void> {
  const { activity, tx, run, name } = work;
  const outlet = outletsOf(activity).find((candidate) => candidate.name === outflow.outlet);
  const population = shapeOf(work, outflow.outlet);
  const stops = outflow.rows === 0 && skipsEmpty(activity, outflow.outlet);
  await insertTransition(tx, run.runId, {
    activity: name,
    outlet: outflow.outlet,
    target: outlet?.target,
    table: stops ? null : outflow.table,
    population,
    rows: outflow.rows,
    now,
  });
}

function shapeOf(work: Work, outlet: string): Population {
  const { activity, inputs, catalog } = work;
  const population = kindOf(activity).output({ activity, inputs, catalog }, outlet);
  if (!population) throw new AppError('internal', verbatim(`The rows of "${work.name}.${outlet}" have no shape.`));
  return population;
}

/** Whether an arrow without rows stops its branch. */
function skipsEmpty(activity: Activity, outlet: string): boolean {
  const ofSubset = activity.type === 'split' ? activity.then[outlet]?.skip_empty : undefined;
  return ofSubset ?? ('skip_empty' in activity && activity.skip_empty === true);
}

type Input = { readonly transition: TransitionRow; readonly inflow: Inflow | undefined };

/** What arrives, in the order of the definition. */
function inflowsOf(definition: CampaignDefinition, name: string, transitions: readonly TransitionRow[]): Input[] {
  const arrows = inboundOf(definition.activities).get(name) ?? [];
  return arrows.flatMap(({ from, outlet }) => {
    const transition = transitions.find((row) => row.activity === from && row.outlet === outlet);
    if (!transition) return [];
    const { table_name: table } = transition;
    const inflow =
      table === null
        ? undefined
        : { from: `${from}.${outlet}`, table, rows: transition.row_count, population: populationOf(transition) };
    return [{ transition, inflow }];
  });
}

/** The shape of the rows on a stored transition. */
export function populationOf(transition: TransitionRow): Population {
  const plain = ({ name, type }: { name: string; type: Population['columns'][number]['type'] }) => ({ name, type });
  return {
    dimension: transition.dimension,
    keys: transition.columns.filter((column) => column.key).map(plain),
    columns: transition.columns.filter((column) => !column.key).map(plain),
    unique: transition.unique_rows,
  };
}

/** A branch that stopped stops everything that needs it. */
function isSkipped(activity: Activity, inputs: readonly Input[]): boolean {
  const stopped = inputs.filter((input) => !input.inflow);
  if (stopped.length === 0) return false;
  if (stopped.length === inputs.length) return true;
  return activity.type === 'combine' && activity.mode !== 'union' && isNeeded(activity, inputs);
}

/** An intersection with a stopped branch, and an exclusion from one, have no rows to keep. */
function isNeeded(activity: Extract<Activity, { type: 'combine' }>, inputs: readonly Input[]): boolean {
  if (activity.mode === 'intersection') return true;
  const from = activity.primary ?? '';
  return inputs.some(({ inflow, transition }) => {
    const named = `${transition.activity}.${transition.outlet}` === from || transition.activity === from;
    return named && inflow === undefined;
  });
}

async function skip(tx: Transaction, run: RunWithBody, task: TaskRow, activity: Activity, now: Instant): Promise<void> {
  const nobody: Population = { dimension: 'profiles', keys: [], columns: [], unique: true };
  for (const arrow of arrowsOf({ ...run.body.activities, [task.activity]: activity })) {
    if (arrow.from !== task.activity) continue;
    await insertTransition(tx, run.run_id, {
      activity: task.activity,
      outlet: arrow.outlet,
      target: arrow.to,
      table: null,
      population: nobody,
      rows: 0,
      now,
    });
  }
  await setTask(tx, run.run_id, task.activity, { state: 'skipped', startedAt: now, finishedAt: now });
  await insertLog(
    tx,
    run.run_id,
    [{ level: 'info', activity: task.activity, wording: say('Skipped: nobody arrived.') }],
    now,
  );
}

const NAME_MAX = 63;

/** Names the table of an outlet: run, place of the activity and of the outlet make it unique, the rest is for the eye. */
function tableFor(runId: number, task: TaskRow, activity: Activity, outlet: string): string {
  const place = outletsOf(activity).findIndex((candidate) => candidate.name === outlet);
  const name = `r${runId}_${task.position}_${place < 0 ? 'x' : place}_${task.activity}_${outlet}`;
  return name.replaceAll('-', '_').slice(0, NAME_MAX);
}
