// Owns: the SQL that fills the states of metrics that are new for all people of some buckets.
// Does not own: what a state looks like (core/metrics; the two are compared by a test).
import type { Instant } from '../../core/kernel/index.ts';
import { ENTRIES_MAX, type EventList, type Metric, type MetricStates } from '../../core/metrics/index.ts';
import { instantText } from '../../core/rules/index.ts';
import { join, type Queryable, raw, type Sql, sql, type Transaction } from '../../platform/sql/index.ts';
import { eventTests, insideJson } from '../rules/index.ts';
import type { Place } from './store-computed.ts';

/** A metric whose state is a list of events. */
export type ListMetric = Metric & { readonly list: EventList };

export type Fill = {
  readonly buckets: readonly number[];
  /** Metrics of which nothing is to be left. */
  readonly gone: readonly string[];
  readonly now: Instant;
};

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

/** What some people need out of many: a look into an index for each of them. */
export async function prepareForSome(tx: Queryable): Promise<void> {
  await tx.execute(
    raw(
      'set local enable_nestloop = on; set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off',
    ),
  );
}

export const instant = (at: Instant) => sql`${instantText(at)}::timestamptz`;

/**
 * The states of all the metrics, from one look at the events for so many of them, straight into `profile_state`. A state that is there is replaced; who has
 * no event that could matter keeps what there is, in which nothing can matter either. Whose list is longer than states are kept is told
 * to be folded anew.
 */
export async function fillLists(tx: Queryable, metrics: readonly ListMetric[], fill: Fill): Promise<void> {
  // Those of one event together.
  const byEvent = metrics
    .map((metric) => ({ metric, name: metric.events.join() }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ metric }) => metric);
  for (let from = 0; from < byEvent.length; from += LISTS_MAX) {
    await fillTogether(tx, byEvent.slice(from, from + LISTS_MAX), fill);
  }
}

/** So many are filled by one statement, which has several columns for each. */
const LISTS_MAX = 50;

async function fillTogether(
  tx: Queryable,
  metrics: readonly ListMetric[],
  { buckets, gone, now }: Fill,
): Promise<void> {
  const names = [...new Set(metrics.flatMap((metric) => metric.events))];
  const from = now + Math.min(...metrics.map(({ list }) => list.window.fromOffset));
  const seen = metrics.flatMap(({ list }, index) => [
    sql`(${matters(list, now)}) as ${column('m', index)}`,
    ...(list.values.length === 0 ? [] : [sql`${valuesSql(list)} as ${column('v', index)}`]),
  ]);
  const flagged = metrics.map((_metric, index) => column('m', index));
  const kept = metrics.map(({ list }, index) => sql`${keptEntries(list, index, now)} as ${column('k', index)}`);
  // A list that is null leaves its member out. An array: a function takes a hundred arguments and no more.
  const members = metrics.map(
    ({ id }, index) => sql`${`"${id}":[`}::text || array_to_string(${column('k', index)}, ',') || ']'`,
  );
  const lengths = metrics.map((_metric, index) => sql`cardinality(${column('k', index)})`);
  const turns = metrics.flatMap(({ list }, index) => firstTurns(list, index, now));
  await tx.execute(
    laid(
      sql`
    select bucket, profile_id, ${statesText(members)} as metrics,
      to_timestamp(wake / 1000.0) as wake_at, coalesce(greatest(${join(lengths)}), 0) > ${ENTRIES_MAX}::int as overlong
    from (
      select bucket, profile_id, ${join(kept)}, least(${join(turns)}) as wake
      from (select * from (
        select bucket, profile_id, floor(round(date_part('epoch', occurred_at) * 1e6) / 1e3)::bigint as at, ${join(seen)}
        from event e
        where bucket = any(${buckets}::smallint[]) and name = any(${names}::text[]) and occurred_at >= ${instant(from)}) seen
      where ${join(flagged, ' or ')}
      order by bucket, profile_id, at) sorted
      group by bucket, profile_id) kept`,
      sql`, refolded as (
        insert into inbox (bucket, profile_id, body, received_at)
        select bucket, profile_id, ${REFOLD}::json, ${new Date(now)}::timestamptz from laid where overlong)`,
      { buckets, ids: metrics.map(({ id }) => id), gone },
    ),
  );
}

const REFOLD = JSON.stringify({ kind: 'touch', cause: 'rule', refold: true });

/** States as core's `MetricStates` writes them, a line for each, of the members of an object; those that are null are left out. */
export function statesText(members: readonly Sql[]): Sql {
  const lines = sql`array_to_string(array[${join(members)}]::text[], ${',\n'}::text)`;
  return sql`(${'{\n'}::text || ${lines} || ${'\n}'}::text)`;
}

/** What that is of nothing. */
export const NO_LINES = sql`${'{\n\n}'}::text`;

type Replaced = {
  readonly buckets: readonly number[];
  /** The metrics of which states are laid, */
  readonly ids: readonly string[];
  /** and those of which nothing is to be left. */
  readonly gone: readonly string[];
};

/**
 * Lays states, one text for each person, over those that are there, less those of metrics that are gone, and lets nobody wake later than
 * they did. Nobody else writes states of these buckets, so that a row which is not there is inserted without looking twice.
 */
function laid(states: Sql, besides: Sql, replaced: Replaced): Sql {
  return sql`
    with laid as materialized (${states})${besides},
    over as (${laidOver(replaced)})
    ${addedStates(replaced)}`;
}

/**
 * The states `laid` of people who have some. Where nothing there is replaced, which the text tells, they are put behind the others
 * without a look into these; a text of our own stays one, with a line for each.
 */
export function laidOver({ buckets, ids, gone }: Replaced): Sql {
  // Ids are letters and digits.
  const names = [...ids, ...gone].map((id) => `"${id}"`);
  const [there, more] = [sql`s.metrics::text`, sql`l.metrics`];
  const replaces = join([sql`false`, ...names.map((name) => sql`strpos(${there}, ${name}::text) > 0`)], ' or ');
  const begun = sql`(case when right(${there}, 2) = ${'\n}'}::text then left(${there}, -2) else left(${there}, -1) end)`;
  return sql`
    update profile_state s
    set metrics = (case
        when ${more} in ('{}', ${NO_LINES}) then ${there}
        when ${there} = '{}' then ${more}
        when ${replaces} then ((s.metrics::jsonb - ${gone}::text[]) || ${more}::jsonb)::text
        else ${begun} || ${',\n'}::text || substr(${more}, 3) end)::json,
      wake_at = least(s.wake_at, l.wake_at)
    from laid l where s.bucket = any(${buckets}::smallint[]) and s.bucket = l.bucket and s.profile_id = l.profile_id`;
}

/** Those of people who have none. */
export function addedStates({ buckets }: Pick<Replaced, 'buckets'>): Sql {
  return sql`
    insert into profile_state (bucket, profile_id, metrics, wake_at)
    select bucket, profile_id, metrics::json, wake_at from laid l
    where not exists (select from profile_state s
      where s.bucket = any(${buckets}::smallint[]) and s.bucket = l.bucket and s.profile_id = l.profile_id)`;
}

/** Forgets the states of metrics that are gone. */
export async function dropStates(tx: Queryable, { buckets, gone }: Pick<Fill, 'buckets' | 'gone'>): Promise<void> {
  await tx.execute(sql`
    update profile_state set metrics = (metrics::jsonb - ${gone}::text[])::json
    where bucket = any(${buckets}::smallint[]) and metrics::jsonb ?| ${gone}::text[]`);
}

/** Whether an event can still be part of a list. */
function matters({ event, where, window, values, bare }: EventList, now: Instant): Sql {
  const { fromAt, fromOffset, toAt } = window;
  return join(
    [
      ...eventTests('e', event, where, now),
      sql`e.occurred_at >= ${instant(now + fromOffset)}`,
      ...(fromAt === undefined ? [] : [sql`e.occurred_at >= ${instant(fromAt)}`]),
      ...(toAt === undefined ? [] : [sql`e.occurred_at < ${instant(toAt)}`]),
      ...(bare || values.length === 0 ? [] : [someNumber(values)]),
    ],
    ' and ',
  );
}

/** A number of an event's properties as its text, null where there is none that JavaScript has too. */
function numberSql(path: string): Sql {
  const value = insideJson(sql`e.properties`, path.split('.'));
  return sql`(case when jsonb_typeof(${value.sql}) = 'number' and abs((${value.asText})::numeric) <= 1.7976931348623157e308::numeric then ${value.asText} end)`;
}

/** The numbers that are read of an event, as they stand in an entry behind the instant; null when there are none. */
function valuesSql({ values }: EventList): Sql {
  const [first, ...others] = values.map(numberSql);
  if (others.length === 0) return sql`${first}`;
  return sql`(case when ${someNumber(values)} then array_to_string(array[${join(values.map(numberSql))}], ',', 'null') end)`;
}

/** Arrays, because a function takes a hundred arguments and no more. */
function someNumber(values: readonly string[]): Sql {
  return sql`num_nonnulls(variadic array[${join(values.map(numberSql))}]) > 0`;
}

const COUNT_MAX = 2 ** 31 - 1;

/** Of rows in order of time: so many of the newest that have come, all of a time, and all that are still to come. */
function keptEntries(list: EventList, index: number, now: Instant): Sql {
  const { window, newest, whole, values } = list;
  const flag = column('m', index);
  const numbers = column('v', index);
  const entry =
    values.length === 0
      ? sql`at`
      : sql`(case when ${numbers} is null then at::text else '[' || at || ',' || ${numbers} || ']' end)`;
  const come = sql`count(*) filter (where ${flag} and at < ${now + window.toOffset}::bigint)`;
  const older = (since: Instant) => sql`count(*) filter (where ${flag} and at < ${since}::bigint)`;
  // More than anybody has are all.
  const most = Math.min(newest, COUNT_MAX);
  const firsts = [sql`${come} - ${most - 1}::int`, ...(whole === undefined ? [] : [sql`${older(now + whole)} + 1`])];
  return sql`(array_agg(${entry}) filter (where ${flag}))[greatest(1, least(${join(firsts)})):]`;
}

/**
 * In milliseconds: for each window in which a list is read when the oldest event of it leaves it, and when the first that is to come
 * enters it. Never too late.
 */
function firstTurns({ window, offsets }: EventList, index: number, now: Instant): Sql[] {
  const flag = column('m', index);
  const end = now + window.toOffset;
  const enters = sql`min(at) filter (where ${flag} and at >= ${end}::bigint) + ${1 - window.toOffset}::bigint`;
  const leaves = offsets.map(
    (offset) => sql`min(at) filter (where ${flag} and at >= ${now + offset}::bigint) + ${1 - offset}::bigint`,
  );
  return [enters, ...leaves];
}

function column(letter: 'm' | 'k' | 'v', index: number): Sql {
  return raw(`${letter}${index}`);
}

export type FoldedState = {
  readonly bucket: number;
  readonly profileId: number;
  readonly states: MetricStates;
  readonly wakeAt: Instant | undefined;
};

/** Lays states of metrics with these ids. */
export async function layStates(
  tx: Queryable,
  { rows, ids }: { readonly rows: readonly FoldedState[]; readonly ids: readonly string[] },
): Promise<void> {
  await tx.execute(
    laid(
      sql`
      select * from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.profileId)}::bigint[],
        ${rows.map((row) => row.states.toText())}::text[],
        ${rows.map((row) => (row.wakeAt === undefined ? null : instantText(row.wakeAt)))}::timestamptz[]) l (bucket, profile_id, metrics, wake_at)`,
      sql``,
      { buckets: [...new Set(rows.map((row) => row.bucket))], ids, gone: [] },
    ),
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

type SomeEvents = { readonly names: readonly string[]; readonly since?: Instant | undefined };

/** The same of some people, of all times or since one. */
export function selectHistory(tx: Queryable, people: readonly Place[], events: SomeEvents): Promise<HistoryRow[]> {
  return tx.query(historyOf(people, events));
}

/** The same for who has not the room for all of it at once. */
export function streamHistoryOf(
  tx: Transaction,
  people: readonly Place[],
  names: readonly string[],
  batchSize: number,
): AsyncIterable<HistoryRow[]> {
  return tx.fetch(historyOf(people, { names }), batchSize);
}

function historyOf(people: readonly Place[], { names, since }: SomeEvents): Sql {
  return sql`
    select e.bucket, e.profile_id as "profileId", e.name, e.occurred_at as at, e.properties
    from unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profileId)}::bigint[]) k (bucket, profile_id)
      join event e on e.bucket = k.bucket and e.profile_id = k.profile_id
    where e.name = any(${names}::text[]) ${since === undefined ? sql`` : sql`and e.occurred_at >= ${instant(since)}`}
    order by e.bucket, e.profile_id, e.occurred_at, e.event_id`;
}
