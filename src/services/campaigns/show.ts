import { type Activity, outletsOf, type TaskState } from '../../core/campaigns/index.ts';
import type { Column } from '../../core/data/index.ts';
import type { Accounting, SendSummary } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import { sendSummaries } from '../deliveries/index.ts';
import type { RunAddress } from './command.ts';
import { isReady } from './ready.ts';
import { PAUSED_WITH_RUN } from './settle.ts';
import { findRun, listTasks, listTransitions, type RunRow, type TaskRow, type TransitionRow } from './store.ts';
import { type RunSend, sendsOfRun } from './store-send.ts';

/** An arrow; counts and columns are null until its activity has run. */
export type OutletView = {
  readonly outlet: string;
  readonly target: string | null;
  readonly row_count: number | null;
  readonly dimension: string | null;
  readonly columns: readonly Column[] | null;
  /** The rows can be read. */
  readonly kept: boolean;
};

export type ActivityView = {
  readonly activity: string;
  readonly type: Activity['type'];
  readonly label: string | null;
  /** `running`: ready, so that a worker has it or is about to. */
  readonly state: TaskState | 'running';
  readonly attempt: number;
  readonly due_at: Date | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly error: string | null;
  readonly send_id: number | null;
  readonly outlets: readonly OutletView[];
};

/** What became of the messages of one email. */
export type SendView = RunSend & {
  /** It stands still because its run does, and goes on with it. */
  readonly paused_with_run: boolean;
  readonly summary: SummaryView;
};

/** `targeted` is the sum of the other six counts, at any moment. */
export type SummaryView = Accounting & {
  readonly excluded_by: Readonly<Record<string, number>>;
  readonly failed_by: Readonly<Record<string, number>>;
  readonly uncertain_by: Readonly<Record<string, number>>;
  readonly opened: { readonly human: number; readonly machine: number };
  readonly clicked: { readonly human: number; readonly machine: number };
  readonly unsubscribed: number;
  readonly links: readonly { readonly url: string; readonly human: number; readonly machine: number }[];
};

export type RunView = RunRow & {
  readonly name: string | null;
  readonly activities: readonly ActivityView[];
  readonly sends: readonly SendView[];
};

/** A run with all its activities and the counts on every arrow, while it is alive and after. @throws AppError `not_found`. */
export async function showRun(ctx: Context, address: RunAddress): Promise<RunView> {
  const { body, ...run } = await findRun(ctx.db, address.campaignKey, address.runId);
  const tasks = new Map((await listTasks(ctx.db, run.run_id)).map((task) => [task.activity, task]));
  const transitions = await listTransitions(ctx.db, run.run_id);
  const goesOn = run.state === 'running' || run.state === 'waiting';
  const activities = Object.entries(body.activities).flatMap(([name, activity]) => {
    const task = tasks.get(name);
    if (!task) return [];
    const running = goesOn && isReady(task, transitions, ctx.clock.now());
    const outlets = outletsOf(activity).map(({ name: outlet, target }) =>
      outletView(
        outlet,
        target,
        transitions.find((it) => it.activity === name && it.outlet === outlet),
      ),
    );
    return [activityView(name, activity, task, running, outlets)];
  });
  const sends = await sendsOfRun(ctx.db, run.run_id);
  const summaries = await sendSummaries(
    ctx.db,
    sends.map(({ send_id }) => send_id),
  );
  const views = sends.flatMap((send): SendView[] => {
    const summary = summaries.get(send.send_id);
    const pausedWithRun = send.state === 'paused' && send.reason === PAUSED_WITH_RUN;
    return summary ? [{ ...send, paused_with_run: pausedWithRun, summary: summaryView(summary) }] : [];
  });
  return { ...run, name: body.name ?? null, activities, sends: views };
}

function activityView(
  name: string,
  activity: Activity,
  task: TaskRow,
  running: boolean,
  outlets: OutletView[],
): ActivityView {
  const { attempt, due_at, started_at, finished_at, error, send_id } = task;
  const times = { attempt, due_at, started_at, finished_at, error, send_id };
  const state = running ? 'running' : task.state;
  return { activity: name, type: activity.type, label: activity.label ?? null, state, ...times, outlets };
}

function outletView(outlet: string, target: string | undefined, row: TransitionRow | undefined): OutletView {
  return {
    outlet,
    target: target ?? null,
    row_count: row?.row_count ?? null,
    dimension: row?.dimension ?? null,
    columns: row?.columns.map(({ name, type }) => ({ name, type })) ?? null,
    kept: row !== undefined && row.table_name !== null,
  };
}

function summaryView(summary: SendSummary): SummaryView {
  const { targeted, excluded, queued, sending, sent, failed, uncertain, unsubscribed } = summary;
  const people = ({ human, machine }: { human: number; machine: number }) => ({ human, machine });
  return {
    ...{ targeted, excluded, queued, sending, sent, failed, uncertain, unsubscribed },
    excluded_by: summary.excludedBy,
    failed_by: summary.failedBy,
    uncertain_by: summary.uncertainBy,
    opened: people(summary.opened),
    clicked: people(summary.clicked),
    links: summary.links.map(({ url, human, machine }) => ({ url, human, machine })),
  };
}
