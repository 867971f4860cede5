import { type Queryable, sql } from '../../platform/sql/index.ts';
import type { Finding } from './store.ts';

/** What the engine keeps twice and what it counts, where the two do not agree; each is one statement. */
export async function findEngineDifferences(db: Queryable): Promise<Finding[]> {
  const findings = await Promise.all([
    db.query<Finding>(sql`
      with kept as (
        select bucket, profile_id, json_object_keys(audiences) as key from profile_state where audiences::text <> '{}'),
      members as (
        select bucket, profile_id, audience_key as key from audience_member
        where run_id is null and audience_key in (select distinct key from kept union select id from live_rule where kind = 'audience'))
      select 'membership_without_other_half' as kind, 'audience ' || key as subject, count(*) as count
      from kept full join members using (bucket, profile_id, key)
      where kept.bucket is null or members.bucket is null
      group by key`),
    db.query<Finding>(sql`
      select 'audience_is_miscounted' as kind, 'audience ' || audience_key as subject, sum(abs(members))::bigint as count
      from (
        select audience_key, bucket, sum(members) as members from (
          select audience_key, bucket, members from audience_count
          union all select audience_key, bucket, -1 from audience_member) both_ways
        group by audience_key, bucket having sum(members) <> 0) differing
      group by audience_key`),
    db.query<Finding>(sql`
      with standing as (
        select i.journey_key, i.version, p.position ->> 'node' as node, case when i.dry_run then 'dry:waiting' else 'waiting' end as name,
          count(*) as value
        from journey_instance i cross join lateral json_array_elements(i.body -> 'positions') p (position)
        where i.state <> 'ended' group by 1, 2, 3, 4),
      counted as (
        select journey_key, version, node, name, sum(value)::bigint as value from journey_count
        where name in ('waiting', 'dry:waiting') group by 1, 2, 3, 4)
      select 'waiting_is_miscounted' as kind, 'journey ' || journey_key || ' version ' || version || ' step ' || node as subject,
        abs(coalesce(standing.value, 0) - coalesce(counted.value, 0)) as count
      from standing full join counted using (journey_key, version, node, name)
      where coalesce(standing.value, 0) <> coalesce(counted.value, 0)`),
    db.query<Finding>(sql`
      select 'instance_of_nobody' as kind, 'journey ' || journey_key as subject, count(*) as count
      from journey_instance i where state <> 'ended' and not exists (
        select from profile p where p.bucket = i.bucket and p.profile_id = i.profile_id)
      group by journey_key`),
    db.query<Finding>(sql`
      select 'instance_elsewhere' as kind, 'journey ' || journey_key as subject, count(*) as count
      from journey_instance i where state <> 'ended' and coalesce(nodes, '{}') <> array(
        select position ->> 'node' from json_array_elements(body -> 'positions') with ordinality p (position, no) order by no)
      group by journey_key`),
    db.query<Finding>(sql`
      select 'instance_without_timer' as kind, 'journey ' || journey_key as subject, count(*) as count
      from journey_instance where state = 'active' and wake_at is null group by journey_key`),
    db.query<Finding>(sql`
      select 'inbox_of_nobody' as kind, 'bucket ' || bucket as subject, count(*) as count
      from inbox i where profile_id is not null
        and not exists (select from profile p where p.bucket = i.bucket and p.profile_id = i.profile_id)
        and not exists (select from profile_alias a where a.bucket = i.bucket and a.profile_id = i.profile_id)
        and not exists (select from profile_sweep s where s.bucket = i.bucket and s.profile_id = i.profile_id)
      group by bucket`),
  ]);
  return findings.flat();
}
