import { type JourneyInstance, type MovedOutside, wakeOf } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { empty, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import { bodyOf, type InstanceColumns, nodesOf } from './instance-row.ts';

/** A version of a journey. */
export type VersionKey = { readonly key: string; readonly version: number };

export type InstanceRow = InstanceColumns & { readonly bucket: number; readonly profile_id: number };

const COLUMNS = sql`bucket, profile_id, instance_id, journey_key, version, instance_key, state, dry_run, body, entered_at, ended_at, end_reason`;

export type SliceFilter = VersionKey & {
  readonly bucket: number;
  readonly after: number;
  readonly limit: number;
  readonly heldOnly?: boolean;
  readonly dryRunOnly?: boolean;
};

/** Live instances of a version in a bucket that the caller has locked, by number. */
export function selectSlice(tx: Queryable, at: SliceFilter): Promise<InstanceRow[]> {
  return tx.query(sql`
    select ${COLUMNS} from journey_instance
    where journey_key = ${at.key} and version = ${at.version} and bucket = ${at.bucket} and instance_id > ${at.after}
      and ${at.heldOnly ? sql`state = 'held'` : sql`state <> 'ended'`} ${at.dryRunOnly ? sql`and dry_run` : empty}
    order by instance_id
    limit ${at.limit}`);
}

/** The buckets in which somebody is in the version: a hop through the index each. */
export async function bucketsOf(
  db: Queryable,
  { key, version }: VersionKey,
  which: { readonly heldOnly?: boolean; readonly dryRunOnly?: boolean } = {},
): Promise<number[]> {
  const state = which.heldOnly ? sql`i.state = 'held'` : sql`i.state <> 'ended'`;
  const rows = await db.query<{ bucket: number }>(sql`
    select b.bucket from bucket b
    where exists (
      select from journey_instance i
      where i.journey_key = ${key} and i.version = ${version} and i.bucket = b.bucket and ${state}
        ${which.dryRunOnly ? sql`and i.dry_run` : empty})
    order by b.bucket`);
  return rows.map((row) => row.bucket);
}

/** How many instances are in a journey, of whatever version. */
export async function countInside(db: Queryable, key: string): Promise<number> {
  const { inside } = await db.one<{ inside: number }>(sql`
    select count(*) as inside from journey_instance where journey_key = ${key} and state <> 'ended'`);
  return inside;
}

/** Whether anybody is in the version, or held in it. */
export async function isInside(
  db: Queryable,
  { key, version }: VersionKey,
  which: { readonly heldOnly?: boolean } = {},
): Promise<boolean> {
  const row = await db.maybeOne(sql`
    select 1 as found from journey_instance
    where journey_key = ${key} and version = ${version} and ${which.heldOnly ? sql`state = 'held'` : sql`state <> 'ended'`}
    limit 1`);
  return row !== undefined;
}

export type Place = { readonly bucket: number; readonly profileId: number };
export type Moved = Place & MovedOutside;

/** Stores instances that were moved from outside and logs where they passed: two statements, however many there are. */
export async function saveMoved(tx: Queryable, moved: readonly Moved[]): Promise<void> {
  if (moved.length === 0) return;
  const of = <T>(read: (instance: JourneyInstance) => T) => moved.map(({ instance }) => read(instance));
  await tx.execute(sql`
    update journey_instance i
    set version = m.version, state = m.state, body = m.body, wake_at = m.wake_at, ended_at = m.ended_at, end_reason = m.end_reason,
      nodes = string_to_array(m.nodes, ' ')
    from rows from (unnest(${moved.map((one) => one.bucket)}::smallint[], ${moved.map((one) => one.profileId)}::bigint[],
      ${of((one) => one.instanceId)}::bigint[], ${of((one) => one.version)}::integer[], ${of((one) => one.state)}::text[]),
      json_array_elements(${`[${of(bodyOf).join(',')}]`}::json),
      unnest(${of((one) => timeOf(wakeOf(one)))}::timestamptz[], ${of((one) => timeOf(one.endedAt))}::timestamptz[],
      ${of((one) => one.endReason ?? null)}::text[], ${of(nodesOf)}::text[]))
      as m (bucket, profile_id, instance_id, version, state, body, wake_at, ended_at, end_reason, nodes)
    where i.bucket = m.bucket and i.profile_id = m.profile_id and i.instance_id = m.instance_id`);
  const passages = moved.flatMap((one) => one.passages.map((passage) => ({ ...one, passage })));
  if (passages.length === 0) return;
  await tx.execute(sql`
    insert into journey_step (bucket, profile_id, instance_id, at, step_no, journey_key, version, node, what, outlet, detail)
    select * from rows from (unnest(${passages.map((one) => one.bucket)}::smallint[], ${passages.map((one) => one.profileId)}::bigint[],
      ${passages.map((one) => one.instance.instanceId)}::bigint[], ${passages.map((one) => timeOf(one.passage.at))}::timestamptz[],
      ${passages.map((one) => one.passage.stepNo)}::integer[], ${passages.map((one) => one.instance.journeyKey)}::text[],
      ${passages.map((one) => one.instance.version)}::integer[], ${passages.map((one) => one.passage.node)}::text[],
      ${passages.map((one) => one.passage.what)}::text[], ${passages.map((one) => one.passage.outlet ?? null)}::text[]),
      json_array_elements(${JSON.stringify(passages.map((one) => one.passage.detail ?? null))}::json))`);
}

const timeOf = (instant: Instant | undefined) => (instant === undefined ? null : new Date(instant).toISOString());

export type Count = VersionKey & {
  readonly node: string;
  readonly name: string;
  readonly outlet: string;
  readonly value: number;
};

/**
 * Raises counters in a slot of the connection's own; the caller has summed them, and changes nothing after it. One of no journey says
 * that any of them was raised.
 */
export async function raiseCounts(tx: Queryable, counts: readonly Count[]): Promise<void> {
  if (counts.length === 0) return;
  await tx.execute(sql`
    insert into journey_count (journey_key, version, slot, node, name, outlet, value)
    select journey_key, version, (pg_backend_pid() % 16)::smallint, node, name, outlet, sum(value)
    from (
      values ('', 0, '', 'turns', '', 1::bigint)
      union all
      select * from unnest(${counts.map((one) => one.key)}::text[], ${counts.map((one) => one.version)}::integer[],
      ${counts.map((one) => one.node)}::text[], ${counts.map((one) => one.name)}::text[], ${counts.map((one) => one.outlet)}::text[],
        ${counts.map((one) => one.value)}::bigint[])) c (journey_key, version, node, name, outlet, value)
    group by journey_key, version, node, name, outlet
    order by journey_key, version, node, name, outlet
    on conflict (journey_key, version, slot, node, name, outlet) do update set value = journey_count.value + excluded.value`);
}

/** Takes back calls that were not yet made of instances that are over. */
export async function dropCalls(tx: Queryable, bucket: number, instances: readonly number[]): Promise<void> {
  await tx.execute(sql`
    delete from http_call where bucket = ${bucket} and state = 'queued' and instance_id = any(${instances}::bigint[])`);
}

/** Calls of the people in a version stand still. In the air they are not caught any more. */
export async function holdCalls(tx: Queryable, version: VersionKey): Promise<void> {
  await tx.execute(sql`update http_call c set due_at = 'infinity' where ${isCallOf(version)}`);
}

/** Calls that were held go on. */
export async function releaseCalls(tx: Queryable, version: VersionKey, now: Instant): Promise<void> {
  await tx.execute(sql`
    update http_call c set due_at = ${new Date(now)} where ${isCallOf(version)} and c.due_at = 'infinity'`);
}

function isCallOf({ key, version }: VersionKey): Sql {
  return sql`c.purpose = 'journey' and exists (
    select from journey_instance i
    where i.bucket = c.bucket and i.profile_id = c.profile_id and i.instance_id = c.instance_id
      and i.journey_key = ${key} and i.version = ${version})`;
}
