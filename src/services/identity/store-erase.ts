// Owns: the SQL that removes a person where removing a row would make counters lie, or where rows name people in another way than by
// their place.
// Does not own: all other tables of people (store-person).

import type { Place } from '../../core/identity/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Identity } from '../../core/profiles/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** The profile that stands in rows that are kept for their counters when the person is gone. */
const NOBODY = 0;

/** Why messages that were not yet sent will not be. */
const DELETED = 'profile_deleted';

export async function identitiesOf(
  db: Queryable,
  { bucket, profileId }: Place,
): Promise<(Identity & { home: number })[]> {
  return db.query(sql`
    select namespace, value, bucket as home from identity
    where profile_bucket = ${bucket} and profile_id = ${profileId} order by namespace, value`);
}

export async function removeIdentities(tx: Queryable, { bucket, profileId }: Place): Promise<void> {
  await tx.execute(sql`delete from identity where profile_bucket = ${bucket} and profile_id = ${profileId}`);
  await tx.execute(sql`delete from profile_alias where to_bucket = ${bucket} and to_profile_id = ${profileId}`);
  await tx.execute(sql`delete from merge_request where other_bucket = ${bucket} and other_profile_id = ${profileId}`);
}

/** Messages that wait are excluded, as their counters say too; those in the air are left to come down. */
export async function excludeWaiting(tx: Queryable, { bucket, profileId }: Place, now: Instant): Promise<void> {
  await tx.execute(sql`
    with gone as (
      delete from outbox where bucket = ${bucket} and profile_id = ${profileId} and state <> 'sending'
      returning bucket, message_id, queued_at, send_id, attempts),
    logged as (
      insert into message (bucket, message_id, created_at, send_id, profile_id, state, reason, attempts, settled_at)
      select bucket, message_id, queued_at, send_id, ${NOBODY}, 'excluded', ${DELETED}, attempts, ${new Date(now)} from gone)
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, (${bucket}::int % 16)::smallint, name, reason, sum(change)
    from (
      select send_id, 'queued' as name, '' as reason, -1 as change from gone
      union all select send_id, 'excluded', ${DELETED}, 1 from gone) changes
    group by send_id, name, reason order by send_id, name, reason
    on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value`);
}

/** What became of messages stays counted; to whom they went is forgotten. */
export async function forgetMessages(tx: Queryable, { bucket, profileId }: Place): Promise<void> {
  await tx.execute(sql`
    update message set profile_id = ${NOBODY}, address = null, detail = null, data = null
    where bucket = ${bucket} and profile_id = ${profileId}`);
  await tx.execute(sql`
    update reaction set profile_id = ${NOBODY} where bucket = ${bucket} and profile_id = ${profileId}`);
}

/** That somebody was in a journey stays counted; who it was and what they brought is forgotten. All of it has ended. */
export async function forgetJourneys(tx: Queryable, { bucket, profileId }: Place): Promise<void> {
  await tx.execute(sql`
    update journey_instance set profile_id = ${NOBODY}, instance_key = '', body = '{}'
    where bucket = ${bucket} and profile_id = ${profileId}`);
  await tx.execute(sql`
    update journey_step set profile_id = ${NOBODY}, detail = null where bucket = ${bucket} and profile_id = ${profileId}`);
}

/** Events that lie in the inboxes of these identities and are not yet anybody's. The caller holds the buckets. */
export async function removeUnresolved(
  tx: Queryable,
  identities: readonly (Identity & { readonly home: number })[],
): Promise<void> {
  if (identities.length === 0) return;
  await tx.execute(sql`
    with named as (
      select * from unnest(${identities.map(({ home }) => home)}::smallint[], ${identities.map(({ namespace }) => namespace)}::text[],
        ${identities.map(({ value }) => value)}::text[]) n (home, namespace, value))
    delete from inbox i
    where i.bucket in (select home from named) and i.profile_id is null
      and exists (
        select from named n, json_array_elements(case when i.body ->> 'kind' = 'event' then i.body -> 'identities' else
          json_build_array(i.body -> 'identity') end) one
        where one ->> 'namespace' = n.namespace and one ->> 'value' = n.value)`);
}

/** Conflicts that other profiles had with these identities. */
export async function removeConflictsWith(tx: Queryable, identities: readonly Identity[]): Promise<void> {
  const names = identities.map(({ namespace, value }) => `${namespace}:${value}`);
  await tx.execute(sql`
    delete from identity_conflict where identity = any(${names}::text[]) or other = any(${names}::text[])`);
}

/** Cells of rejected lines of files that hold one of these; that there was a reject, and why, stays told. */
export async function forgetRejects(tx: Queryable, values: readonly string[]): Promise<void> {
  const wanted = values.map((value) => value.trim().toLowerCase());
  await tx.execute(sql`
    update import_reject set value = '' where lower(btrim(value)) = any(${wanted}::text[]) and value <> ''`);
}

const EMAIL = 'email';

/** Email addresses of a person that nobody else has: suppression is about addresses, and two people may share one. */
export async function addressesOf(db: Queryable, { bucket, profileId }: Place): Promise<string[]> {
  const rows = await db.query<{ address: string }>(sql`
    with own as (
      select lower(email) as address from profile where bucket = ${bucket} and profile_id = ${profileId} and email is not null
      union
      select value from identity where profile_bucket = ${bucket} and profile_id = ${profileId} and namespace = ${EMAIL})
    select address from own
    where not exists (
      select from profile p where lower(p.email) = own.address and (p.bucket, p.profile_id) <> (${bucket}, ${profileId}))`);
  return rows.map(({ address }) => address);
}

export async function removeSuppressions(tx: Queryable, addresses: readonly string[]): Promise<void> {
  await tx.execute(sql`delete from suppression where channel = ${EMAIL} and address = any(${addresses}::text[])`);
}

export async function suppress(tx: Queryable, addresses: readonly string[], now: Instant): Promise<void> {
  await tx.execute(sql`
    insert into suppression (channel, address, reason, detail, created_at)
    select ${EMAIL}, address, 'manual', 'profile deleted', ${new Date(now)} from unnest(${addresses}::text[]) address
    on conflict (channel, address) do nothing`);
}

export async function readSuppressions(db: Queryable, place: Place): Promise<{ row: unknown }[]> {
  const addresses = await addressesOf(db, place);
  return db.query(sql`
    select to_jsonb(s) as row from suppression s where channel = ${EMAIL} and address = any(${addresses}::text[])`);
}
