import type { CampaignDefinition, Population, RunMode, RunState, TaskState } from '../../core/campaigns/index.ts';
import type { Column } from '../../core/data/index.ts';
import { type Instant, inLanguage, notFound, say, type Wording } from '../../core/kernel/index.ts';
import type { Rule } from '../../core/rules/index.ts';
import { empty, id, join, type Queryable, sql } from '../../platform/sql/index.ts';

export type RunRow = {
  readonly run_id: number;
  readonly campaign_key: string;
  readonly version: number;
  readonly mode: RunMode;
  readonly state: RunState;
  readonly reason: string | null;
  readonly starts_at: Date;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly finished_at: Date | null;
};
export type RunWithBody = RunRow & { readonly body: CampaignDefinition };

export type TaskRow = {
  readonly activity: string;
  readonly position: number;
  readonly inputs: number;
  readonly attempt: number;
  readonly state: TaskState;
  readonly due_at: Date | null;
  readonly send_id: number | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly error: string | null;
  readonly statements: readonly string[];
};

/** A column of a work table after (bucket, profile_id); `key` marks those of the dimension's primary key. */
export type WorkColumn = Column & { readonly key?: true };

export type TransitionRow = {
  readonly activity: string;
  readonly outlet: string;
  readonly target: string | null;
  readonly table_name: string | null;
  readonly dimension: string;
  readonly columns: readonly WorkColumn[];
  readonly unique_rows: boolean;
  readonly row_count: number;
  readonly created_at: Date;
};

export type LogRow = {
  readonly log_id: number;
  readonly at: Date;
  readonly level: 'info' | 'warning' | 'error';
  readonly activity: string | null;
  readonly message: string;
};

const RUN = sql`run_id, campaign_key, version, mode, state, reason, starts_at, created_at, updated_at, finished_at`;
const TASK = sql`activity, position, inputs, attempt, state, due_at, send_id, started_at, finished_at, error, statements`;
const TRANSITION = sql`activity, outlet, target, table_name, dimension, columns, unique_rows, row_count, created_at`;
const at = (instant: Instant): Date => new Date(instant);

export async function insertRun(
  tx: Queryable,
  run: {
    readonly campaignKey: string;
    readonly version: number;
    readonly mode: RunMode;
    readonly state: RunState;
    readonly body: CampaignDefinition;
    readonly startsAt: Instant;
    readonly now: Instant;
  },
): Promise<number> {
  const { run_id } = await tx.one<{ run_id: number }>(sql`
    insert into campaign_run (campaign_key, version, mode, state, body, starts_at, created_at, updated_at)
    values (${run.campaignKey}, ${run.version}, ${run.mode}, ${run.state}, ${JSON.stringify(run.body)}, ${at(run.startsAt)},
      ${at(run.now)}, ${at(run.now)})
    returning run_id`);
  return run_id;
}

export async function insertTasks(
  tx: Queryable,
  runId: number,
  tasks: readonly { readonly activity: string; readonly position: number; readonly inputs: number }[],
): Promise<void> {
  await tx.execute(sql`
    insert into campaign_task (run_id, activity, position, inputs, state)
    select ${runId}::bigint, activity, position, inputs, 'pending'
    from unnest(${tasks.map((task) => task.activity)}::text[], ${tasks.map((task) => task.position)}::integer[],
      ${tasks.map((task) => task.inputs)}::integer[]) as task (activity, position, inputs)`);
}

/** The run of a campaign, or its newest one when `runId` is not given. @throws AppError `not_found`. */
export async function findRun(db: Queryable, campaignKey: string, runId?: number): Promise<RunWithBody> {
  const row = await db.maybeOne<RunWithBody>(sql`
    select ${RUN}, body from campaign_run
    where campaign_key = ${campaignKey} ${runId === undefined ? empty : sql`and run_id = ${runId}`}
    order by run_id desc limit 1`);
  if (!row)
    throw notFound(runId === undefined ? 'run of campaign' : say('run {run} of campaign', { run: runId }), campaignKey);
  return row;
}

export async function listRunRows(
  db: Queryable,
  page: { readonly campaignKey: string | undefined; readonly before: number | undefined; readonly limit: number },
): Promise<RunRow[]> {
  return db.query(sql`
    select ${RUN} from campaign_run
    where true ${page.campaignKey === undefined ? empty : sql`and campaign_key = ${page.campaignKey}`}
      ${page.before === undefined ? empty : sql`and run_id < ${page.before}`}
    order by run_id desc limit ${page.limit}`);
}

/**
 * The run, locked until the transaction ends. The lock lets foreign keys be checked, so that it never waits for an activity that is
 * being executed.
 */
export async function lockRun(tx: Queryable, runId: number): Promise<RunWithBody | undefined> {
  return tx.maybeOne(sql`select ${RUN}, body from campaign_run where run_id = ${runId} for no key update`);
}

export async function setRunState(
  tx: Queryable,
  runId: number,
  change: { readonly state: RunState; readonly reason: string | null; readonly now: Instant },
): Promise<void> {
  await tx.execute(sql`
    update campaign_run set state = ${change.state}, reason = ${change.reason}, updated_at = ${at(change.now)},
      finished_at = case when ${change.state} in ('stopped', 'completed') then ${at(change.now)}::timestamptz end
    where run_id = ${runId}`);
}

/**
 * Runs that can move now. One look at a handful of rows, however many runs wait for a day, a person or a send: this is what an idle
 * worker asks again and again.
 */
export async function movableRuns(db: Queryable, now: Instant): Promise<number[]> {
  const rows = await db.query<{ run_id: number }>(sql`
    select run_id from campaign_run r
    where r.state in ('running', 'pausing', 'stopping')
      or r.state = 'scheduled' and r.starts_at <= ${at(now)}
      or r.state = 'waiting' and exists (
        select from campaign_task t left join send s on s.send_id = t.send_id
        where t.run_id = r.run_id and t.state = 'waiting' and (t.due_at <= ${at(now)} or s.state in ('finished', 'stopped')))
    order by run_id`);
  return rows.map((row) => row.run_id);
}

export async function aliveRunOf(db: Queryable, campaignKey: string, mode: RunMode): Promise<RunRow | undefined> {
  return db.maybeOne(sql`
    select ${RUN} from campaign_run
    where campaign_key = ${campaignKey} and mode = ${mode} and state not in ('stopped', 'completed', 'failed')
    order by run_id desc limit 1`);
}

/** One campaign starts at most one run at a time. */
export async function lockCampaign(tx: Queryable, campaignKey: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`campaign ${campaignKey}`}, 7301003))`);
}

/**
 * A task that is ready, of a run that goes on, that nobody else is executing; locked until the transaction ends. A dead worker's
 * lock dies with its connection, so there is nothing to clean up.
 */
export async function lockReadyTask(
  tx: Queryable,
  now: Instant,
): Promise<(TaskRow & { readonly run_id: number }) | undefined> {
  return tx.maybeOne(sql`
    select t.run_id, ${join(TASK_NAMES.map((name) => sql`t.${id(name)}`))} from campaign_task t join campaign_run r using (run_id)
    where r.state in ('running', 'waiting')
      and (t.state = 'pending' and t.inputs = (
          select count(*) from campaign_transition a where a.run_id = t.run_id and a.target = t.activity)
        or t.state = 'waiting' and t.due_at <= ${at(now)})
    order by t.run_id, t.position
    limit 1
    for update of t skip locked`);
}
const TASK_NAMES = [
  'activity',
  'position',
  'inputs',
  'attempt',
  'state',
  'due_at',
  'send_id',
  'started_at',
  'finished_at',
  'error',
  'statements',
];

/** The run's state as it is now, after a lock was taken. */
export async function readRun(tx: Queryable, runId: number): Promise<RunWithBody> {
  return tx.one(sql`select ${RUN}, body from campaign_run where run_id = ${runId}`);
}

/** The open tasks that nobody is executing, locked until the transaction ends. */
export async function lockFreeTasks(tx: Queryable, runId: number): Promise<TaskRow[]> {
  return tx.query(sql`
    select ${TASK} from campaign_task where run_id = ${runId} and state in ('pending', 'waiting')
    order by position for update skip locked`);
}

/** Every task of the run, locked; waits for those that are being executed. */
export async function lockAllTasks(tx: Queryable, runId: number): Promise<TaskRow[]> {
  return tx.query(sql`select ${TASK} from campaign_task where run_id = ${runId} order by position for update`);
}

export async function lockTask(tx: Queryable, runId: number, activity: string): Promise<TaskRow | undefined> {
  return tx.maybeOne(sql`
    select ${TASK} from campaign_task where run_id = ${runId} and activity = ${activity} for update`);
}

export async function listTasks(db: Queryable, runId: number): Promise<TaskRow[]> {
  return db.query(sql`select ${TASK} from campaign_task where run_id = ${runId} order by position`);
}

export async function setTask(
  tx: Queryable,
  runId: number,
  activity: string,
  change: {
    readonly state: TaskState;
    readonly startedAt?: Instant;
    readonly finishedAt?: Instant;
    readonly dueAt?: Instant;
    readonly sendId?: number;
    readonly error?: string;
    readonly statements?: readonly string[];
  },
): Promise<void> {
  const time = (instant: Instant | undefined) => (instant === undefined ? null : at(instant));
  await tx.execute(sql`
    update campaign_task set state = ${change.state}, started_at = coalesce(${time(change.startedAt)}, started_at),
      finished_at = ${time(change.finishedAt)}, due_at = ${time(change.dueAt)}, send_id = ${change.sendId ?? null},
      error = ${change.error ?? null},
      statements = coalesce(${change.statements ? JSON.stringify(change.statements) : null}::jsonb, statements)
    where run_id = ${runId} and activity = ${activity}`);
}

/** Tasks as they were before they ran, to run again. */
export async function resetTasks(tx: Queryable, runId: number, activities: readonly string[]): Promise<void> {
  await tx.execute(sql`
    update campaign_task set state = 'pending', attempt = attempt + 1, due_at = null, send_id = null, started_at = null,
      finished_at = null, error = null, statements = '[]'
    where run_id = ${runId} and activity = any(${activities})`);
}

export async function insertTransition(
  tx: Queryable,
  runId: number,
  row: {
    readonly activity: string;
    readonly outlet: string;
    readonly target: string | undefined;
    readonly table: string | null;
    readonly population: Population;
    readonly rows: number;
    readonly now: Instant;
  },
): Promise<void> {
  const { population } = row;
  const columns: WorkColumn[] = [
    ...population.keys.map((key) => ({ ...key, key: true as const })),
    ...population.columns.map((column) => ({ ...column })),
  ];
  await tx.execute(sql`
    insert into campaign_transition (run_id, activity, outlet, target, table_name, dimension, columns, unique_rows, row_count, created_at)
    values (${runId}, ${row.activity}, ${row.outlet}, ${row.target ?? null}, ${row.table}, ${population.dimension},
      ${JSON.stringify(columns)}, ${population.unique}, ${row.rows}, ${at(row.now)})`);
}

export async function listTransitions(db: Queryable, runId: number): Promise<TransitionRow[]> {
  return db.query(sql`
    select ${join(TRANSITION_NAMES.map((name) => sql`a.${id(name)}`))} from campaign_transition a
    join campaign_task t using (run_id, activity) where run_id = ${runId} order by t.position, a.created_at, a.outlet`);
}
const TRANSITION_NAMES = [
  'activity',
  'outlet',
  'target',
  'table_name',
  'dimension',
  'columns',
  'unique_rows',
  'row_count',
  'created_at',
];

export async function findTransition(
  db: Queryable,
  runId: number,
  activity: string,
  outlet: string,
): Promise<TransitionRow | undefined> {
  return db.maybeOne(sql`
    select ${TRANSITION} from campaign_transition where run_id = ${runId} and activity = ${activity} and outlet = ${outlet}`);
}

export async function deleteTransitions(tx: Queryable, runId: number, activities: readonly string[]): Promise<void> {
  await tx.execute(sql`delete from campaign_transition where run_id = ${runId} and activity = any(${activities})`);
}

/** Forgets where the rows are; the counts stay. */
export async function forgetTables(tx: Queryable, runId: number): Promise<void> {
  await tx.execute(sql`update campaign_transition set table_name = null where run_id = ${runId}`);
}

export async function dropTables(tx: Queryable, tables: readonly string[]): Promise<void> {
  if (tables.length === 0) return;
  await tx.execute(sql`drop table if exists ${join(tables.map((table) => id('work', table)))}`);
}

export async function insertLog(
  tx: Queryable,
  runId: number,
  lines: readonly { readonly level: LogRow['level']; readonly activity: string | null; readonly wording: Wording }[],
  now: Instant,
): Promise<void> {
  if (lines.length === 0) return;
  await tx.execute(sql`
    insert into campaign_log (run_id, at, level, activity, message)
    select ${runId}::bigint, ${at(now)}::timestamptz, level, activity, message
    from unnest(${lines.map((line) => line.level)}::text[], ${lines.map((line) => line.activity)}::text[],
      ${lines.map((line) => inLanguage(line.wording))}::text[]) as line (level, activity, message)`);
}

export async function listLog(
  db: Queryable,
  page: {
    readonly runId: number;
    readonly after: number | undefined;
    readonly activity: string | undefined;
    readonly limit: number;
  },
): Promise<LogRow[]> {
  return db.query(sql`
    select log_id, at, level, activity, message from campaign_log
    where run_id = ${page.runId} ${page.after === undefined ? empty : sql`and log_id > ${page.after}`}
      ${page.activity === undefined ? empty : sql`and activity = ${page.activity}`}
    order by log_id limit ${page.limit}`);
}

/** The rule of an audience's published definition; undefined when it has none (a campaign saves it). */
export async function publishedAudienceRule(db: Queryable, key: string): Promise<Rule | undefined> {
  const row = await db.maybeOne<{ rule: Rule | null }>(sql`
    select body -> 'rule' as rule from definition
    where kind = 'audience' and key = ${key} and state = 'published' order by version desc limit 1`);
  return row?.rule ?? undefined;
}

/**
 * Runs that have ended and whose tables may go: all but the newest of each campaign and mode, or those older than a moment; locked
 * until the transaction ends, so that none of them is restarted meanwhile.
 */
export async function purgeableRuns(
  db: Queryable,
  choice: { readonly campaignKey: string | undefined; readonly before: Instant | undefined },
): Promise<number[]> {
  const rows = await db.query<{ run_id: number }>(sql`
    select r.run_id from campaign_run r
    where r.state in ('stopped', 'completed')
      and exists (select from campaign_transition a where a.run_id = r.run_id and a.table_name is not null)
      ${choice.campaignKey === undefined ? empty : sql`and r.campaign_key = ${choice.campaignKey}`}
      ${choice.before === undefined ? empty : sql`and r.finished_at < ${at(choice.before)}`}
      and exists (select from campaign_run n where n.campaign_key = r.campaign_key and n.mode = r.mode and n.run_id > r.run_id)
    order by r.run_id for no key update of r skip locked`);
  return rows.map((row) => row.run_id);
}

export async function latestRuns(db: Queryable, campaignKeys: readonly string[]): Promise<RunRow[]> {
  return db.query(sql`
    select distinct on (campaign_key, mode) ${RUN} from campaign_run
    where campaign_key = any(${campaignKeys}) order by campaign_key, mode, run_id desc`);
}
