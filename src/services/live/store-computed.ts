import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

/** The people of some buckets of whom something is remembered for computed traits, or who have traits of these names. */
export function havingComputed(which: {
  readonly buckets: readonly number[];
  readonly names: readonly string[];
  readonly metrics: readonly string[];
}): Sql {
  return sql`
    select s.bucket, s.profile_id from profile_state s
    where s.bucket = any(${which.buckets}::smallint[])
      and exists (select from unnest(${which.metrics}::text[]) m (id) where s.metrics -> m.id is not null)
    union
    select p.bucket, p.profile_id from profile p
    where p.bucket = any(${which.buckets}::smallint[]) and p.traits ?| ${which.names}::text[]`;
}

/** Takes traits that nobody keeps any more from the people of some buckets. */
export async function dropTraits(
  tx: Queryable,
  buckets: readonly number[],
  names: readonly string[],
  now: Instant,
): Promise<void> {
  await tx.execute(sql`
    update profile set traits = traits - ${names}::text[], updated_at = ${new Date(now)}
    where bucket = any(${buckets}::smallint[]) and traits ?| ${names}::text[]`);
}
