import type { Place } from '../../core/identity/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Identity } from '../../core/profiles/index.ts';
import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

/**
 * Locks buckets in which identities are about to be created, so that two transactions never create the same one. Ascending order
 * keeps two callers from waiting for each other.
 */
export async function lockBuckets(tx: Queryable, buckets: readonly number[] | 'all'): Promise<void> {
  const which = buckets === 'all' ? sql`true` : sql`bucket = any(${buckets}::smallint[])`;
  await tx.execute(sql`select bucket from bucket where ${which} order by bucket for update`);
}

/** The first half of the link locks; the second half is a hash of the profile's number. */
const LINK_LOCK = 0x1d3;

/** Until the transaction ends nobody else links to these profiles an identity that they may have once, or merges them. */
export async function lockLinks(tx: Queryable, places: readonly { readonly profileId: number }[]): Promise<void> {
  if (places.length === 0) return;
  // In one order everywhere, so that two who lock several never wait for each other.
  await tx.execute(sql`
    select pg_advisory_xact_lock(${LINK_LOCK}, key)
    from (select distinct hashint8(id) as key from unnest(${places.map(({ profileId }) => profileId)}::bigint[]) id order by key) k`);
}

export type FoundIdentity = Identity & { readonly bucket: number; readonly profile_id: number };

/**
 * The profiles that the given identities name, merged ones followed; unseen ones are left out. The row of a profile need not be there:
 * an import stores it after its identities, and one that was deleted while it was linked is made anew by who writes to it.
 */
export async function findIdentities(db: Queryable, identities: readonly Identity[]): Promise<FoundIdentity[]> {
  if (identities.length === 0) return [];
  return db.query<FoundIdentity>(sql`
    select i.namespace, i.value, coalesce(a.to_bucket, i.profile_bucket) as bucket,
      coalesce(a.to_profile_id, i.profile_id) as profile_id
    from unnest(${identities.map((one) => one.namespace)}::text[], ${identities.map((one) => one.value)}::text[])
        w (namespace, value)
      join identity i on i.bucket = bucket_of(w.namespace, w.value) and i.namespace = w.namespace and i.value = w.value
      left join profile_alias a on a.bucket = i.profile_bucket and a.profile_id = i.profile_id`);
}

/** Of the given profiles those that have an identity of the namespace. */
export async function findNamed(
  db: Queryable,
  namespace: string,
  places: readonly { readonly bucket: number; readonly profileId: number }[],
): Promise<{ bucket: number; profile_id: number }[]> {
  if (places.length === 0) return [];
  return db.query(sql`
    select distinct i.profile_bucket as bucket, i.profile_id
    from unnest(${places.map(({ bucket }) => bucket)}::smallint[], ${places.map(({ profileId }) => profileId)}::bigint[])
        w (bucket, profile_id)
      join identity i on i.profile_bucket = w.bucket and i.profile_id = w.profile_id
    where i.namespace = ${namespace}`);
}

/** One row per place, in their order; null when there is no such profile any more. */
export async function findPlaces(
  db: Queryable,
  places: readonly Place[],
): Promise<{ bucket: number | null; profileId: number | null }[]> {
  if (places.length === 0) return [];
  return db.query(sql`
    select p.bucket, p.profile_id as "profileId"
    from unnest(${places.map(({ bucket }) => bucket)}::smallint[], ${places.map(({ profileId }) => profileId)}::bigint[])
        with ordinality w (bucket, profile_id, position)
      -- The limits keep the planner from reading a whole table that it believes to be small.
      left join lateral (
        select to_bucket, to_profile_id from profile_alias a
        where a.bucket = w.bucket and a.profile_id = w.profile_id limit 1) a on true
      left join lateral (
        select bucket, profile_id from profile p
        where p.bucket = coalesce(a.to_bucket, w.bucket) and p.profile_id = coalesce(a.to_profile_id, w.profile_id) limit 1) p on true
    order by w.position`);
}

/** The newest published document about identities. */
export async function selectPolicy(db: Queryable): Promise<unknown> {
  const row = await db.maybeOne<{ body: unknown }>(sql`
    select body from definition where kind = 'identity' and state = 'published' order by version desc limit 1`);
  return row?.body;
}

/** Draws numbers for new profiles. */
export async function drawProfileIds(tx: Queryable, count: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    sql`select nextval('profile_id_seq') as id from generate_series(1, ${count}::int)`,
  );
  return rows.map((row) => row.id);
}

type NewIdentity = Identity & { readonly bucket: number; readonly profileId: number };

export async function insertIdentities(tx: Queryable, identities: readonly NewIdentity[], now: Instant): Promise<void> {
  if (identities.length === 0) return;
  await tx.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select bucket_of(w.namespace, w.value), w.namespace, w.value, w.bucket, w.profile_id, ${new Date(now)}
    from unnest(
      ${identities.map((one) => one.namespace)}::text[], ${identities.map((one) => one.value)}::text[],
      ${identities.map((one) => one.bucket)}::smallint[], ${identities.map((one) => one.profileId)}::bigint[])
      w (namespace, value, bucket, profile_id)`);
}

/**
 * Creates a profile for each value of `source` (a relation of `value text, bucket smallint`: normal forms, each once, with the
 * buckets that `bucket_of` gives them) that no profile has yet. The caller holds the locks of the buckets. An email or phone becomes
 * the profile's address too. In the order of the indexes, which then grow page by page instead of all over.
 */
export async function createUnseen(tx: Queryable, namespace: string, source: Sql, now: Instant): Promise<number> {
  const at = new Date(now);
  return tx.execute(sql`
    with wanted as materialized (
      select w.value, w.bucket
      from ${source} w
      where not exists (
        select from identity i where i.bucket = w.bucket and i.namespace = ${namespace} and i.value = w.value)
      order by w.bucket, w.value),
    unseen as materialized (select value, bucket, nextval('profile_id_seq') as profile_id from wanted),
    people as (
      insert into profile (bucket, profile_id, email, phone, created_at, updated_at)
      select bucket, profile_id, case when ${namespace} = 'email' then value end,
        case when ${namespace} = 'phone' then value end, ${at}, ${at}
      from unseen),
    told as (${touchStatement(sql`unseen`, now)})
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select bucket, ${namespace}, value, bucket, profile_id, ${at} from unseen`);
}

/**
 * Tells the engine to judge the people of a relation (`bucket smallint, profile_id bigint`) again, because something about them changed
 * outside of events; nothing where no rule is live.
 */
export function touchStatement(people: Sql, now: Instant): Sql {
  return sql`
    insert into inbox (bucket, profile_id, body, received_at)
    select distinct on (bucket, profile_id) bucket, profile_id, '{"kind":"touch","cause":"profile"}'::json, ${new Date(now)}::timestamptz
    from ${people} where exists (select from live_epoch where epoch > 0)`;
}

/** The relation that a list of values is, for `createUnseen`. */
export function valuesRelation(namespace: string, values: readonly string[]): Sql {
  return sql`(select value, bucket_of(${namespace}, value) as bucket from unnest(${values}::text[]) v (value))`;
}
