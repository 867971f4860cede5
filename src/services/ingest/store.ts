import type { InboxItem } from '../../core/engine/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** One item on its way to a bucket. */
export type InboxRow = {
  readonly bucket: number;
  /** A person of this bucket; null while the identities of an event are still to be resolved. */
  readonly profileId: number | null;
  readonly item: InboxItem;
};

export async function insertInbox(tx: Queryable, rows: readonly InboxRow[], now: Instant): Promise<void> {
  await tx.execute(sql`
    insert into inbox (bucket, profile_id, body, received_at)
    select bucket, profile_id, body::json, ${new Date(now)}
    from unnest(
      ${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.profileId)}::bigint[],
      ${rows.map((row) => JSON.stringify(row.item))}::text[])
      i (bucket, profile_id, body)`);
}

/**
 * Events that are not yet anybody's, their JSON already text. One JSON array of many bodies costs the driver and the server less than
 * an array of texts, whose every quote is escaped.
 */
export async function insertEventBodies(
  db: Queryable,
  rows: { readonly buckets: readonly number[]; readonly bodies: readonly string[] },
  now: Instant,
): Promise<void> {
  await db.execute(sql`
    insert into inbox (bucket, body, received_at)
    select bucket, body, ${new Date(now)}
    from rows from (unnest(${`{${rows.buckets.join(',')}}`}::smallint[]), json_array_elements(${`[${rows.bodies.join(',')}]`}::json))
      i (bucket, body)`);
}

/** How many rows the inbox holds, by the counts that PostgreSQL keeps; off by what changed in the last second. */
export async function selectInboxDepth(db: Queryable): Promise<number> {
  const row = await db.maybeOne<{ depth: number }>(sql`
    select n_live_tup as depth from pg_stat_user_tables where relid = 'inbox'::regclass`);
  return row?.depth ?? 0;
}
