import type { InboxItem } from '../../core/engine/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { bigints, jsons, prepared, type Queryable, smallints, sql } from '../../platform/sql/index.ts';

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
    select bucket, profile_id, body, ${new Date(now)}
    from unnest(
      ${smallints(rows.map((row) => row.bucket))}::smallint[], ${bigints(rows.map((row) => row.profileId))}::bigint[],
      ${jsons(rows.map((row) => JSON.stringify(row.item)))}::json[])
      i (bucket, profile_id, body)`);
}

/** Events that are not yet anybody's, their JSON already text. Within a bucket their order is kept. */
export async function insertEventBodies(
  db: Queryable,
  rows: { readonly buckets: readonly number[]; readonly bodies: readonly string[] },
  now: Instant,
): Promise<void> {
  const order = orderByBucket(rows.buckets);
  const inOrder = <T>(values: readonly T[]) => order.map((at) => values[at]);
  await db.execute(
    prepared`
    insert into inbox (bucket, body, received_at)
    select bucket, body, ${new Date(now)}
    from unnest(${smallints(inOrder(rows.buckets))}::smallint[], ${jsons(inOrder(rows.bodies))}::json[]) i (bucket, body)`,
    { prompt: true },
  );
}

/** Rows of one bucket beside each other, so that the index is written in 256 places and not in thousands. */
function orderByBucket(buckets: readonly number[]): number[] {
  return buckets.map((_, at) => at).sort((a, b) => (buckets[a] ?? 0) - (buckets[b] ?? 0) || a - b);
}

/** How many rows the inbox holds, by the counts that PostgreSQL keeps; off by what changed in the last second. */
export async function selectInboxDepth(db: Queryable): Promise<number> {
  const row = await db.maybeOne<{ depth: number }>(sql`
    select n_live_tup as depth from pg_stat_user_tables where relid = 'inbox'::regclass`);
  return row?.depth ?? 0;
}
