import type { Instant } from '../../core/kernel/index.ts';
import { bigints, prepared, type Queryable, type Sql, smallints, sql, texts } from '../../platform/sql/index.ts';
import { messageCalls } from '../webhooks/index.ts';
import { CALLER_SLOT, slotOf } from './store-count.ts';
import { tellInstances, touchAddressees, touchBounced } from './store-feedback.ts';

/** The end of one message, or of one attempt at it. */
export type Outcome = {
  readonly bucket: number;
  readonly messageId: number;
  /** The attempt that it belongs to: the outcome of an attempt that was given up counts only if no other has begun. */
  readonly attempts: number;
  readonly state: 'sent' | 'failed' | 'excluded' | 'uncertain';
  readonly reason: string | null;
  readonly detail: string | null;
  readonly hardBounce: boolean;
  /** Keep the row variables in the log, because the message may have to be composed again. */
  readonly keepData: boolean;
};

/** Characters of a provider's words that the log keeps. */
const DETAIL_CHARACTERS_MAX = 500;

/** How many outcomes counted, how many items the engine got about them, and how many calls webhooks will make. */
export type Settlement = { readonly settled: number; readonly told: number; readonly called: number };

/**
 * Settles messages in one statement: out of the outbox, into the log, counted, addresses at fault suppressed, waiting instances told.
 * `settled` is how many were still this worker's to settle.
 */
export async function settleMessages(
  session: Queryable,
  workerId: number,
  outcomes: readonly Outcome[],
  now: Instant,
): Promise<Settlement> {
  const at = sql`${new Date(now)}::timestamptz`;
  return session.one(prepared`
    with outcome as materialized (${outcomeRows(outcomes)}), gone as (
      delete from outbox using outcome
      where outbox.bucket = outcome.bucket and outbox.message_id = outcome.message_id and outbox.attempts = outcome.attempts
      returning outbox.bucket, outbox.message_id, outbox.queued_at, outbox.send_id, outbox.profile_id, outbox.address,
        outbox.instance_id, outbox.awaited, outbox.attempts, case when outcome.keep_data then outbox.data end as data, outbox.state as was, outcome.state,
        outcome.reason, outcome.detail, outcome.hard_bounce
    ), logged as (
      insert into message (bucket, message_id, created_at, send_id, profile_id, instance_id, address, state, reason, detail, attempts,
        data, settled_at)
      select bucket, message_id, queued_at, send_id, profile_id, instance_id, address, state, reason, detail, attempts, data, ${at}
      from gone
    ), told as (${tellInstances(sql`gone`, at)}), bounced as (${touchBounced(sql`gone`, at)}),
    touched as (${touchAddressees(sql`gone`, at)}), called as (${messageCalls(sql`gone`, at)}), suppressed as (${suppressBounced(sql`gone`, at)}), counted as (
      insert into send_count (send_id, slot, name, reason, value)
      select send_id, ${slotOf(workerId, 'settle')}::smallint, name, reason, sum(change)
      from (
        select send_id, case was when 'sending' then 'sending' else 'queued' end as name, '' as reason, -1 as change from gone
        union all
        select send_id, state, coalesce(reason, ''), 1 from gone
      ) changes
      group by send_id, name, reason order by send_id, name, reason
      on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value
    )
    select (select count(*) from gone) as settled, (select count(*) from told) + (select count(*) from touched) + (select count(*) from bounced) as told,
      (select count(*) from called) as called`);
}

/**
 * Outcomes that come after their worker had been taken for dead: what was logged as uncertain gets its true end. Returns how many
 * were corrected.
 */
export async function correctUncertain(
  session: Queryable,
  workerId: number,
  outcomes: readonly Outcome[],
  now: Instant,
): Promise<number> {
  const at = sql`${new Date(now)}::timestamptz`;
  const { corrected } = await session.one<{ corrected: number }>(sql`
    with outcome as materialized (${outcomeRows(outcomes)}), corrected as (
      update message set state = outcome.state, reason = outcome.reason, detail = outcome.detail, settled_at = ${at}
      from outcome
      where message.bucket = outcome.bucket and message.message_id = outcome.message_id and message.attempts = outcome.attempts
        and message.state = 'uncertain' and message.reason = ${WORKER_LOST} and outcome.state <> 'uncertain'
      returning message.bucket, message.message_id, message.send_id, message.address, message.state, message.reason, outcome.hard_bounce
    ), suppressed as (${suppressBounced(sql`corrected`, at)}), counted as (
      insert into send_count (send_id, slot, name, reason, value)
      select send_id, ${slotOf(workerId, 'settle')}::smallint, name, reason, sum(change)
      from (
        select send_id, 'uncertain' as name, ${WORKER_LOST} as reason, -1 as change from corrected
        union all
        select send_id, state, coalesce(reason, ''), 1 from corrected
      ) changes
      group by send_id, name, reason order by send_id, name, reason
      on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value
    )
    select count(*) as corrected from corrected`);
  return corrected;
}

/**
 * A message that the provider had taken came back: out of `sent`, or `uncertain`, into `failed`, with everything that follows from a
 * refusal. Nothing happens to one that failed already, so that a report may come twice. `told` and `called` as of a settlement.
 */
export async function returnMessage(
  db: Queryable,
  { bucket, messageId, reason, detail, hardBounce }: Omit<Outcome, 'state' | 'attempts' | 'keepData'>,
  now: Instant,
): Promise<Settlement> {
  const at = sql`${new Date(now)}::timestamptz`;
  return db.one(sql`
    with taken as materialized (
      select bucket, message_id, created_at, state, reason from message
      where bucket = ${bucket} and message_id = ${messageId} and state in ('sent', 'uncertain')
      for update
    ), gone as (
      update message set state = 'failed', reason = ${reason}, detail = ${clean(detail ?? '')}, settled_at = ${at}
      from taken
      where message.bucket = taken.bucket and message.message_id = taken.message_id and message.created_at = taken.created_at
      returning message.bucket, message.message_id, message.send_id, message.profile_id, message.address, message.instance_id,
        message.instance_id is not null as awaited, message.state, message.reason, taken.state as was, coalesce(taken.reason, '') as was_reason,
        ${hardBounce}::boolean as hard_bounce
    ), told as (${tellInstances(sql`gone`, at)}), bounced as (${touchBounced(sql`gone`, at)}),
    touched as (${touchAddressees(sql`gone`, at)}), called as (${messageCalls(sql`gone`, at)}), suppressed as (${suppressBounced(sql`gone`, at)}), counted as (
      insert into send_count (send_id, slot, name, reason, value)
      select send_id, ${CALLER_SLOT}, name, reason, change
      from (
        select send_id, was as name, was_reason as reason, -1 as change from gone
        union all
        select send_id, state, reason, 1 from gone
      ) changes
      order by send_id, name, reason
      on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value
    )
    select (select count(*) from gone) as settled, (select count(*) from told) + (select count(*) from touched) + (select count(*) from bounced) as told,
      (select count(*) from called) as called`);
}

/** Why a message is uncertain when the process that was sending it is gone. */
export const WORKER_LOST = 'worker_lost';

/**
 * Messages in the air of workers that are gone: uncertain, or back in the queue where the send resends them. The caller holds the
 * workers' locks.
 */
export async function abandonMessages(
  tx: Queryable,
  deadWorkers: readonly number[],
  now: Instant,
): Promise<{ readonly uncertain: number; readonly requeued: number }> {
  const at = sql`${new Date(now)}::timestamptz`;
  return tx.one(sql`
    with lost as materialized (
      select outbox.bucket, outbox.message_id, coalesce(send.settings ->> 'on_uncertain', 'keep') = 'resend' as resend
      from outbox join send using (send_id)
      where outbox.state = 'sending' and outbox.worker_id = any(${deadWorkers}::bigint[])
      for update of outbox
    ), requeued as (
      update outbox set state = 'queued', worker_id = null, due_at = ${at} from lost
      where lost.resend and outbox.bucket = lost.bucket and outbox.message_id = lost.message_id
      returning outbox.send_id
    ), gone as (
      delete from outbox using lost
      where not lost.resend and outbox.bucket = lost.bucket and outbox.message_id = lost.message_id
      returning outbox.bucket, outbox.message_id, outbox.queued_at, outbox.send_id, outbox.profile_id, outbox.instance_id,
        outbox.awaited, outbox.address, 'uncertain' as state, ${WORKER_LOST} as reason, outbox.attempts, outbox.data
    ), logged as (
      insert into message (bucket, message_id, created_at, send_id, profile_id, instance_id, address, state, reason, attempts, data,
        settled_at)
      select bucket, message_id, queued_at, send_id, profile_id, instance_id, address, state, reason, attempts, data, ${at} from gone
    ), told as (${tellInstances(sql`gone`, at)}), touched as (${touchAddressees(sql`gone`, at)}),
    called as (${messageCalls(sql`gone`, at)}), counted as (
      insert into send_count (send_id, slot, name, reason, value)
      select send_id, 0::smallint, name, reason, sum(change)
      from (
        select send_id, 'sending' as name, '' as reason, -1 as change from requeued
        union all select send_id, 'queued', '', 1 from requeued
        union all select send_id, 'sending', '', -1 from gone
        union all select send_id, 'uncertain', ${WORKER_LOST}, 1 from gone
      ) changes
      group by send_id, name, reason order by send_id, name, reason
      on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value
    )
    select (select count(*) from gone) as uncertain, (select count(*) from requeued) as requeued`);
}

export type Postponed = {
  readonly bucket: number;
  readonly messageId: number;
  readonly attempts: number;
  readonly dueAt: Instant;
  /** Nothing was tried: the attempt is given back. */
  readonly untried: boolean;
  readonly state: 'queued' | 'held';
};

/**
 * Puts messages back into the queue for another time. One that was refused because its send stood still is held only if the send
 * still does: the lock makes resuming and stopping wait, and they then find what is held here.
 */
export async function postponeMessages(
  session: Queryable,
  workerId: number,
  rows: readonly Postponed[],
): Promise<void> {
  await session.execute(sql`
    with postponed as materialized (
      select * from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.messageId)}::bigint[],
        ${rows.map((row) => row.attempts)}::smallint[], ${rows.map((row) => row.state)}::text[],
        ${rows.map((row) => new Date(row.dueAt).toISOString())}::timestamptz[], ${rows.map((row) => row.untried)}::boolean[])
        as row (bucket, message_id, attempts, state, due_at, untried)
    ), halted as materialized (
      select send_id from send
      where state in ('paused', 'prepared') and send_id in (
        select outbox.send_id from postponed join outbox using (bucket, message_id) where postponed.state = 'held')
      order by send_id for share
    ), waiting as (
      update outbox set worker_id = null,
        state = case when postponed.state = 'held' and exists (select from halted where halted.send_id = outbox.send_id)
          then 'held' else 'queued' end, due_at = postponed.due_at,
        attempts = postponed.attempts - postponed.untried::int
      from postponed
      where outbox.bucket = postponed.bucket and outbox.message_id = postponed.message_id
        and outbox.attempts = postponed.attempts and outbox.state = 'sending' and outbox.worker_id = ${workerId}
      returning outbox.send_id
    )
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, ${slotOf(workerId, 'settle')}::smallint, name, '', sum(change)
    from (
      select send_id, 'sending' as name, -1 as change from waiting
      union all select send_id, 'queued', 1 from waiting
    ) changes
    group by send_id, name order by send_id, name
    on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value`);
}

function outcomeRows(outcomes: readonly Outcome[]): Sql {
  const text = (value: string | null) => (value === null ? null : clean(value));
  return sql`
    select * from unnest(${smallints(outcomes.map((row) => row.bucket))}::smallint[], ${bigints(outcomes.map((row) => row.messageId))}::bigint[],
      ${smallints(outcomes.map((row) => row.attempts))}::smallint[], ${texts(outcomes.map((row) => row.state))}::text[],
      ${texts(outcomes.map((row) => text(row.reason)))}::text[], ${texts(outcomes.map((row) => text(row.detail)))}::text[],
      ${outcomes.map((row) => row.hardBounce)}::boolean[], ${outcomes.map((row) => row.keepData)}::boolean[])
      as row (bucket, message_id, attempts, state, reason, detail, hard_bounce, keep_data)`;
}

/** PostgreSQL takes no zero bytes in text, and a server may say anything. */
function clean(text: string): string {
  return text.replaceAll('\0', '').slice(0, DETAIL_CHARACTERS_MAX);
}

function suppressBounced(source: Sql, at: Sql): Sql {
  return sql`
    insert into suppression (channel, address, reason, detail, created_at)
    select 'email', lower(address), 'hard_bounce', 'message ' || min(message_id)::text, ${at}
    from ${source} where hard_bounce group by lower(address)
    on conflict (channel, address) do nothing`;
}
