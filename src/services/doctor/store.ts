import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import { WORKER_LOCK } from '../deliveries/index.ts';

export type CountDifference = {
  readonly sendId: number;
  readonly name: string;
  readonly reason: string;
  readonly counted: number;
  readonly actual: number;
};

/** Counters of sends against the rows that they count; only those that differ. */
export async function findCountDifferences(db: Queryable): Promise<CountDifference[]> {
  return db.query(sql`
    with actual as (${actualCounts()}), counted as (
      select send_id, name, reason, sum(value)::bigint as value from send_count group by send_id, name, reason
    )
    select coalesce(actual.send_id, counted.send_id) as "sendId", coalesce(actual.name, counted.name) as name,
      coalesce(actual.reason, counted.reason) as reason, coalesce(counted.value, 0) as counted, coalesce(actual.value, 0) as actual
    from actual full join counted using (send_id, name, reason)
    where coalesce(counted.value, 0) <> coalesce(actual.value, 0)
    order by 1, 2, 3`);
}

/** Puts the true counts in the place of the counters that differ. Returns how many were repaired. */
export async function repairCounts(tx: Queryable): Promise<number> {
  await tx.execute(sql`lock table send_count in exclusive mode`);
  return tx.execute(sql`
    with actual as (${actualCounts()}), counted as (
      select send_id, name, reason, sum(value)::bigint as value from send_count group by send_id, name, reason
    )
    insert into send_count (send_id, slot, name, reason, value)
    select coalesce(actual.send_id, counted.send_id), 0::smallint, coalesce(actual.name, counted.name),
      coalesce(actual.reason, counted.reason), coalesce(actual.value, 0) - coalesce(counted.value, 0)
    from actual full join counted using (send_id, name, reason)
    where coalesce(counted.value, 0) <> coalesce(actual.value, 0)
    on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value`);
}

function actualCounts(): Sql {
  return sql`
    select send_id, state as name, coalesce(reason, '') as reason, count(*) as value from message group by send_id, state, reason
    union all
    select send_id, case when state = 'sending' then 'sending' else 'queued' end, '', count(*) from outbox group by 1, 2
    union all
    select send_id, 'targeted', '', count(*) from (
      select send_id from message union all select send_id from outbox
    ) everyone group by send_id
    union all
    select send_id, kind, case when machine then 'machine' else 'human' end, count(*) from reaction group by send_id, kind, machine
    union all
    select send_id, kind || '_times', case when machine then 'machine' else 'human' end, sum(times)::bigint
    from reaction group by send_id, kind, machine`;
}

export type Finding = { readonly kind: string; readonly subject: string; readonly count: number };

/** States that no healthy installation is in, beyond counters. Each is one statement. */
export async function findStuck(db: Queryable): Promise<Finding[]> {
  const findings = await Promise.all([
    db.query<Finding>(sql`
      select 'reactions_miscounted_over_time' as kind, 'send ' || send_id as subject, sum(abs(value))::bigint as count
      from (
        select send_id, kind, machine, sum(value) as value from (
          select send_id, kind, machine, value from reaction_span
          union all
          select send_id, kind, machine, -1 from reaction where kind in ('opened', 'clicked')) both_ways
        group by send_id, kind, machine having sum(value) <> 0) differing
      group by send_id`),
    db.query<Finding>(sql`
      select 'outbox_of_ended_send' as kind, 'send ' || send_id as subject, count(*) as count
      from outbox join send using (send_id) where send.state in ('stopped', 'finished') and outbox.state <> 'sending'
      group by send_id`),
    db.query<Finding>(sql`
      select 'outbox_without_send' as kind, 'send ' || send_id as subject, count(*) as count
      from outbox where not exists (select from send where send.send_id = outbox.send_id) group by send_id`),
    db.query<Finding>(sql`
      select 'sending_without_worker' as kind, 'worker ' || worker_id as subject, count(*) as count
      from outbox where state = 'sending' and not exists (
        select from pg_locks where locktype = 'advisory' and classid = ${WORKER_LOCK} and objid = worker_id and granted
          and database = (select oid from pg_database where datname = current_database()))
      group by worker_id`),
    db.query<Finding>(sql`
      select 'message_settled_and_waiting' as kind, 'send ' || outbox.send_id as subject, count(*) as count
      from outbox join message using (bucket, message_id) group by outbox.send_id`),
    db.query<Finding>(sql`
      select 'identity_without_profile' as kind, 'namespace ' || namespace as subject, count(*) as count
      from identity where not exists (
        select from profile where profile.bucket = identity.profile_bucket and profile.profile_id = identity.profile_id)
        -- One of a profile that was merged a moment ago is found through the tombstone.
        and not exists (select from profile_alias a where a.bucket = identity.profile_bucket and a.profile_id = identity.profile_id)
      group by namespace`),
    db.query<Finding>(sql`
      select 'tombstone_without_profile' as kind, 'cause ' || cause as subject, count(*) as count
      from profile_alias a where not exists (
        select from profile where profile.bucket = a.to_bucket and profile.profile_id = a.to_profile_id)
      group by cause`),
    db.query<Finding>(sql`
      select 'profile_and_tombstone' as kind, 'cause ' || cause as subject, count(*) as count
      from profile_alias a where exists (
        select from profile where profile.bucket = a.bucket and profile.profile_id = a.profile_id)
      group by cause`),
    db.query<Finding>(sql`
      select 'consent_without_profile' as kind, 'channel ' || channel as subject, count(*) as count
      from consent where not exists (
        select from profile where profile.bucket = consent.bucket and profile.profile_id = consent.profile_id)
      group by channel`),
    db.query<Finding>(sql`
      select 'link_without_send' as kind, 'send ' || send_id as subject, count(*) as count
      from link_click where not exists (select from send_link where send_link.send_id = link_click.send_id
        and send_link.link_no = link_click.link_no)
      group by send_id`),
  ]);
  return findings.flat();
}
