import type { FrozenSettings, Lane, SendState, StopLoss } from '../../core/deliveries/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import { messageCalls } from '../webhooks/index.ts';
import { tellInstances, touchAddressees } from './store-feedback.ts';

export type SendRow = {
  readonly sendId: number;
  readonly runId: number | null;
  readonly activity: string | null;
  readonly campaignKey: string | null;
  readonly campaignName: string | null;
  /** Of the step of a journey. */
  readonly journeyKey: string | null;
  readonly journeyVersion: number | null;
  /** It stays open while it is empty. */
  readonly standing: boolean;
  readonly channel: string;
  readonly channelKey: string;
  readonly templateKey: string;
  readonly templateVersion: number;
  readonly lane: Lane;
  readonly topic: string;
  readonly state: SendState;
  readonly reason: string | null;
  readonly settings: FrozenSettings;
  readonly createdAt: Date;
  readonly confirmedAt: Date | null;
  readonly finishedAt: Date | null;
};

const SEND_COLUMNS = sql`send_id as "sendId", run_id as "runId", activity, campaign_key as "campaignKey", journey_key as "journeyKey",
  journey_version as "journeyVersion", standing, channel,
  (select coalesce(body ->> 'name', send.campaign_key) from campaign_run where campaign_run.run_id = send.run_id) as "campaignName",
  channel_key as "channelKey", template_key as "templateKey", template_version as "templateVersion", lane, topic, state, reason,
  settings, created_at as "createdAt", confirmed_at as "confirmedAt", finished_at as "finishedAt"`;

export async function findSend(db: Queryable, sendId: number): Promise<SendRow | undefined> {
  return db.maybeOne<SendRow>(sql`select ${SEND_COLUMNS} from send where send_id = ${sendId}`);
}

/** The send, locked until the transaction ends: one verb at a time. */
export async function lockSend(tx: Queryable, sendId: number): Promise<SendRow | undefined> {
  return tx.maybeOne<SendRow>(sql`select ${SEND_COLUMNS} from send where send_id = ${sendId} for update`);
}

/** The newest sends first, those before `before`. */
export async function listSendRows(
  db: Queryable,
  page: { readonly before: number | undefined; readonly limit: number; readonly runId: number | undefined },
): Promise<SendRow[]> {
  return db.query<SendRow>(sql`
    select ${SEND_COLUMNS} from send
    where not of_test and (${page.before ?? null}::bigint is null or send_id < ${page.before ?? null}::bigint)
      and (${page.runId ?? null}::bigint is null or run_id = ${page.runId ?? null}::bigint)
    order by send_id desc limit ${page.limit}`);
}

export async function setSendState(
  tx: Queryable,
  sendId: number,
  change: {
    readonly state: SendState;
    readonly reason: string | null;
    readonly now: Instant;
    readonly confirm: boolean;
  },
): Promise<void> {
  const at = sql`${new Date(change.now)}::timestamptz`;
  await tx.execute(sql`
    update send set state = ${change.state}, reason = ${change.reason},
      confirmed_at = case when ${change.confirm} then ${at} else confirmed_at end,
      finished_at = case when ${change.state} in ('stopped', 'finished') then ${at} end,
      -- The next message by API makes a send of its own; a journey's step has only this one.
      standing_key = case when ${change.state} = 'stopped' and journey_key is null then null else standing_key end
    where send_id = ${sendId}`);
}

/** Which of these sends must not go on. */
export async function findHalted(db: Queryable, sendIds: readonly number[]): Promise<number[]> {
  const rows = await db.query<{ send_id: number }>(sql`
    select send_id from send where send_id = any(${sendIds}::bigint[]) and state in ('paused', 'stopped')`);
  return rows.map((row) => row.send_id);
}

/** Held messages into the queue. */
export async function releaseMessages(tx: Queryable, sendId: number, now: Instant): Promise<number> {
  return tx.execute(sql`
    update outbox set state = 'queued', due_at = greatest(due_at, ${new Date(now)}) where send_id = ${sendId} and state = 'held'`);
}

/** Queued messages out of the queue, until the send goes on. */
export async function holdMessages(tx: Queryable, sendId: number): Promise<number> {
  return tx.execute(sql`update outbox set state = 'held' where send_id = ${sendId} and state = 'queued'`);
}

/** What has not been claimed goes to the log as excluded. Messages in the air finish. */
export async function stopMessages(tx: Queryable, sendId: number, now: Instant): Promise<number> {
  const at = sql`${new Date(now)}::timestamptz`;
  const { stopped } = await tx.one<{ stopped: number }>(sql`
    with gone as (
      delete from outbox where send_id = ${sendId} and state in ('held', 'queued')
      returning bucket, message_id, queued_at, send_id, profile_id, instance_id, awaited, address, 'excluded' as state, 'stopped' as reason,
        attempts
    ), logged as (
      insert into message (bucket, message_id, created_at, send_id, profile_id, instance_id, address, state, reason, attempts,
        settled_at)
      select bucket, message_id, queued_at, ${sendId}::bigint, profile_id, instance_id, address, state, reason, attempts, ${at}
      from gone
    ), told as (${tellInstances(sql`gone`, at)}), touched as (${touchAddressees(sql`gone`, at)}),
    called as (${messageCalls(sql`gone`, at)})
    select count(*) as stopped from gone`);
  return stopped;
}

/** Uncertain messages back into the queue, under the same message ids; those of people who were deleted since stay as they are. */
export async function requeueUncertain(
  tx: Queryable,
  sendId: number,
  now: Instant,
): Promise<{ reason: string; count: number }[]> {
  const at = sql`${new Date(now)}::timestamptz`;
  return tx.query(sql`
    with gone as (
      delete from message where send_id = ${sendId} and state = 'uncertain' and address is not null returning *
    ), queued as (
      insert into outbox (bucket, message_id, send_id, profile_id, instance_id, lane, channel_key, address, domain, data, state, due_at,
        attempts, queued_at)
      select bucket, message_id, send_id, profile_id, instance_id, send.lane, send.channel_key, address, split_part(lower(address), '@', 2),
        coalesce(gone.data, '{}'), 'queued', ${at}, attempts, gone.created_at
      from gone join send using (send_id)
    )
    select reason, count(*) as count from gone group by reason`);
}

/**
 * Sends in progress that have no message left in the outbox end here; standing ones get their next message at any time. Counters say
 * which are worth a look: finding nothing in the outbox means walking past everything that has just left it. One that somebody has let go
 * on in between is known by when it was confirmed: what they queued is not seen here yet.
 */
export async function finishEmptySends(db: Queryable, now: Instant): Promise<number[]> {
  const rows = await db.query<{ send_id: number }>(sql`
    with spent as materialized (
      select send.send_id, send.confirmed_at from send left join send_count on send_count.send_id = send.send_id and name in ('queued', 'sending')
      where state = 'sending' and not standing
      group by send.send_id having coalesce(sum(value), 0) = 0
    )
    update send set state = 'finished', finished_at = ${new Date(now)}, reason = null
    from spent
    where send.send_id = spent.send_id and send.confirmed_at is not distinct from spent.confirmed_at
      and state = 'sending' and not exists (select from outbox where outbox.send_id = spent.send_id)
    returning send.send_id`);
  return rows.map((row) => row.send_id);
}

/** Counters of sends in progress that look at their losses, without what a person has already let pass. */
export async function readLosses(
  db: Queryable,
  including: { readonly standing: boolean },
): Promise<{ sendId: number; stopLoss: StopLoss; settled: number; bounced: number; failed: number }[]> {
  return db.query(sql`
    select send.send_id as "sendId", send.settings -> 'stop_loss' as "stopLoss",
      ${SETTLED} - coalesce((send.settings #>> '{let_pass,settled}')::bigint, 0) as settled,
      ${BOUNCED} - coalesce((send.settings #>> '{let_pass,bounced}')::bigint, 0) as bounced,
      ${FAILED} - coalesce((send.settings #>> '{let_pass,failed}')::bigint, 0) as failed
    from send join send_count using (send_id)
    where send.state = 'sending' and (${including.standing} or not standing) and jsonb_typeof(send.settings -> 'stop_loss') = 'object'
    group by send.send_id`);
}

const SETTLED = sql`coalesce(sum(value) filter (where name in ('sent', 'failed')), 0)::bigint`;
const BOUNCED = sql`coalesce(sum(value) filter (where name = 'failed' and send_count.reason = 'hard_bounce'), 0)::bigint`;
const FAILED = sql`coalesce(sum(value) filter (where name = 'failed' and send_count.reason <> 'hard_bounce'), 0)::bigint`;

/** A person has seen the losses and goes on: only what is lost from now on can pause the send again. */
export async function letLossesPass(tx: Queryable, sendId: number): Promise<void> {
  await tx.execute(sql`
    update send set settings = settings || jsonb_build_object('let_pass', (
      select jsonb_build_object('settled', ${SETTLED}, 'bounced', ${BOUNCED}, 'failed', ${FAILED})
      from send_count where send_count.send_id = send.send_id))
    where send_id = ${sendId}`);
}
