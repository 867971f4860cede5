import type { Instant } from '../../core/kernel/index.ts';
import {
  bigints,
  type Executing,
  jsons,
  prepared,
  type Queryable,
  smallints,
  sql,
  texts,
  timestamps,
} from '../../platform/sql/index.ts';
import { messageCalls } from '../webhooks/index.ts';
import type { NewMessage } from './queue-messages.ts';
import { CALLER_SLOT } from './store-count.ts';
import { tellInstances, touchAddressees } from './store-feedback.ts';

/** A message that is claimed has been tried that often. */
export const FIRST_ATTEMPT = 1;

/** Ids for messages that are about to be queued. */
export async function drawMessageIds(tx: Queryable, count: number): Promise<number[]> {
  if (count === 0) return [];
  const rows = await tx.query<{ message_id: number }>(
    prepared`select nextval('message_id_seq') as message_id from generate_series(1, ${count}::int)`,
  );
  return rows.map((row) => row.message_id);
}

/**
 * Messages that their caller has judged. Counters go to a slot of the connection's own, so that engines do not wait for each other.
 * A message of a paused or stopped send is queued like any other: the claim finds out and holds or excludes it. One that is claimed
 * already is its caller's to hand over after the commit.
 */
export async function insertMessages(tx: Executing, rows: readonly NewMessage[], now: Instant): Promise<void> {
  const at = sql`${new Date(now)}::timestamptz`;
  await tx.execute(prepared`
    with given as materialized (
      select * from unnest(${smallints(rows.map((row) => row.bucket))}::smallint[], ${bigints(rows.map((row) => row.messageId))}::bigint[],
        ${bigints(rows.map((row) => row.sendId))}::bigint[], ${bigints(rows.map((row) => row.profileId))}::bigint[],
        ${bigints(rows.map((row) => row.instanceId))}::bigint[], ${rows.map((row) => row.instanceId !== null && (row.awaited ?? true))}::boolean[],
        ${texts(rows.map((row) => row.address))}::text[], ${jsons(rows.map((row) => JSON.stringify(row.data)))}::json[],
        ${texts(rows.map((row) => row.lane))}::text[], ${texts(rows.map((row) => row.channelKey))}::text[],
        ${texts(rows.map((row) => (row.outcome === 'queue' ? null : row.outcome.exclude)))}::text[],
        ${timestamps(rows.map((row) => row.dueAt))}::timestamptz[], ${bigints(rows.map((row) => row.claimedBy))}::bigint[])
        as row (bucket, message_id, send_id, profile_id, instance_id, awaited, address, data, lane, channel_key, reason, due_at,
          claimed_by)
    ), queued as (
      insert into outbox (bucket, message_id, send_id, profile_id, instance_id, awaited, lane, channel_key, address, domain, data,
        state, worker_id, attempts, due_at, queued_at, not_before)
      select bucket, message_id, send_id, profile_id, instance_id, awaited, lane, channel_key, address,
        split_part(lower(address), '@', 2), data, case when claimed_by is null then 'queued' else 'sending' end, claimed_by,
        case when claimed_by is null then 0 else ${FIRST_ATTEMPT} end, due_at, ${at}, case when due_at > ${at} then due_at end
      from given where reason is null
    ), excluded as (
      insert into message (bucket, message_id, created_at, send_id, profile_id, instance_id, address, state, reason, settled_at)
      select bucket, message_id, ${at}, send_id, profile_id, instance_id, nullif(address, ''), 'excluded', reason, ${at}
      from given where reason is not null
    ), touched as (${touchAddressees(sql`(select * from given where reason is not null) refused`, at)}),
    called as (${messageCalls(sql`(select *, 'excluded' as state from given where reason is not null)`, at)})
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, ${CALLER_SLOT}, name, reason, sum(amount)
    from (
      select send_id, 'targeted' as name, '' as reason, 1 as amount from given
      union all
      select send_id, case when reason is not null then 'excluded' when claimed_by is null then 'queued' else 'sending' end,
        coalesce(reason, ''), 1
      from given
    ) changes
    group by send_id, name, reason order by send_id, name, reason
    on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value`);
}

/**
 * Takes messages out of the outbox that no worker has claimed: they are excluded as `cancelled`. A claim that comes first wins.
 * Returns how many.
 */
export async function cancelMessages(
  tx: Queryable,
  messages: readonly { readonly bucket: number; readonly messageId: number }[],
  now: Instant,
): Promise<number> {
  const at = sql`${new Date(now)}::timestamptz`;
  const { cancelled } = await tx.one<{ cancelled: number }>(sql`
    with gone as (
      delete from outbox
      using unnest(${messages.map((one) => one.bucket)}::smallint[], ${messages.map((one) => one.messageId)}::bigint[])
        as wanted (bucket, message_id)
      where outbox.bucket = wanted.bucket and outbox.message_id = wanted.message_id and outbox.state in ('queued', 'held')
      returning outbox.bucket, outbox.message_id, outbox.queued_at, outbox.send_id, outbox.profile_id, outbox.instance_id,
        outbox.awaited, outbox.address, outbox.attempts, 'excluded' as state, 'cancelled' as reason
    ), logged as (
      insert into message (bucket, message_id, created_at, send_id, profile_id, instance_id, address, state, reason, attempts,
        settled_at)
      select bucket, message_id, queued_at, send_id, profile_id, instance_id, address, state, reason, attempts, ${at} from gone
    ), told as (${tellInstances(sql`gone`, at)}), touched as (${touchAddressees(sql`gone`, at)}),
    called as (${messageCalls(sql`gone`, at)}), counted as (
      insert into send_count (send_id, slot, name, reason, value)
      select send_id, ${CALLER_SLOT}, entry.name, entry.reason, sum(amount)
      from gone, lateral (values ('queued', '', -1), ('excluded', 'cancelled', 1)) as entry (name, reason, amount)
      group by send_id, entry.name, entry.reason order by send_id, entry.name, entry.reason
      on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value
    )
    select count(*) as cancelled from gone`);
  return cancelled;
}
