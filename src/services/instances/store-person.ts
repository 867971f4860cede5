import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import type { InstanceRow, Place } from './store.ts';

type InsideRow = InstanceRow & { readonly max_inside: number | null };

const INSIDE = sql`i.bucket, i.profile_id, i.instance_id, i.journey_key, i.version, i.instance_key, i.state, i.dry_run, i.body,
  i.entered_at, i.ended_at, i.end_reason, (v.body ->> 'max_inside')::int as max_inside
  from journey_instance i left join journey_version v on v.journey_key = i.journey_key and v.version = i.version`;

/** Where one person is inside; with `twin`, only where that other person is in the same journey with the same key. */
export function selectInside(
  tx: Queryable,
  { bucket, profileId }: Place,
  twin: Place | undefined,
): Promise<InsideRow[]> {
  return tx.query(sql`
    select ${INSIDE}
    where i.bucket = ${bucket} and i.profile_id = ${profileId} and i.state <> 'ended'
      and (${twin === undefined} or exists (
        select from journey_instance t
        where t.bucket = ${twin?.bucket ?? null}::smallint and t.profile_id = ${twin?.profileId ?? null}::bigint and t.state <> 'ended'
          and t.journey_key = i.journey_key and t.instance_key = i.instance_key and t.dry_run = i.dry_run))
    order by i.instance_id`);
}

/** Where one person is inside and it is time for something. */
export function selectDue(tx: Queryable, { bucket, profileId }: Place, now: Instant): Promise<InsideRow[]> {
  return tx.query(sql`
    select ${INSIDE}
    where i.bucket = ${bucket} and i.profile_id = ${profileId} and i.state <> 'ended' and i.wake_at <= ${new Date(now)}
    order by i.instance_id`);
}
