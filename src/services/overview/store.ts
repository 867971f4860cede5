import type { Lane, SendState } from '../../core/deliveries/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type CountedSend = {
  readonly send_id: number;
  readonly run_id: number | null;
  readonly activity: string | null;
  readonly campaign_key: string | null;
  readonly campaign_name: string | null;
  readonly journey_key: string | null;
  readonly journey_version: number | null;
  readonly template_key: string;
  readonly channel_key: string;
  readonly channel: string;
  readonly lane: Lane;
  readonly state: SendState;
  readonly reason: string | null;
  readonly created_at: Date;
  readonly confirmed_at: Date | null;
  /** Counters by `name` or `name reason`, now and at the beginning of the time that is looked at. */
  readonly now: Readonly<Record<string, number>>;
  readonly before: Readonly<Record<string, number>>;
};

/** Names of which the reason matters here. */
const BY_REASON = sql`('failed')`;

/**
 * The sends that are open, or were at some moment since `since`, with their counters now and then. Reads counters and marks, never
 * messages.
 */
export function selectCountedSends(db: Queryable, since: Instant): Promise<CountedSend[]> {
  const at = new Date(since);
  return db.query(sql`
    with watched as materialized (
      select send_id from send where not of_test and (state in ('prepared', 'sending', 'paused') or finished_at > ${at})
    ), counted as (
      select send_id, name, reason, sum(value)::bigint as now from send_count join watched using (send_id)
      where name in ('excluded', 'queued', 'sending', 'sent', 'failed', 'uncertain', 'unsubscribed')
      group by send_id, name, reason
    ), marked as (
      select counted.*, (
        select mark.value from send_mark mark
        where mark.send_id = counted.send_id and mark.name = counted.name and mark.reason = counted.reason and mark.at <= ${at}
        order by mark.at desc limit 1) as before
      from counted
    ), named as (
      select send_id, case when name in ${BY_REASON} then name || ' ' || reason else name end as name, sum(now)::bigint as now,
        sum(coalesce(before, 0))::bigint as before
      from marked group by 1, 2
    ), summed as (
      select send_id, jsonb_object_agg(name, now) as now, jsonb_object_agg(name, before) as before from named group by send_id
    )
    select send_id, send.run_id, activity, send.campaign_key, run.body ->> 'name' as campaign_name, journey_key, journey_version,
      template_key, channel_key, channel, lane, send.state, send.reason, send.created_at, confirmed_at, coalesce(summed.now, '{}') as now,
      coalesce(summed.before, '{}') as before
    from watched join send using (send_id)
    left join campaign_run run on run.run_id = send.run_id
    left join summed using (send_id)
    order by send_id desc`);
}

/** Since when the longest-waiting message of each lane and channel could have left. */
export function selectOldestWaiting(
  db: Queryable,
  places: readonly { readonly lane: Lane; readonly channel_key: string }[],
): Promise<{ readonly lane: Lane; readonly channel_key: string; readonly due_at: Date | null }[]> {
  return db.query(sql`
    select lane, channel_key, (
      select due_at from outbox
      where outbox.lane = place.lane and outbox.channel_key = place.channel_key and state = 'queued'
      order by due_at limit 1) as due_at
    from unnest(${places.map(({ lane }) => lane)}::text[], ${places.map((it) => it.channel_key)}::text[])
      as place (lane, channel_key)`);
}

export type UncertainSend = {
  readonly send_id: number;
  readonly run_id: number | null;
  readonly activity: string | null;
  readonly campaign_key: string | null;
  readonly campaign_name: string | null;
  readonly journey_key: string | null;
  readonly template_key: string;
  readonly count: number;
  readonly at: Date;
};

/** Sends with messages of which nobody knows whether they left, the newest first. */
export function selectUncertain(db: Queryable, limit: number): Promise<UncertainSend[]> {
  return db.query(sql`
    select send_id, send.run_id, activity, send.campaign_key, run.body ->> 'name' as campaign_name, journey_key, template_key,
      count, coalesce(send.finished_at, send.confirmed_at, send.created_at) as at
    from (
      select send_id, sum(value)::bigint as count from send_count where name = 'uncertain' group by send_id having sum(value) > 0
    ) uncertain
    join send using (send_id) left join campaign_run run on run.run_id = send.run_id
    where not send.of_test
    order by send_id desc limit ${limit}`);
}

export type FailedRun = {
  readonly run_id: number;
  readonly campaign_key: string;
  readonly campaign_name: string | null;
  readonly mode: 'test' | 'live';
  readonly reason: string | null;
  readonly at: Date;
};

/** Runs that stand still because an activity failed; an older run of a campaign matters no more once there is another. */
export function selectFailedRuns(db: Queryable, limit: number): Promise<FailedRun[]> {
  return db.query(sql`
    select run_id, campaign_key, body ->> 'name' as campaign_name, mode, reason, updated_at as at
    from campaign_run run
    where state = 'failed' and not exists (
      select from campaign_run later
      where later.campaign_key = run.campaign_key and later.mode = run.mode and later.run_id > run.run_id)
    order by run_id desc limit ${limit}`);
}

export type FailedRead = {
  readonly journey_key: string;
  readonly audience_key: string;
  readonly error: string | null;
  readonly at: Date;
};

/** Readings of an audience into a journey that failed since `since`. */
export function selectFailedReads(db: Queryable, since: Instant, limit: number): Promise<FailedRead[]> {
  return db.query(sql`
    select journey_key, audience_key, error, finished_at as at from journey_read
    where state = 'failed' and finished_at > ${new Date(since)}
    order by read_id desc limit ${limit}`);
}

/** How many dead letters came since `since` and were not replayed, up to `most`, and when the newest did. */
export function countDeadLetters(
  db: Queryable,
  since: Instant,
  most: number,
): Promise<{ readonly count: number; readonly at: Date | null }> {
  return db.one(sql`
    select count(*)::int as count, max(received_at) as at from (
      select received_at from dead_letter where received_at > ${new Date(since)} and replayed_at is null
      order by received_at desc limit ${most}
    ) recent`);
}
