import type { Lane } from '../../core/deliveries/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { id, join, literal, prepared, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import { consentAllowsSql } from '../consent/index.ts';
import { slotOf } from './store-count.ts';

/** What may become of a claimed row before anything is sent: `send`, or why not. */
export type Verdict = 'send' | 'suppressed' | 'no_consent' | 'paused' | 'stopped' | 'deadline';

export type ClaimedRow = {
  readonly bucket: number;
  readonly messageId: number;
  readonly sendId: number;
  readonly profileId: number;
  readonly address: string;
  readonly attempts: number;
  /** When it was queued, or the time it was scheduled for. */
  readonly queuedAt: Instant;
  /** What its deadline ends, it ends then. */
  readonly deadlineAt: Instant;
  readonly verdict: Verdict;
  readonly data: Readonly<Record<string, unknown>>;
  /** The profile's values, in the order of the claim's fields. */
  readonly values: readonly unknown[];
};

export type ClaimInput = {
  readonly lane: Lane;
  readonly channelKey: string;
  readonly workerId: number;
  readonly limit: number;
  readonly now: Instant;
  /** Names of profile columns and traits that some template in use reads. */
  readonly profileFields: readonly string[];
};

/** Which of the given lanes of channels have a message that is due. */
export async function findReady(
  db: Queryable,
  lanes: readonly { readonly lane: Lane; readonly channelKey: string }[],
  now: Instant,
): Promise<{ lane: Lane; channelKey: string }[]> {
  // As an `exists` it would be a join, and a planner that sees a million rows of one lane reads them all to find none of another.
  return db.query(sql`
    select wanted.lane, wanted.channel_key as "channelKey"
    from unnest(${lanes.map((entry) => entry.lane)}::text[], ${lanes.map((entry) => entry.channelKey)}::text[])
      as wanted (lane, channel_key)
    cross join lateral (
      select due_at from outbox
      where state = 'queued' and outbox.lane = wanted.lane and outbox.channel_key = wanted.channel_key
        and due_at <= ${new Date(now)}::timestamptz
      order by due_at limit 1
    ) first_due`);
}

/**
 * Marks up to `limit` due messages as being sent by this worker and hands them over with what composing them needs. Consent and
 * suppression are looked at again here, at the last moment before the message leaves.
 */
export async function claimMessages(session: Queryable, input: ClaimInput): Promise<ClaimedRow[]> {
  const now = sql`${new Date(input.now)}::timestamptz`;
  // A row that is locked does not move, so its place finds it again without an index.
  const { rows } = await session.one<{ rows: RawRow[] | null }>(prepared`
    with picked as materialized (
      select outbox.ctid as place from outbox
      where state = 'queued' and lane = ${input.lane} and channel_key = ${input.channelKey} and due_at <= ${now}
      order by due_at limit ${input.limit} for update skip locked
    ), claimed as (
      update outbox set state = 'sending', worker_id = ${input.workerId}, attempts = outbox.attempts + 1
      from picked where outbox.ctid = picked.place
      returning outbox.bucket, outbox.message_id, outbox.send_id, outbox.profile_id, outbox.address, outbox.attempts,
        greatest(outbox.queued_at, outbox.not_before) as queued_at, outbox.data
    ), counted as (
      insert into send_count (send_id, slot, name, reason, value)
      select send_id, ${slotOf(input.workerId, 'claim')}::smallint, name, '', sum(change)
      from (select send_id, count(*) as amount from claimed group by send_id) claims,
        lateral (values ('queued', -amount), ('sending', amount)) as entry (name, change)
      group by send_id, name order by send_id, name
      on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value
    )
    select json_agg(json_build_array(claimed.bucket, claimed.message_id, claimed.send_id, claimed.profile_id, claimed.address,
      claimed.attempts, (extract(epoch from claimed.queued_at) * 1000)::bigint, (extract(epoch from ${DEADLINE}) * 1000)::bigint, ${verdictOf(now)}, claimed.data,
      ${profileValuesOf(input.profileFields)})) as rows
    from claimed
    join send on send.send_id = claimed.send_id
    left join profile on profile.bucket = claimed.bucket and profile.profile_id = claimed.profile_id
    -- The limits keep the planner from reading a whole table that it believes to be small.
    left join lateral (
      select address from suppression where channel = send.channel and address = lower(claimed.address) limit 1
    ) suppressed on true
    left join lateral (
      select max(status) filter (where topic = '') as on_channel, max(status) filter (where topic <> '') as on_topic
      from consent
      where bucket = claimed.bucket and profile_id = claimed.profile_id and channel = send.channel and topic in ('', send.topic)
      limit 1
    ) given on true`);
  return (rows ?? []).map(claimedRow);
}

/** The profile fields of some messages, for templates that were not known when the messages were claimed. */
export async function readProfileFields(
  db: Queryable,
  people: readonly { readonly bucket: number; readonly profileId: number }[],
  fields: readonly string[],
): Promise<readonly (readonly unknown[])[]> {
  const rows = await db.query<{ values: unknown[] }>(sql`
    select ${profileValuesOf(fields)} as values
    from unnest(${people.map((person) => person.bucket)}::smallint[], ${people.map((person) => person.profileId)}::bigint[])
      with ordinality as person (bucket, profile_id, position)
    left join profile on profile.bucket = person.bucket and profile.profile_id = person.profile_id
    order by person.position`);
  return rows.map((row) => row.values);
}

const COLUMNS = new Set(['email', 'phone', 'locale', 'time_zone', 'created_at', 'updated_at']);

/** What a template reads of `profile`, in the order of its fields. */
export function profileValuesOf(fields: readonly string[]): Sql {
  const values = fields.map((name) =>
    COLUMNS.has(name) ? sql`profile.${id(name)}` : sql`profile.traits -> ${literal(name)}`,
  );
  return sql`json_build_array(${join(values)})`;
}

const DEADLINE = sql`greatest(claimed.queued_at, send.confirmed_at) + (send.settings ->> 'deadline_ms')::float8 * interval '1 ms'`;

function verdictOf(now: Sql): Sql {
  return sql`case
    when send.state = 'stopped' then 'stopped'
    when send.state in ('paused', 'prepared') then 'paused'
    -- One of retries is looked at when a try has failed: what is in the queue had not passed it.
    when send.settings ->> 'deadline_of' is distinct from 'retries' and ${now} > ${DEADLINE} then 'deadline'
    when suppressed.address is not null then 'suppressed'
    when not ${consentAllowsSql(sql`send.settings ->> 'consent'`, sql`given.on_channel`, sql`given.on_topic`)} then 'no_consent'
    else 'send' end`;
}

type RawRow = readonly [
  bucket: number,
  messageId: number,
  sendId: number,
  profileId: number,
  address: string,
  attempts: number,
  queuedAt: number,
  deadlineAt: number,
  verdict: Verdict,
  data: Record<string, unknown>,
  values: unknown[],
];

function claimedRow(row: RawRow): ClaimedRow {
  const [bucket, messageId, sendId, profileId, address, attempts, queuedAt, deadlineAt, verdict, data, values] = row;
  return { bucket, messageId, sendId, profileId, address, attempts, queuedAt, deadlineAt, verdict, data, values };
}
