import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import type { Place } from './store.ts';

/**
 * Gives what one person is in reads of audiences to another whom they became. A read goes through people by bucket and number, and the
 * two stand at different places: who has been let in as one of them is not let in again as the other, and who was still to come and would
 * now be passed by is let in at once. Until the transaction ends these reads do not go on.
 */
export async function moveReads(
  tx: Queryable,
  { from, to }: { readonly from: Place; readonly to: Place },
  now: Instant,
): Promise<void> {
  const open = await tx.query<{ read_id: number }>(sql`
    select read_id from journey_read r
    where state = 'reading' and exists (
      select from journey_read_member m
      where m.bucket = ${from.bucket} and m.read_id = r.read_id and m.profile_id = ${from.profileId})
    order by read_id for update`);
  await tx.execute(sql`
    with gone as (
      delete from journey_read_member where bucket = ${from.bucket} and profile_id = ${from.profileId}
      returning read_id, enters
    ), judged as materialized (
      select gone.read_id, gone.enters, known.enters as known,
        r.read_id is not null and (${from.bucket}::smallint, ${from.profileId}::bigint) <= (r.cursor_bucket, r.cursor_profile) as is_past,
        r.read_id is not null and (${to.bucket}::smallint, ${to.profileId}::bigint) <= (r.cursor_bucket, r.cursor_profile) as would_be_past
      from gone
        left join journey_read r on r.read_id = gone.read_id and r.read_id = any(${open.map((row) => row.read_id)}::bigint[])
        left join journey_read_member known
          on known.bucket = ${to.bucket} and known.read_id = gone.read_id and known.profile_id = ${to.profileId}
    ), moved as (
      insert into journey_read_member (bucket, read_id, profile_id, enters)
      select ${to.bucket}::smallint, read_id, ${to.profileId}::bigint, enters and not is_past and coalesce(known, true) from judged
      on conflict (bucket, read_id, profile_id) do update set enters = excluded.enters
    ), counted as (
      update journey_read r set entered = r.entered + 1
      from judged where r.read_id = judged.read_id and judged.enters and not is_past and would_be_past and known is null
      returning r.journey_key, r.version, r.instance_key, r.data, r.by, r.force
    )
    insert into inbox (bucket, profile_id, body, received_at)
    select ${to.bucket}::smallint, ${to.profileId}::bigint, json_build_object('kind', 'enter', 'journey', journey_key,
      'instanceKey', instance_key, 'data', data, 'by', by, 'force', force, 'dryRun', exists (
        select from journey_version v
        where v.journey_key = counted.journey_key and v.version = counted.version and v.state = 'dry_run')), ${new Date(now)}::timestamptz
    from counted`);
}
