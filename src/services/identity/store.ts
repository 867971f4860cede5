// Owns: the SQL of looking identities up and of writing them, their links and their conflicts.
// Does not own: merging (store-merge), what becomes of people who are deleted (services/profiles).
// Invariants: 1. a row of `identity` is inserted only by who holds the lock of its bucket; 2. an identity that a profile may have once is
// linked to a stored profile only under that profile's link lock.

import type { Place } from '../../core/identity/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Identity } from '../../core/profiles/index.ts';
import { bigints, empty, prepared, type Queryable, type Sql, smallints, sql, texts } from '../../platform/sql/index.ts';

export type HomedIdentity = { readonly identity: Identity; readonly home: number };

/** The profiles that identities name now, merged ones followed. An identity of a profile that was deleted is as if it were not there. */
export async function findOwners(
  db: Queryable,
  identities: readonly HomedIdentity[],
): Promise<(Identity & { readonly place: Place })[]> {
  if (identities.length === 0) return [];
  const rows = await db.query<Identity & Place>(prepared`
    select w.namespace, w.value, p.bucket, p.profile_id as "profileId"
    from unnest(${smallints(identities.map(({ home }) => home))}::smallint[], ${texts(identities.map(({ identity }) => identity.namespace))}::text[],
        ${texts(identities.map(({ identity }) => identity.value))}::text[]) w (home, namespace, value)
      -- The limits keep the planner from reading a whole table that it believes to be small.
      cross join lateral (
        select profile_bucket, profile_id from identity i
        where i.bucket = w.home and i.namespace = w.namespace and i.value = w.value limit 1) i
      left join lateral (
        select to_bucket, to_profile_id from profile_alias a
        where a.bucket = i.profile_bucket and a.profile_id = i.profile_id limit 1) a on true
      cross join lateral (
        select bucket, profile_id from profile p
        where p.bucket = coalesce(a.to_bucket, i.profile_bucket) and p.profile_id = coalesce(a.to_profile_id, i.profile_id)
        limit 1) p`);
  return rows.map(({ namespace, value, bucket, profileId }) => ({ namespace, value, place: { bucket, profileId } }));
}

function placeRows(places: readonly Place[]): Sql {
  return sql`unnest(${smallints(places.map(({ bucket }) => bucket))}::smallint[], ${bigints(places.map(({ profileId }) => profileId))}::bigint[])`;
}

/** The identities of profiles that are addresses as well. */
export async function findAddressesOf(db: Queryable, places: readonly Place[]): Promise<(Identity & Place)[]> {
  return db.query(sql`
    select i.namespace, i.value, i.profile_bucket as bucket, i.profile_id as "profileId"
    from ${placeRows(places)} p (bucket, profile_id)
    join identity i on i.profile_bucket = p.bucket and i.profile_id = p.profile_id
    where i.namespace in ('email', 'phone')
    order by i.namespace, i.value`);
}

export type CountRow = Place & { readonly namespace: string; readonly count: number };

export async function countIdentities(db: Queryable, places: readonly Place[]): Promise<CountRow[]> {
  if (places.length === 0) return [];
  return db.query<CountRow>(prepared`
    select w.bucket, w.profile_id as "profileId", i.namespace, i.count
    from ${placeRows(places)} w (bucket, profile_id)
      cross join lateral (
        select namespace, count(*) as count from identity i
        where i.profile_bucket = w.bucket and i.profile_id = w.profile_id group by namespace offset 0) i`);
}

/** One of a profile's identities in a namespace. */
export async function findIdentityOf(db: Queryable, place: Place, namespace: string): Promise<string | undefined> {
  const row = await db.maybeOne<{ value: string }>(sql`
    select value from identity
    where profile_bucket = ${place.bucket} and profile_id = ${place.profileId} and namespace = ${namespace}
    order by created_at, value limit 1`);
  return row?.value;
}

export async function drawProfileIds(db: Queryable, count: number): Promise<number[]> {
  if (count === 0) return [];
  const rows = await db.query<{ id: number }>(
    sql`select nextval('profile_id_seq') as id from generate_series(1, ${count}::int)`,
  );
  return rows.map((row) => row.id);
}

export type NewProfile = { readonly place: Place; readonly email: string | null; readonly phone: string | null };

export async function insertProfiles(tx: Queryable, profiles: readonly NewProfile[], now: Instant): Promise<void> {
  if (profiles.length === 0) return;
  const at = new Date(now);
  await tx.execute(sql`
    insert into profile (bucket, profile_id, email, phone, created_at, updated_at)
    select bucket, profile_id, email, phone, ${at}, ${at}
    from unnest(${profiles.map(({ place }) => place.bucket)}::smallint[], ${profiles.map(({ place }) => place.profileId)}::bigint[],
      ${profiles.map(({ email }) => email)}::text[], ${profiles.map(({ phone }) => phone)}::text[])
      p (bucket, profile_id, email, phone)`);
}

export type NewIdentity = HomedIdentity & { readonly place: Place };

/** The caller holds the locks of the homes, and found none of these identities: a row that is there is left from a deleted profile. */
export async function insertIdentities(tx: Queryable, rows: readonly NewIdentity[], now: Instant): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select home, namespace, value, bucket, profile_id, ${new Date(now)}
    from unnest(${rows.map(({ home }) => home)}::smallint[], ${rows.map(({ identity }) => identity.namespace)}::text[],
      ${rows.map(({ identity }) => identity.value)}::text[], ${rows.map(({ place }) => place.bucket)}::smallint[],
      ${rows.map(({ place }) => place.profileId)}::bigint[]) i (home, namespace, value, bucket, profile_id)
    on conflict (bucket, namespace, value) do update
      set profile_bucket = excluded.profile_bucket, profile_id = excluded.profile_id, created_at = excluded.created_at`);
}

export type NewRequest = { readonly from: Place; readonly into: Place; readonly cause: 'event' | 'alias' };

/** Asks for merges; the same one asked for again is asked for once. */
export async function insertMergeRequests(tx: Queryable, rows: readonly NewRequest[], now: Instant): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into merge_request as known (bucket, profile_id, other_bucket, other_profile_id, cause, requested_at)
    -- Of both causes "alias" is the stronger, and the lesser word.
    select bucket, profile_id, other_bucket, other_profile_id, min(cause), ${new Date(now)}
    from unnest(${rows.map(({ from }) => from.bucket)}::smallint[], ${rows.map(({ from }) => from.profileId)}::bigint[],
      ${rows.map(({ into }) => into.bucket)}::smallint[], ${rows.map(({ into }) => into.profileId)}::bigint[],
      ${rows.map(({ cause }) => cause)}::text[]) r (bucket, profile_id, other_bucket, other_profile_id, cause)
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (bucket, profile_id, other_bucket, other_profile_id) do update set cause = 'alias'
      where known.cause <> 'alias' and excluded.cause = 'alias'`);
}

export type NewConflict = {
  readonly place: Place;
  readonly namespace: string;
  readonly identity: string;
  readonly other: string;
  readonly reason: 'limit' | 'two_users';
};

/** Keeps that something was not linked or merged. The last time is kept to the hour, so that a shared device is not written at every event. */
export async function insertConflicts(tx: Queryable, rows: readonly NewConflict[], now: Instant): Promise<void> {
  if (rows.length === 0) return;
  const at = new Date(now);
  await tx.execute(sql`
    insert into identity_conflict as known (bucket, profile_id, namespace, identity, other, reason, first_at, last_at)
    select distinct on (bucket, profile_id, identity, other) bucket, profile_id, namespace, identity, other, reason,
      ${at}::timestamptz, ${at}::timestamptz
    from unnest(${rows.map(({ place }) => place.bucket)}::smallint[], ${rows.map(({ place }) => place.profileId)}::bigint[],
      ${rows.map(({ namespace }) => namespace)}::text[], ${rows.map(({ identity }) => identity)}::text[],
      ${rows.map(({ other }) => other)}::text[], ${rows.map(({ reason }) => reason)}::text[])
      c (bucket, profile_id, namespace, identity, other, reason)
    order by bucket, profile_id, identity, other
    on conflict (bucket, profile_id, identity, other) do update set last_at = excluded.last_at
      where known.last_at < excluded.last_at - interval '1 hour'`);
}

export type IdentityConflictRow = {
  readonly bucket: number;
  readonly profile_id: number;
  readonly namespace: string;
  readonly identity: string;
  readonly other: string;
  readonly reason: 'limit' | 'two_users';
  readonly first_at: Date;
  readonly last_at: Date;
};

export type ConflictKey = {
  readonly lastAt: Instant;
  readonly bucket: number;
  readonly profileId: number;
  readonly identity: string;
  readonly other: string;
};

/** The latest first. */
export async function listConflictRows(
  db: Queryable,
  page: { readonly after: ConflictKey | undefined; readonly limit: number },
): Promise<IdentityConflictRow[]> {
  const { after } = page;
  const start = after
    ? sql`where last_at <= ${new Date(after.lastAt)} and (last_at, bucket, profile_id, identity, other)
        < (${new Date(after.lastAt)}, ${after.bucket}::smallint, ${after.profileId}::bigint, ${after.identity}, ${after.other})`
    : empty;
  return db.query<IdentityConflictRow>(sql`
    select bucket, profile_id, namespace, identity, other, reason, first_at, last_at from identity_conflict ${start}
    order by last_at desc, bucket desc, profile_id desc, identity desc, other desc limit ${page.limit}`);
}

export type DeviceRow = {
  readonly bucket: number;
  readonly profileId: number;
  readonly token: string;
  readonly platform: string;
  readonly at: Instant;
};

export async function upsertDevices(tx: Queryable, rows: readonly DeviceRow[]): Promise<void> {
  await tx.execute(sql`
    with given as (
      select distinct on (bucket, profile_id, token) bucket, profile_id, token, platform, at
      from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.profileId)}::bigint[],
        ${rows.map((row) => row.token)}::text[], ${rows.map((row) => row.platform)}::text[],
        ${rows.map((row) => new Date(row.at).toISOString())}::timestamptz[]) d (bucket, profile_id, token, platform, at)
      order by bucket, profile_id, token, at desc),
    kept as (
      insert into device as known (bucket, profile_id, token, platform, first_at, last_at)
      select bucket, profile_id, token, platform, at, at from given
      on conflict (bucket, profile_id, token) do update set platform = excluded.platform, last_at = excluded.last_at
        where known.last_at < excluded.last_at - interval '1 hour' or known.platform <> excluded.platform
      -- A row that this statement inserted has never been locked or updated.
      returning bucket, profile_id, token, last_at, xmax = 0 as is_new),
    elsewhere as materialized (
      select d.bucket, d.profile_id, d.token
      from kept join device d on d.token = kept.token and (d.bucket, d.profile_id) <> (kept.bucket, kept.profile_id)
      where kept.is_new and d.last_at <= kept.last_at
      order by 1, 2, 3 for update of d)
    delete from device d using elsewhere e where d.bucket = e.bucket and d.profile_id = e.profile_id and d.token = e.token`);
}
