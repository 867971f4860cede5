import { type Queryable, sql } from '../../platform/sql/index.ts';

export type ProfileRow = {
  readonly bucket: number;
  readonly profile_id: number;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: string | null;
  readonly time_zone: string | null;
  readonly traits: Record<string, unknown>;
  readonly created_at: Date;
  readonly updated_at: Date;
};

export async function findProfile(db: Queryable, bucket: number, profileId: number): Promise<ProfileRow | undefined> {
  return db.maybeOne<ProfileRow>(sql`
    select bucket, profile_id, email, phone, locale, time_zone, traits, created_at, updated_at
    from profile where bucket = ${bucket} and profile_id = ${profileId}`);
}

export type ComputedTraitRow = {
  readonly trait: string;
  readonly name: string | null;
  readonly version: number;
  readonly published_at: Date;
};

/** Of some traits those that the engine computes, with the definition in force. */
export function computedOf(db: Queryable, traits: readonly string[]): Promise<ComputedTraitRow[]> {
  return db.query<ComputedTraitRow>(sql`
    select distinct on (key) key as trait, body ->> 'name' as name, version, published_at from definition
    where kind = 'computed-trait' and state = 'published' and key = any(${traits}::text[])
    order by key, version desc`);
}

export type Place = { readonly bucket: number; readonly profileId: number };

/** By the number alone every bucket must be asked, which is one index look-up each. A merged profile is the one that it became. */
export async function findByNumber(db: Queryable, profileId: number): Promise<Place | undefined> {
  return db.maybeOne<Place>(sql`
    select bucket, profile_id as "profileId" from profile
    where bucket = any(array(select bucket from bucket)) and profile_id = ${profileId}
    union all
    select to_bucket, to_profile_id from profile_alias
    where bucket = any(array(select bucket from bucket)) and profile_id = ${profileId}`);
}

/** The first of those who have this address, which may be a fact about them and not one of their identities. */
export async function findByEmail(db: Queryable, email: string): Promise<Place | undefined> {
  return db.maybeOne<Place>(sql`
    select bucket, profile_id as "profileId" from profile where lower(email) = lower(${email})
    order by bucket, profile_id limit 1`);
}

export type IdentityRow = { readonly namespace: string; readonly value: string };
export async function identitiesOf(db: Queryable, { bucket, profileId }: Place): Promise<IdentityRow[]> {
  return db.query<IdentityRow>(sql`
    select namespace, value from identity
    where profile_bucket = ${bucket} and profile_id = ${profileId} order by namespace, value`);
}

export type ConsentRow = {
  readonly channel: string;
  readonly topic: string;
  readonly status: 'granted' | 'refused';
  readonly source: string;
  readonly updated_at: Date;
};
export async function consentsOf(db: Queryable, { bucket, profileId }: Place): Promise<ConsentRow[]> {
  return db.query<ConsentRow>(sql`
    select channel, topic, status, source, updated_at from consent
    where bucket = ${bucket} and profile_id = ${profileId} order by channel, topic`);
}

export type MembershipRow = { readonly audience_key: string; readonly since: Date };
export async function membershipsOf(db: Queryable, { bucket, profileId }: Place): Promise<MembershipRow[]> {
  return db.query<MembershipRow>(sql`
    select audience_key, since from audience_member
    where bucket = ${bucket} and profile_id = ${profileId} order by audience_key`);
}

export type DeviceRow = {
  readonly token: string;
  readonly platform: string;
  readonly first_at: Date;
  readonly last_at: Date;
};
export async function devicesOf(db: Queryable, { bucket, profileId }: Place): Promise<DeviceRow[]> {
  return db.query<DeviceRow>(sql`
    select token, platform, first_at, last_at from device
    where bucket = ${bucket} and profile_id = ${profileId} order by last_at desc, token`);
}

export type InstanceRow = {
  readonly instance_id: number;
  readonly journey_key: string;
  readonly journey_name: string | null;
  readonly version: number;
  readonly instance_key: string;
  readonly state: 'active' | 'held';
  /** The steps where it stands. */
  readonly steps: readonly string[];
  readonly entered_at: Date;
  readonly wake_at: Date | null;
};
/** Where a person is inside; tests of journeys are left out. */
export async function instancesOf(db: Queryable, { bucket, profileId }: Place): Promise<InstanceRow[]> {
  return db.query<InstanceRow>(sql`
    select instance_id, journey_key, version, instance_key, state, entered_at, wake_at,
      (select v.body ->> 'name' from journey_version v
        where v.journey_key = journey_instance.journey_key and v.version = journey_instance.version) as journey_name,
      coalesce((select array_agg(position ->> 'node') from json_array_elements(body -> 'positions') position), '{}') as steps
    from journey_instance
    where bucket = ${bucket} and profile_id = ${profileId} and state <> 'ended' and strpos(journey_key, '~') = 0
    order by entered_at, instance_id`);
}

export type EventRow = {
  readonly name: string;
  readonly occurred_at: Date;
  readonly properties: Record<string, unknown>;
  readonly source: string;
};
export async function recentEventsOf(db: Queryable, { bucket, profileId }: Place, limit: number): Promise<EventRow[]> {
  return db.query<EventRow>(sql`
    select name, occurred_at, properties, source from event
    where bucket = ${bucket} and profile_id = ${profileId} order by occurred_at desc, event_id desc limit ${limit}`);
}

export type MessageRow = {
  readonly message_id: number;
  readonly send_id: number;
  readonly template_key: string | null;
  readonly address: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly at: Date;
};
/** Settled and waiting messages, newest first. */
export async function recentMessagesOf(
  db: Queryable,
  { bucket, profileId }: Place,
  limit: number,
): Promise<MessageRow[]> {
  return db.query<MessageRow>(sql`
    with own as (
      (select message_id, send_id, address, state, reason, settled_at as at from message
        where bucket = ${bucket} and profile_id = ${profileId} order by created_at desc limit ${limit})
      union all
      (select message_id, send_id, address, state, null, queued_at from outbox
        where bucket = ${bucket} and profile_id = ${profileId} order by queued_at desc limit ${limit}))
    select own.message_id, own.send_id, s.template_key, own.address, own.state, own.reason, own.at
    from own left join send s using (send_id) order by own.at desc, own.message_id desc limit ${limit}`);
}
