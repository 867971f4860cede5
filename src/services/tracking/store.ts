import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type ReactionKind = 'opened' | 'clicked' | 'unsubscribed' | 'complained';

/** One thing that was done with one message. */
export type ReactionRow = {
  readonly bucket: number;
  readonly messageId: number;
  readonly sendId: number;
  readonly profileId: number;
  readonly kind: ReactionKind;
  readonly machine: boolean;
  /** Of a numbered link. */
  readonly linkNo: number | null;
  readonly at: Instant;
};

export type TrackedSend = {
  readonly sendId: number;
  readonly campaignKey: string | null;
  readonly journeyKey: string | null;
  /** The activity of the campaign or the step of the journey. */
  readonly activity: string | null;
  readonly channel: string;
  readonly topic: string;
  readonly templateKey: string;
  readonly templateVersion: number;
};

export async function findTrackedSend(db: Queryable, sendId: number): Promise<TrackedSend | undefined> {
  return db.maybeOne(sql`
    select send_id as "sendId", campaign_key as "campaignKey", journey_key as "journeyKey", activity, channel, topic, template_key as "templateKey",
      template_version as "templateVersion"
    from send where send_id = ${sendId}`);
}

export async function listLinkUrls(db: Queryable, sendId: number): Promise<{ linkNo: number; url: string }[]> {
  return db.query(sql`select link_no as "linkNo", url from send_link where send_id = ${sendId}`);
}

/**
 * When each message was settled; `Infinity`-like null with `waiting` while it is still on its way, which is when scanners strike.
 */
export async function readSentAt(
  db: Queryable,
  messages: readonly { readonly bucket: number; readonly messageId: number }[],
): Promise<{ settledAt: Date | null; waiting: boolean }[]> {
  return db.query(sql`
    select message.settled_at as "settledAt", outbox.message_id is not null as waiting
    from unnest(${messages.map((one) => one.bucket)}::smallint[], ${messages.map((one) => one.messageId)}::bigint[])
      with ordinality as hit (bucket, message_id, position)
    left join message on message.bucket = hit.bucket and message.message_id = hit.message_id
    left join outbox on outbox.bucket = hit.bucket and outbox.message_id = hit.message_id
    order by hit.position`);
}

/**
 * Adds reactions and raises the counters of their sends and links. A counter of unique messages (`opened`) and one of all times
 * (`opened_times`) for people and machines apart, as the counter's reason. What is new is counted in the hour of its first time as well.
 */
export async function insertReactions(tx: Queryable, rows: readonly ReactionRow[]): Promise<void> {
  await tx.execute(sql`
    with hit as materialized (
      select * from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.messageId)}::bigint[],
        ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.machine)}::boolean[],
        ${rows.map((row) => row.sendId)}::bigint[], ${rows.map((row) => row.profileId)}::bigint[],
        ${rows.map((row) => row.linkNo)}::smallint[], ${rows.map((row) => new Date(row.at).toISOString())}::timestamptz[])
        as row (bucket, message_id, kind, machine, send_id, profile_id, link_no, at)
    ), summed as (
      select bucket, message_id, kind, machine, send_id, profile_id, min(at) as first_at, max(at) as last_at, count(*)::int as times
      from hit group by bucket, message_id, kind, machine, send_id, profile_id
    ), kept as (
      insert into reaction (bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times)
      select bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times from summed
      order by bucket, message_id, kind, machine
      on conflict (bucket, message_id, kind, machine) do update set times = reaction.times + excluded.times,
        first_at = least(reaction.first_at, excluded.first_at), last_at = greatest(reaction.last_at, excluded.last_at)
      -- A row that this statement inserted has never been locked or updated.
      returning bucket, message_id, kind, machine, (xmax = 0)::int as fresh
    ), clicks as (
      insert into link_click (send_id, slot, link_no, human, machine)
      select send_id, (bucket % 16)::smallint, link_no, count(*) filter (where not machine), count(*) filter (where machine)
      from hit where kind = 'clicked' and link_no is not null
      group by send_id, bucket % 16, link_no order by send_id, bucket % 16, link_no
      on conflict (send_id, slot, link_no) do update
      set human = link_click.human + excluded.human, machine = link_click.machine + excluded.machine
    ), spans as (
      insert into reaction_span (send_id, hour, kind, machine, slot, value)
      select summed.send_id, date_trunc('hour', first_at, 'UTC'), kind, machine, (bucket % 16)::smallint, count(*)
      from summed join kept using (bucket, message_id, kind, machine)
      where fresh = 1 and kind in ('opened', 'clicked')
      group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
      on conflict (send_id, hour, kind, machine, slot) do update set value = reaction_span.value + excluded.value
    )
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, slot, name, reason, sum(change)
    from (
      select summed.send_id, (bucket % 16)::smallint as slot, entry.name,
        case when machine then 'machine' else 'human' end as reason, entry.change
      from summed join kept using (bucket, message_id, kind, machine),
        lateral (values (kind, fresh), (kind || '_times', times)) as entry (name, change)
    ) changes
    group by send_id, slot, name, reason having sum(change) <> 0 order by send_id, slot, name, reason
    on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value`);
}

/** What a person said about topics and the channel; later words replace earlier ones. */
export async function upsertConsents(
  tx: Queryable,
  rows: readonly {
    readonly bucket: number;
    readonly profileId: number;
    readonly channel: string;
    readonly topic: string;
    readonly status: string;
    readonly source: string;
    readonly at: Instant;
  }[],
): Promise<void> {
  await tx.execute(sql`
    insert into consent (bucket, profile_id, channel, topic, status, source, updated_at)
    select distinct on (bucket, profile_id, channel, topic) bucket, profile_id, channel, topic, status, source, updated_at
    from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.profileId)}::bigint[],
      ${rows.map((row) => row.channel)}::text[], ${rows.map((row) => row.topic)}::text[], ${rows.map((row) => row.status)}::text[],
      ${rows.map((row) => row.source)}::text[], ${rows.map((row) => new Date(row.at).toISOString())}::timestamptz[])
      with ordinality as given (bucket, profile_id, channel, topic, status, source, updated_at, position)
    where exists (select from profile where profile.bucket = given.bucket and profile.profile_id = given.profile_id)
    order by bucket, profile_id, channel, topic, position desc
    on conflict (bucket, profile_id, channel, topic) do update
    set status = excluded.status, source = excluded.source, updated_at = excluded.updated_at
    where consent.updated_at <= excluded.updated_at`);
}

export type Preferences = {
  readonly email: string | null;
  readonly locale: string | null;
  readonly consents: readonly { readonly topic: string; readonly status: 'granted' | 'refused' }[];
};

export async function findPreferences(
  db: Queryable,
  person: { readonly bucket: number; readonly profileId: number; readonly channel: string },
): Promise<Preferences | undefined> {
  return db.maybeOne<Preferences>(sql`
    select email, locale, coalesce((
      select json_agg(json_build_object('topic', topic, 'status', status) order by topic) from consent
      where consent.bucket = profile.bucket and consent.profile_id = profile.profile_id and channel = ${person.channel}), '[]') as consents
    from profile where bucket = ${person.bucket} and profile_id = ${person.profileId}`);
}

/** What composing one message again needs: the profile as it is now, and the row variables where they were kept. */
export async function findMirror(
  db: Queryable,
  message: { readonly bucket: number; readonly messageId: number; readonly profileId: number },
): Promise<{ profile: Record<string, unknown>; data: Record<string, unknown>; at: Date } | undefined> {
  return db.maybeOne(sql`
    with found as (
      select data, settled_at as at from message
      where bucket = ${message.bucket} and message_id = ${message.messageId} and state in ('sent', 'uncertain')
      union all
      select data, queued_at from outbox where bucket = ${message.bucket} and message_id = ${message.messageId}
    )
    select coalesce(found.data, '{}') as data, found.at, coalesce(profile.traits, '{}') || jsonb_strip_nulls(jsonb_build_object(
        'email', profile.email, 'phone', profile.phone, 'locale', profile.locale, 'time_zone', profile.time_zone,
        'created_at', profile.created_at, 'updated_at', profile.updated_at)) as profile
    from found left join profile on profile.bucket = ${message.bucket} and profile.profile_id = ${message.profileId}
    limit 1`);
}
