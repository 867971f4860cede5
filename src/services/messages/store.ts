import type { MessageState } from '../../core/deliveries/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { MessagePlace } from '../../core/messages/index.ts';
import { type Executing, prepared, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import { profileValuesOf } from '../deliveries/index.ts';

/** Old requests that one new one clears away; more than one, so that they get fewer. */
const CLEARED_AT_ONCE = 2;

export type KeptRequest = { readonly hash: Buffer; readonly answer: unknown };

/**
 * Takes an idempotency key for this transaction. Undefined when it is ours now; else what was kept under it. Waits for a call with
 * the same key that is under way.
 */
export async function claimRequest(
  tx: Queryable,
  request: { readonly key: string; readonly hash: Buffer; readonly now: Instant; readonly keepMs: number },
): Promise<KeptRequest | undefined> {
  for (;;) {
    const mine = await tx.maybeOne(sql`
      with cleared as (
        delete from message_request where idempotency_key in (
          select idempotency_key from message_request
          where created_at < ${new Date(request.now - request.keepMs)} and idempotency_key <> ${request.key}
          order by created_at limit ${CLEARED_AT_ONCE} for update skip locked)
      )
      insert into message_request (idempotency_key, request_hash, answer, created_at)
      values (${request.key}, ${request.hash}, 'null', ${new Date(request.now)})
      on conflict (idempotency_key) do nothing
      returning 1 as mine`);
    if (mine) return undefined;
    const kept = await findRequest(tx, request.key);
    // None: a call with another key has just cleared it away, and now it can be ours.
    if (kept) return kept;
  }
}

export async function findRequest(db: Queryable, key: string): Promise<KeptRequest | undefined> {
  return db.maybeOne(sql`select request_hash as hash, answer from message_request where idempotency_key = ${key}`);
}

export async function keepAnswer(tx: Executing, key: string, answer: object): Promise<void> {
  await tx.execute(
    sql`update message_request set answer = ${JSON.stringify(answer)}::json where idempotency_key = ${key}`,
  );
}

type Place = { readonly bucket: number; readonly profileId: number };

export type RecipientFacts = {
  /** False: the profile is gone, or there is none. */
  readonly found: boolean;
  readonly email: string | null;
  readonly suppressed: boolean;
  /** Of the profile, in the order of the fields that were asked for. */
  readonly values: readonly unknown[];
  readonly consents: readonly { channel: string; topic: string; status: 'granted' | 'refused' }[];
};

/** The channel and the topic of a message, and the profile fields that it reads as far as they are known. */
export type About = { readonly channel: string; readonly topic: string; readonly fields: readonly string[] };

/** What judging a message to `profile` needs, with `suppression` joined to the address. */
const facts = ({ channel, topic, fields }: About): Sql => sql`
  profile.profile_id is not null as found, profile.email, suppression.address is not null as suppressed,
  ${profileValuesOf(fields)} as values, coalesce((
    select json_agg(json_build_object('channel', channel, 'topic', topic, 'status', status)) from consent
    where consent.bucket = profile.bucket and consent.profile_id = profile.profile_id and channel = ${channel}
      and topic in ('', ${topic})), '[]') as consents`;

/** Joins it, for a relation `wanted` with the address that the call names, if any. */
const suppression = ({ channel }: About): Sql => sql`
  left join suppression on suppression.channel = ${channel}
    and suppression.address = lower(btrim(coalesce(wanted.address, profile.email)))`;

export type WantedIdentity = {
  readonly namespace: string;
  readonly value: string;
  readonly address: string | null;
};

/**
 * Whom each identity names, with what judging needs of them; an email that is nobody's identity is looked for among the addresses. In
 * the order given.
 */
export async function findPeople(
  db: Queryable,
  wanted: readonly WantedIdentity[],
  about: About,
): Promise<((Place & RecipientFacts) | undefined)[]> {
  if (wanted.length === 0) return [];
  const rows = await db.query<{ bucket: number | null; profileId: number | null } & RecipientFacts>(prepared`
    select place.bucket, place.profile_id as "profileId", ${facts(about)}
    from unnest(${wanted.map((one) => one.namespace)}::text[], ${wanted.map((one) => one.value)}::text[],
      ${wanted.map((one) => one.address)}::text[]) with ordinality as wanted (namespace, value, address, position)
    left join identity named on named.bucket = bucket_of(wanted.namespace, wanted.value) and named.namespace = wanted.namespace
      and named.value = wanted.value
    left join lateral (
      select bucket, profile_id from profile
      where named.value is null and wanted.namespace = 'email' and lower(email) = wanted.value
      order by profile_id limit 1
    ) addressed on true
    cross join lateral (
      select coalesce(named.profile_bucket, addressed.bucket) as bucket, coalesce(named.profile_id, addressed.profile_id) as profile_id
    ) place
    left join profile on profile.bucket = place.bucket and profile.profile_id = place.profile_id
    ${suppression(about)}
    order by wanted.position`);
  return rows.map(({ bucket, profileId, ...known }) =>
    bucket === null || profileId === null ? undefined : { bucket, profileId, ...known },
  );
}

/** What judging needs of people whose place is known, in their order; `address` is the one that the call names, if any. */
export async function readFacts(
  db: Queryable,
  people: readonly (Place & { readonly address: string | null })[],
  about: About,
): Promise<RecipientFacts[]> {
  return db.query<RecipientFacts>(prepared`
    select ${facts(about)}
    from unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profileId)}::bigint[],
      ${people.map((one) => one.address)}::text[]) with ordinality as wanted (bucket, profile_id, address, position)
    left join profile on profile.bucket = wanted.bucket and profile.profile_id = wanted.profile_id
    ${suppression(about)}
    order by wanted.position`);
}

/** One message with its send and what was done with it. */
export type MessageRow = MessagePlace & {
  readonly profileId: number;
  readonly address: string | null;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly queuedAt: Date;
  /** Not before; null for messages that may go at once. */
  readonly notBefore: Date | null;
  readonly dueAt: Date | null;
  readonly settledAt: Date | null;
  readonly sendId: number;
  readonly templateKey: string;
  readonly templateVersion: number;
  readonly channelKey: string;
  readonly lane: string;
  readonly topic: string;
  readonly reactions: readonly { kind: string; machine: boolean; first_at: string; last_at: string; times: number }[];
};

/** Where messages are now that have gone to another bucket with their people. */
export async function findMoved(db: Queryable, messageIds: readonly number[]): Promise<MessagePlace[]> {
  return db.query<MessagePlace>(sql`
    select bucket, message_id as "messageId" from bucket cross join unnest(${messageIds}::bigint[]) as wanted (message_id)
    join message using (bucket, message_id)
    union all
    select bucket, message_id from bucket cross join unnest(${messageIds}::bigint[]) as wanted (message_id)
    join outbox using (bucket, message_id)`);
}

/** In the order given; those that are not kept any more, or have moved, are left out. */
export async function findMessages(db: Queryable, places: readonly MessagePlace[]): Promise<MessageRow[]> {
  return db.query<MessageRow>(sql`
    with wanted as (
      select * from unnest(${places.map((one) => one.bucket)}::smallint[], ${places.map((one) => one.messageId)}::bigint[])
        with ordinality as row (bucket, message_id, position)
    ), found as (
      select position, message.bucket, message.message_id, profile_id, address, state, reason, detail, attempts, created_at as queued_at,
        null::timestamptz as not_before, null::timestamptz as due_at, settled_at, send_id
      from wanted join message using (bucket, message_id)
      union all
      select position, outbox.bucket, outbox.message_id, profile_id, address, state, null, null, attempts, queued_at, not_before, due_at,
        null, send_id
      from wanted join outbox using (bucket, message_id)
    )
    select found.bucket, found.message_id as "messageId", profile_id as "profileId", address, found.state, found.reason, detail, attempts,
      queued_at as "queuedAt", not_before as "notBefore", due_at as "dueAt", settled_at as "settledAt", send.send_id as "sendId",
      template_key as "templateKey", template_version as "templateVersion", channel_key as "channelKey", lane, topic,
      coalesce((
        select json_agg(json_build_object('kind', kind, 'machine', machine, 'first_at', first_at, 'last_at', last_at, 'times', times)
          order by kind, machine)
        from reaction where reaction.bucket = found.bucket and reaction.message_id = found.message_id), '[]') as reactions
    from found join send using (send_id)
    order by position`);
}
