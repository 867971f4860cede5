import { type Queryable, sql } from '../../platform/sql/index.ts';
import type { Place } from './store-read.ts';

/** An inbox with more than this is behind anyway; a reader does not search all of it. */
const SEARCHED_ROWS_MAX = 5_000;

/** No row that is committed now has a higher number. */
export async function lastInboxId(db: Queryable): Promise<number> {
  return (await db.one<{ id: number }>(sql`select last_value as id from inbox_id_seq`)).id;
}

/** Whether rows wait in any bucket. */
export async function isAnythingInInbox(db: Queryable): Promise<boolean> {
  const row = await db.one<{ found: boolean }>(sql`
    select exists (
      select from bucket b cross join lateral (select from inbox i where i.bucket = b.bucket limit 1) one) as found`);
  return row.found;
}

/** Whether rows up to `mark` still wait in one of these buckets. */
export async function lieInInbox(db: Queryable, buckets: readonly number[], mark: number): Promise<boolean> {
  const row = await db.one<{ found: boolean }>(sql`
    select exists (
      select from unnest(${buckets}::smallint[]) b (bucket)
        cross join lateral (select from inbox i where i.bucket = b.bucket and i.inbox_id <= ${mark} limit 1) one) as found`);
  return row.found;
}

/** The buckets through which events about a person come. */
export async function homesOf(db: Queryable, { bucket, profileId }: Place): Promise<number[]> {
  const rows = await db.query<{ bucket: number }>(sql`
    select distinct bucket from identity where profile_bucket = ${bucket} and profile_id = ${profileId}`);
  return rows.map((row) => row.bucket);
}

/**
 * Whether something that is not yet anybody's names this identity, or links one to this person, in whatever bucket. Looks for the
 * value anywhere in it: to wait for too much does no harm.
 */
export async function isNamedInInbox(
  db: Queryable,
  { value, owner }: { readonly value: string; readonly owner: Place | undefined },
  mark: number,
): Promise<boolean> {
  const row = await db.one<{ found: boolean }>(sql`
    select exists (
      select from (
        select body from inbox where profile_id is null and inbox_id <= ${mark} limit ${SEARCHED_ROWS_MAX}) i
      where strpos(body::text, ${JSON.stringify(value)}) > 0
        or body ->> 'kind' = 'link' and body -> 'to' ->> 'bucket' = ${String(owner?.bucket ?? '')}
          and body -> 'to' ->> 'profileId' = ${String(owner?.profileId ?? '')}) as found`);
  return row.found;
}
