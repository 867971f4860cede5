// Owns: the SQL that turns staged identities into members of an audience, set by set.
// Does not own: reading the file, and making profiles of identities that nobody has (services/profiles).
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

/** For this transaction: the identities of the file, and whom they name once that is known. */
export async function createStaged(tx: Queryable): Promise<void> {
  await tx.execute(sql`
    create temp table staged_identity (line bigint, value text, home smallint, bucket smallint, profile_id bigint) on commit drop`);
}

export async function stageIdentities(
  tx: Queryable,
  rows: readonly { readonly line: number; readonly value: string; readonly home: number }[],
): Promise<void> {
  await tx.execute(sql`
    insert into staged_identity (line, value, home)
    select * from unnest(${rows.map((one) => one.line)}::bigint[], ${rows.map((one) => one.value)}::text[],
      ${rows.map((one) => one.home)}::smallint[])`);
}

/** Finds the people whom the identities name; an email that is nobody's identity is looked for among the addresses. */
export async function matchStaged(tx: Queryable, namespace: string): Promise<void> {
  await tx.execute(sql`analyze staged_identity`);
  await tx.execute(sql`
    update staged_identity s set bucket = coalesce(a.to_bucket, i.profile_bucket), profile_id = coalesce(a.to_profile_id, i.profile_id)
    from identity i left join profile_alias a on a.bucket = i.profile_bucket and a.profile_id = i.profile_id
    where s.profile_id is null and i.bucket = s.home and i.namespace = ${namespace} and i.value = s.value`);
  if (namespace !== 'email') return;
  await tx.execute(sql`
    update staged_identity s set bucket = p.bucket, profile_id = p.profile_id
    from (select distinct on (lower(email)) lower(email) as email, bucket, profile_id from profile
      where lower(email) in (select value from staged_identity where profile_id is null)
      order by lower(email), profile_id) p
    where s.profile_id is null and p.email = s.value`);
}

/** The identities that nobody has, as `createUnseen` takes them. */
export function unseenStaged(): Sql {
  return sql`(select distinct value, home as bucket from staged_identity where profile_id is null)`;
}

/** Writes down every line whose identity nobody has; answers how many. */
export function rejectUnmatched(tx: Queryable, importId: number, column: string): Promise<number> {
  return tx.execute(sql`
    insert into import_reject (import_id, line, column_name, value, reason)
    select ${importId}, line, ${column}, left(value, 200), 'unknown_identity' from staged_identity where profile_id is null`);
}

/** Everybody who is a member or becomes one. */
export function concernedBy(audience: string): Sql {
  return sql`select bucket, profile_id from audience_member where audience_key = ${audience}
    union select bucket, profile_id from staged_identity where profile_id is not null`;
}

/** Those who are not in the file any more leave; answers how many. */
export function deleteOthers(tx: Queryable, audience: string): Promise<number> {
  return tx.execute(sql`
    delete from audience_member m where m.audience_key = ${audience}
      and not exists (select from staged_identity s where s.bucket = m.bucket and s.profile_id = m.profile_id)`);
}

/** Members stay members since when they were; answers how many are new. */
export function insertMembers(tx: Queryable, audience: string, now: Instant): Promise<number> {
  return tx.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since)
    select distinct bucket, ${audience}, profile_id, ${new Date(now)}::timestamptz from staged_identity where profile_id is not null
    on conflict (bucket, audience_key, profile_id) do nothing`);
}

export async function hasMembers(tx: Queryable, audience: string): Promise<boolean> {
  const row = await tx.maybeOne(sql`select 1 as found from audience_member where audience_key = ${audience} limit 1`);
  return row !== undefined;
}
