import type { CallRequest } from '../../core/journeys/index.ts';
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import { WORKER_LOCK } from '../deliveries/index.ts';

/** A call of a journey's step that is to be made. Where it is made stays in it: it goes with its person from one bucket to another. */
export type NewCall = {
  readonly bucket: number;
  readonly profileId: number;
  readonly instanceId: number;
  /** `node#visit`. */
  readonly callKey: string;
  readonly request: CallRequest;
};

export async function insertCalls(tx: Queryable, calls: readonly NewCall[], now: Instant): Promise<void> {
  const at = new Date(now);
  await tx.execute(sql`
    insert into http_call (bucket, call_id, profile_id, instance_id, call_key, purpose, endpoint, request, state, due_at, queued_at)
    select bucket, nextval('http_call_id_seq'), profile_id, instance_id, call_key, 'journey', endpoint, request::json, 'queued', ${at}, ${at}
    from unnest(${calls.map((call) => call.bucket)}::smallint[], ${calls.map((call) => call.profileId)}::bigint[],
      ${calls.map((call) => call.instanceId)}::bigint[], ${calls.map((call) => call.callKey)}::text[],
      ${calls.map((call) => call.request.endpoint)}::text[], ${calls.map((call) => JSON.stringify({ ...call.request, bucket: call.bucket }))}::text[])
      as call (bucket, profile_id, instance_id, call_key, endpoint, request)`);
}

/** A call as it lies in the table. */
export type CallRow = {
  readonly bucket: number;
  readonly call_id: number;
  readonly profile_id: number;
  readonly instance_id: number | null;
  readonly call_key: string | null;
  readonly purpose: 'journey' | 'webhook';
  readonly endpoint: string;
  readonly request: JsonObject;
  /** How often it was claimed, this time included. */
  readonly attempts: number;
  readonly queued_at: Date;
};

/** The endpoints that have calls to be made now: one hop through the index each. */
export async function findReadyEndpoints(db: Queryable, now: Instant): Promise<string[]> {
  const rows = await db.query<{ endpoint: string }>(sql`
    with recursive hop (endpoint) as (
      (select endpoint from http_call where state = 'queued' order by endpoint limit 1)
      union all
      select (select c.endpoint from http_call c where c.state = 'queued' and c.endpoint > hop.endpoint order by c.endpoint limit 1)
      from hop where hop.endpoint is not null
    )
    select hop.endpoint from hop
    where hop.endpoint is not null and exists (
      select from http_call c where c.state = 'queued' and c.endpoint = hop.endpoint and c.due_at <= ${new Date(now)})`);
  return rows.map((row) => row.endpoint);
}

/** `wanted`: its step waits for the answer, in a version that is not over. Calls of webhooks are judged when they are made ready. */
export type ReadyCall = CallRow & { readonly wanted: boolean };

/** Locks the oldest calls of an endpoint that are due and that nobody else is looking at. */
export function lockReadyCalls(
  tx: Queryable,
  at: { readonly endpoint: string; readonly now: Instant; readonly limit: number },
): Promise<ReadyCall[]> {
  return tx.query(sql`
    select c.bucket, c.call_id, c.profile_id, c.instance_id, c.call_key, c.purpose, c.endpoint, c.request, c.attempts + 1 as attempts,
      c.queued_at, c.purpose <> 'journey' or ${IS_WAITED_FOR} as wanted
    from http_call c
    where c.endpoint = ${at.endpoint} and c.state = 'queued' and c.due_at <= ${new Date(at.now)}
    order by c.due_at, c.call_id
    limit ${at.limit}
    for update of c skip locked`);
}

/** Of `c`. What was in the air when its person was merged lies a while where they were, and their instance where they are. */
const IS_WAITED_FOR = sql`exists (
  select from (
      select c.bucket, c.profile_id
      union all
      select a.to_bucket, a.to_profile_id from profile_alias a where a.bucket = c.bucket and a.profile_id = c.profile_id
    ) owner
    join journey_instance i on i.bucket = owner.bucket and i.profile_id = owner.profile_id and i.instance_id = c.instance_id
    cross join json_array_elements(i.body -> 'positions') position
  where i.state <> 'ended' and position ->> 'awaits' = 'response' and position ->> 'ref' = c.call_key
    and not exists (
      select from journey_version v
      where v.journey_key = i.journey_key and v.version = i.version and v.finished_at is not null))`;

type CallKey = { readonly bucket: number; readonly call_id: number };

export async function markCalling(tx: Queryable, calls: readonly CallKey[], workerId: number): Promise<void> {
  if (calls.length === 0) return;
  await tx.execute(sql`
    update http_call c set state = 'calling', worker_id = ${workerId}, attempts = c.attempts + 1
    from ${keysOf(calls)} where c.bucket = key.bucket and c.call_id = key.call_id`);
}

/** Deletes calls that this transaction has locked. */
export async function deleteLocked(tx: Queryable, calls: readonly CallKey[]): Promise<void> {
  if (calls.length === 0) return;
  await tx.execute(sql`
    delete from http_call c using ${keysOf(calls)} where c.bucket = key.bucket and c.call_id = key.call_id`);
}

/** Deletes calls that have an answer; the ids of those that were still this worker's. What another has taken over is its own. */
export async function deleteDone(
  tx: Queryable,
  calls: readonly (CallKey & { readonly workerId: number })[],
): Promise<ReadonlySet<number>> {
  const rows = await tx.query<{ call_id: number }>(sql`
    delete from http_call c
    using unnest(${calls.map((call) => call.bucket)}::smallint[], ${calls.map((call) => call.call_id)}::bigint[],
      ${calls.map((call) => call.workerId)}::bigint[]) as key (bucket, call_id, worker_id)
    where c.bucket = key.bucket and c.call_id = key.call_id and c.worker_id = key.worker_id and c.state = 'calling'
    returning c.call_id`);
  return new Set(rows.map((row) => row.call_id));
}

/** Puts calls back that are to be tried later; those that were still this worker's. */
export async function requeueCalls(
  tx: Queryable,
  calls: readonly (CallKey & { readonly workerId: number; readonly dueAt: Instant })[],
): Promise<void> {
  await tx.execute(sql`
    update http_call c set state = 'queued', worker_id = null, due_at = key.due_at
    from unnest(${calls.map((call) => call.bucket)}::smallint[], ${calls.map((call) => call.call_id)}::bigint[],
      ${calls.map((call) => call.workerId)}::bigint[], ${calls.map((call) => new Date(call.dueAt).toISOString())}::timestamptz[])
      as key (bucket, call_id, worker_id, due_at)
    where c.bucket = key.bucket and c.call_id = key.call_id and c.worker_id = key.worker_id and c.state = 'calling'`);
}

/** Calls that waited longer for their turn than they may. */
export function lockOverdue(
  tx: Queryable,
  at: { readonly endpoint: string; readonly before: Instant; readonly limit: number },
): Promise<CallRow[]> {
  const before = new Date(at.before);
  return tx.query(sql`
    select bucket, call_id, profile_id, instance_id, call_key, purpose, endpoint, request, attempts, queued_at
    from http_call
    where endpoint = ${at.endpoint} and state = 'queued' and due_at <= ${before} and queued_at <= ${before} and attempts = 0
    order by due_at
    limit ${at.limit}
    for update skip locked`);
}

/** Of the workers that have calls under way, those that nobody holds the number of; locked until the transaction ends. */
export async function lockSilentCallers(tx: Queryable, alive: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ worker_id: number }>(sql`
    with busy as materialized (
      select distinct worker_id from http_call where state = 'calling' and worker_id <> all(${alive}::bigint[])
    )
    select worker_id from busy where pg_try_advisory_xact_lock(${WORKER_LOCK}, worker_id::int)`);
  return rows.map((row) => row.worker_id);
}

/** Queues what workers were calling when they died: the same calls are made again, under the same key. The caller holds their numbers. */
export async function requeueCallsOf(tx: Queryable, dead: readonly number[]): Promise<void> {
  if (dead.length === 0) return;
  await tx.execute(sql`
    update http_call set state = 'queued', worker_id = null where state = 'calling' and worker_id = any(${dead}::bigint[])`);
}

function keysOf(calls: readonly CallKey[]) {
  return sql`unnest(${calls.map((call) => call.bucket)}::smallint[], ${calls.map((call) => call.call_id)}::bigint[]) as key (bucket, call_id)`;
}
