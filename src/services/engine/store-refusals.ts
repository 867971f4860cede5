import type { RefusalOf } from '../../core/engine/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/**
 * Keeps of each person and journey the refusal that came last. One that is known already is not written again within the minute: who
 * does many times a day what lets people in is refused each time.
 */
export async function saveRefusals(tx: Queryable, refusals: readonly RefusalOf[]): Promise<void> {
  if (refusals.length === 0) return;
  const last = new Map(refusals.map((one) => [`${one.bucket} ${one.profileId} ${one.journeyKey}`, one]));
  const of = <T>(read: (refusal: RefusalOf) => T) => [...last.values()].map(read);
  await tx.execute(sql`
    insert into journey_refusal as known (bucket, profile_id, journey_key, version, instance_key, name, reason, at)
    select r.* from unnest(${of((one) => one.bucket)}::smallint[], ${of((one) => one.profileId)}::bigint[],
      ${of((one) => one.journeyKey)}::text[], ${of((one) => one.version)}::integer[], ${of((one) => one.instanceKey)}::text[],
      ${of((one) => one.name)}::text[], ${of((one) => one.reason)}::text[],
      ${of((one) => new Date(one.at).toISOString())}::timestamptz[])
      r (bucket, profile_id, journey_key, version, instance_key, name, reason, at)
    where not exists (
      select from journey_refusal k
      where k.bucket = r.bucket and k.profile_id = r.profile_id and k.journey_key = r.journey_key
        and k.version = r.version and k.instance_key = r.instance_key and k.reason = r.reason and k.at > r.at - interval '1 minute')
    on conflict (bucket, profile_id, journey_key) do update
      set version = excluded.version, instance_key = excluded.instance_key, name = excluded.name, reason = excluded.reason,
        at = excluded.at`);
}
