// Owns: the SQL that fills the states of metrics that are new for all people of some buckets.
// Does not own: what a state looks like (core/metrics; the two are compared by a test).
import type { Instant } from '../../core/kernel/index.ts';
import type { Metric } from '../../core/metrics/index.ts';
import { instantText, type TimeWindow } from '../../core/rules/index.ts';
import { join, type Queryable, raw, type Sql, sql, type Transaction } from '../../platform/sql/index.ts';
import { eventTests } from '../rules/index.ts';

/** A metric whose state is the list of the newest times. */
export type NewestMetric = Metric & { readonly newest: { readonly count: number; readonly window: TimeWindow } };

type Fill = { readonly buckets: readonly number[]; readonly now: Instant };

/**
 * What many people's rows at once need, whatever the caller's transaction was set to before: hash joins and sequential scans, memory
 * for them, and no time spent on compiling. One process, so that rows stay in the order in which a sub-select puts them.
 */
export async function prepareForFilling(tx: Queryable): Promise<void> {
  await tx.execute(
    raw(
      "set local jit = off; set local work_mem = '64MB'; set local hash_mem_multiplier = 2; set local enable_hashjoin = on; set local enable_mergejoin = on; set local enable_seqscan = on; set local enable_nestloop = off; set local max_parallel_workers_per_gather = 0",
    ),
  );
}

const instant = (at: Instant) => sql`${instantText(at)}::timestamptz`;

/**
 * The states of all the metrics, from one look at the events, straight into `profile_state`. A state that is there is replaced; who has
 * no event that could matter keeps what there is, in which nothing can matter either.
 */
export async function fillNewest(
  tx: Queryable,
  metrics: readonly NewestMetric[],
  { buckets, now }: Fill,
): Promise<number> {
  const names = [...new Set(metrics.flatMap((metric) => metric.events))];
  const bounds = metrics.map(({ newest }) => newest.window.fromOffset);
  const from = bounds.every((bound) => bound !== undefined) ? now + Math.min(...bounds) : undefined;
  const flags = metrics.map((metric, index) => sql`(${matters(metric, now)}) as ${column('m', index)}`);
  const kept = metrics.flatMap((metric, index) => keptTimes(metric, index, now));
  // Ids are letters and digits. A list that is null leaves its member out.
  const members = metrics.map(
    ({ id }, index) => sql`${`"${id}":[`}::text || array_to_string(${column('k', index)}, ',') || ']'`,
  );
  const wakes = metrics.flatMap((metric, index) => nextTurns(metric, index));
  return tx.execute(
    laid(sql`
    select bucket, profile_id, ('{' || concat_ws(',', ${join(members)}) || '}')::json as metrics,
      to_timestamp(least(${join(wakes)}) / 1000.0) as wake_at
    from (
      select bucket, profile_id, ${join(kept)}
      from (select * from (
        select bucket, profile_id, floor(round(date_part('epoch', occurred_at) * 1e6) / 1e3)::bigint as at, ${join(flags)}
        from event e
        where bucket = any(${buckets}::smallint[]) and name = any(${names}::text[])
          ${from === undefined ? sql`` : sql`and occurred_at >= ${instant(from)}`}) seen
      where ${join(
        metrics.map((_metric, index) => column('m', index)),
        ' or ',
      )}
      order by bucket, profile_id, at) sorted
      group by bucket, profile_id) kept`),
  );
}

/**
 * Lays states over those that are there, and lets nobody wake later than they did. Nobody else writes states of these buckets, so
 * that a row which is not there is inserted without looking twice.
 */
function laid(states: Sql): Sql {
  return sql`
    with laid as materialized (${states}),
    over as (
      update profile_state s
      set metrics = (s.metrics::jsonb || l.metrics::jsonb)::json, wake_at = least(s.wake_at, l.wake_at)
      from laid l where s.bucket = l.bucket and s.profile_id = l.profile_id)
    insert into profile_state (bucket, profile_id, metrics, wake_at)
    select bucket, profile_id, metrics, wake_at from laid l
    where not exists (select from profile_state s where s.bucket = l.bucket and s.profile_id = l.profile_id)`;
}

/** Whether an event can still be part of what a metric remembers. */
function matters({ condition, newest: { window } }: NewestMetric, now: Instant): Sql {
  if (!('event' in condition)) return sql`false`;
  const { fromAt, fromOffset, toAt } = window;
  return join(
    [
      ...eventTests('e', condition.event, condition.where, now),
      ...(fromAt === undefined ? [] : [sql`e.occurred_at >= ${instant(fromAt)}`]),
      ...(fromOffset === undefined ? [] : [sql`e.occurred_at >= ${instant(now + fromOffset)}`]),
      ...(toAt === undefined ? [] : [sql`e.occurred_at < ${instant(toAt)}`]),
    ],
    ' and ',
  );
}

/** Of rows in order of time: the newest times that have come, and all that are still to come; with the first of them, and the first of those to come. */
function keptTimes({ newest: { count, window } }: NewestMetric, index: number, now: Instant): Sql[] {
  const flag = column('m', index);
  const end = now + window.toOffset;
  const come = sql`count(*) filter (where ${flag} and at < ${end}::bigint)`;
  return [
    sql`(array_agg(at) filter (where ${flag}))[greatest(1, ${come} - ${count - 1}::int):] as ${column('k', index)}`,
    sql`min(at) filter (where ${flag} and at >= ${end}::bigint) as ${column('p', index)}`,
  ];
}

/** In milliseconds: when the oldest of what is kept leaves the window, when the first of what is to come enters it. */
function nextTurns({ newest: { window } }: NewestMetric, index: number): Sql[] {
  const enters = sql`${column('p', index)} + ${1 - window.toOffset}::bigint`;
  if (window.fromOffset === undefined) return [enters];
  return [sql`(${column('k', index)})[1] + ${1 - window.fromOffset}::bigint`, enters];
}

function column(letter: 'm' | 'k' | 'p', index: number): Sql {
  return raw(`${letter}${index}`);
}

export type FoldedState = {
  readonly bucket: number;
  readonly profileId: number;
  readonly metrics: string;
  readonly wakeAt: Instant | undefined;
};

export async function layStates(tx: Queryable, rows: readonly FoldedState[]): Promise<void> {
  await tx.execute(
    laid(sql`
      select * from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.profileId)}::bigint[],
        ${rows.map((row) => row.metrics)}::json[],
        ${rows.map((row) => (row.wakeAt === undefined ? null : instantText(row.wakeAt)))}::timestamptz[]) l (bucket, profile_id, metrics, wake_at)`),
  );
}

export type HistoryRow = {
  readonly bucket: number;
  readonly profileId: number;
  readonly name: string;
  readonly at: Date;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** The events of some names of all people of some buckets, person by person, each person's in their order. */
export function streamHistory(
  tx: Transaction,
  buckets: readonly number[],
  names: readonly string[],
  batchSize: number,
): AsyncIterable<HistoryRow[]> {
  return tx.fetch(
    sql`select bucket, profile_id as "profileId", name, occurred_at as at, properties from event
      where bucket = any(${buckets}::smallint[]) and name = any(${names}::text[])
      order by bucket, profile_id, occurred_at, event_id`,
    batchSize,
  );
}

/** The same of some people. */
export function selectHistory(
  tx: Queryable,
  people: readonly { readonly bucket: number; readonly profileId: number }[],
  names: readonly string[],
): Promise<HistoryRow[]> {
  return tx.query(sql`
    select e.bucket, e.profile_id as "profileId", e.name, e.occurred_at as at, e.properties
    from unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profileId)}::bigint[]) k (bucket, profile_id)
      join event e on e.bucket = k.bucket and e.profile_id = k.profile_id
    where e.name = any(${names}::text[])
    order by e.bucket, e.profile_id, e.occurred_at, e.event_id`);
}
