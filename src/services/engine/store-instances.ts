import type { InstanceChange, JourneyCount, PassageOf } from '../../core/engine/index.ts';
import { type JourneyInstance, wakeOf } from '../../core/journeys/index.ts';
import {
  bigints,
  type Executing,
  integers,
  jsons,
  prepared,
  type Queryable,
  smallints,
  sql,
  texts,
  timestamps,
} from '../../platform/sql/index.ts';
import { bodyOf, type InstanceColumns, nodesOf } from '../instances/index.ts';
import type { Place } from './store-turn.ts';

export type InstanceRow = Place & InstanceColumns;

/**
 * The instances of some people that are live, and of each journey of `endedOf` and each key the last that ended. Of those that are live
 * there is one per key anyway, so that both come out of one walk over a person's instances.
 */
export async function loadInstances(
  tx: Queryable,
  places: readonly Place[],
  endedOf: readonly string[],
): Promise<InstanceRow[]> {
  const people = sql`unnest(${smallints(places.map((one) => one.bucket))}::smallint[], ${bigints(places.map((one) => one.profileId))}::bigint[]) k (bucket, profile_id)`;
  const columns = sql`i.bucket, i.profile_id as "profileId", i.instance_id, i.journey_key, i.version, i.instance_key, i.state, i.dry_run,
    i.body, i.entered_at, i.ended_at, i.end_reason`;
  const found = sql`${people} join journey_instance i on i.bucket = k.bucket and i.profile_id = k.profile_id`;
  if (endedOf.length === 0) return tx.query(prepared`select ${columns} from ${found} where i.state <> 'ended'`);
  return tx.query(prepared`
    select distinct on (i.bucket, i.profile_id, i.state = 'ended', i.journey_key, i.instance_key, i.dry_run) ${columns}
    from ${found}
    where i.state <> 'ended' or i.journey_key = any(${texts(endedOf)}::text[])
    order by i.bucket, i.profile_id, i.state = 'ended', i.journey_key, i.instance_key, i.dry_run, i.entered_at desc, i.instance_id desc`);
}

/** Stores instances as they are at the end of a turn. Those that ended come first: they make room for others of the same key. */
export async function saveInstances(tx: Queryable, changes: readonly InstanceChange[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = [...changes].sort((a, b) => Number(b.instance.state === 'ended') - Number(a.instance.state === 'ended'));
  const of = <T>(read: (instance: JourneyInstance) => T) => rows.map(({ instance }) => read(instance));
  await tx.execute(prepared`
    insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, instance_key, state, dry_run, body, wake_at,
      entered_at, ended_at, end_reason, nodes)
    select bucket, profile_id, instance_id, journey_key, version, instance_key, state, dry_run, body, wake_at, entered_at, ended_at,
      end_reason, string_to_array(nodes, ' ')
    from unnest(${smallints(rows.map((one) => one.bucket))}::smallint[], ${bigints(rows.map((one) => one.profileId))}::bigint[],
      ${bigints(of((one) => one.instanceId))}::bigint[], ${texts(of((one) => one.journeyKey))}::text[], ${integers(of((one) => one.version))}::integer[],
      ${texts(of((one) => one.instanceKey))}::text[], ${texts(of((one) => one.state))}::text[], ${of((one) => one.dryRun)}::boolean[], ${jsons(of(bodyOf))}::json[],
      ${timestamps(of(wakeOf))}::timestamptz[], ${timestamps(of((one) => one.enteredAt))}::timestamptz[],
      ${timestamps(of((one) => one.endedAt))}::timestamptz[], ${texts(of((one) => one.endReason))}::text[], ${texts(of(nodesOf))}::text[])
      as i (bucket, profile_id, instance_id, journey_key, version, instance_key, state, dry_run, body, wake_at, entered_at, ended_at,
        end_reason, nodes)
    on conflict (bucket, profile_id, instance_id) do update
      set version = excluded.version, state = excluded.state, body = excluded.body, wake_at = excluded.wake_at,
        ended_at = excluded.ended_at, end_reason = excluded.end_reason, nodes = excluded.nodes`);
}

export async function insertPassages(tx: Queryable, rows: readonly PassageOf[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(prepared`
    insert into journey_step (bucket, profile_id, instance_id, at, step_no, journey_key, version, node, what, outlet, detail)
    select * from unnest(${smallints(rows.map((one) => one.bucket))}::smallint[], ${bigints(rows.map((one) => one.profileId))}::bigint[],
      ${bigints(rows.map((one) => one.instance.instanceId))}::bigint[], ${timestamps(rows.map((one) => one.passage.at))}::timestamptz[],
      ${integers(rows.map((one) => one.passage.stepNo))}::integer[], ${texts(rows.map((one) => one.instance.journeyKey))}::text[],
      ${integers(rows.map((one) => one.instance.version))}::integer[], ${texts(rows.map((one) => one.passage.node))}::text[],
      ${texts(rows.map((one) => one.passage.what))}::text[], ${texts(rows.map((one) => one.passage.outlet))}::text[],
      ${jsons(rows.map((one) => (one.passage.detail === undefined ? undefined : JSON.stringify(one.passage.detail))))}::json[])`);
}

/** Raises counters in a slot of the connection's own, in one order for everybody; one of no journey says that any of them was raised. */
export async function raiseCounts(tx: Executing, rows: readonly JourneyCount[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(prepared`
    insert into journey_count (journey_key, version, slot, node, name, outlet, value)
    select journey_key, version, (pg_backend_pid() % 16)::smallint, node, name, outlet, value
    from (
      values ('', 0, '', 'turns', '', 1::bigint)
      union all
      select * from unnest(${texts(rows.map((one) => one.journeyKey))}::text[], ${integers(rows.map((one) => one.version))}::integer[],
      ${texts(rows.map((one) => one.node))}::text[], ${texts(rows.map((one) => one.name))}::text[], ${texts(rows.map((one) => one.outlet))}::text[],
        ${bigints(rows.map((one) => one.value))}::bigint[])) c (journey_key, version, node, name, outlet, value)
    order by journey_key, version, node, name, outlet
    on conflict (journey_key, version, slot, node, name, outlet) do update set value = journey_count.value + excluded.value`);
}
