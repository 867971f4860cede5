import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type EventRow = {
  readonly bucket: number;
  readonly profileId: number;
  readonly occurredAt: Instant;
  readonly name: string;
  /** JSON text. */
  readonly properties: string;
  readonly source: string;
};

export async function insertEvents(tx: Queryable, rows: readonly EventRow[], receivedAt: Instant): Promise<number> {
  if (rows.length === 0) return 0;
  return tx.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
    select bucket, profile_id, occurred_at, name, properties, source, ${new Date(receivedAt)}
    from unnest(
      ${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.profileId)}::bigint[],
      ${rows.map((row) => new Date(row.occurredAt).toISOString())}::timestamptz[], ${rows.map((row) => row.name)}::text[],
      ${rows.map((row) => row.properties)}::jsonb[], ${rows.map((row) => row.source)}::text[])
      e (bucket, profile_id, occurred_at, name, properties, source)`);
}
