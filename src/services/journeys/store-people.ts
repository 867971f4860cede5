import type { JsonObject } from '../../core/kernel/index.ts';
import { empty, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import type { Place, VersionKey } from '../instances/index.ts';

/** Whom identities name, by `namespace:value`; an email that is nobody's identity is looked for among the addresses. */
export async function findPlaces(
  db: Queryable,
  identities: readonly { readonly namespace: string; readonly value: string }[],
): Promise<ReadonlyMap<string, Place>> {
  if (identities.length === 0) return new Map();
  const rows = await db.query<Place & { namespace: string; value: string }>(sql`
    select w.namespace, w.value, coalesce(a.to_bucket, i.profile_bucket, p.bucket) as bucket,
      coalesce(a.to_profile_id, i.profile_id, p.profile_id) as "profileId"
    from (
        select distinct namespace, value
        from unnest(${identities.map((one) => one.namespace)}::text[], ${identities.map((one) => one.value)}::text[])
          as one (namespace, value)) w
      left join identity i on i.bucket = bucket_of(w.namespace, w.value) and i.namespace = w.namespace and i.value = w.value
      left join profile_alias a on a.bucket = i.profile_bucket and a.profile_id = i.profile_id
      left join lateral (
        select bucket, profile_id from profile
        where w.namespace = 'email' and i.profile_id is null and lower(email) = lower(w.value)
        order by bucket, profile_id
        limit 1) p on true
    where coalesce(i.profile_id, p.profile_id) is not null`);
  return new Map(
    rows.map(({ namespace, value, bucket, profileId }) => [`${namespace}:${value}`, { bucket, profileId }]),
  );
}

export type StandingRow = {
  readonly bucket: number;
  readonly profile_id: number;
  readonly instance_id: number;
  readonly instance_key: string;
  readonly state: 'active' | 'held';
  readonly email: string | null;
  readonly identities: Readonly<Record<string, string[]>>;
  readonly entered_at: Date;
  readonly since: Date;
  readonly wake_at: Date | null;
};

type PeoplePage = VersionKey & {
  readonly node: string | undefined;
  readonly after: readonly [bucket: number, instanceId: number] | undefined;
  readonly limit: number;
};

/** People in a version, at one step or anywhere, by bucket and number of their instance. */
export function selectPeople(db: Queryable, page: PeoplePage): Promise<StandingRow[]> {
  const since =
    page.node === undefined
      ? sql`s.entered_at`
      : sql`(select to_timestamp(min((place ->> 'since')::double precision) / 1000)
          from json_array_elements(s.body -> 'positions') place where place ->> 'node' = ${page.node})`;
  return db.query(sql`
    with standing as materialized (${standing(page)})
    select s.bucket, s.profile_id, s.instance_id, s.instance_key, s.state, s.entered_at, s.wake_at, ${since} as since, p.email,
      coalesce(n.identities, '{}') as identities
    from standing s
      left join profile p on p.bucket = s.bucket and p.profile_id = s.profile_id
      left join lateral (
        select json_object_agg(namespace, names) as identities from (
          select namespace, json_agg(value order by value) as names from identity
          where profile_bucket = s.bucket and profile_id = s.profile_id
          group by namespace) named) n on true
    order by s.bucket, s.instance_id`);
}

/** The instances of a page. Those who stand at a step with a first, a second or a further branch are each a walk of their own. */
function standing({ node, ...page }: PeoplePage): Sql {
  const walk = (at: Sql) => sql`
    select i.bucket, i.profile_id, i.instance_id, i.instance_key, i.state, i.entered_at, i.wake_at, i.body
    from journey_instance i
    where i.journey_key = ${page.key} and i.version = ${page.version} and i.state <> 'ended' ${at}
      ${page.after === undefined ? empty : sql`and (i.bucket, i.instance_id) > (${page.after[0]}, ${page.after[1]})`}
    order by i.bucket, i.instance_id
    limit ${page.limit}`;
  if (node === undefined) return walk(empty);
  return sql`
    select * from (
      (${walk(sql`and i.nodes[1] = ${node}`)})
      union all
      (${walk(sql`and i.nodes[2] is not null and i.nodes[2] = ${node} and i.nodes[1] <> ${node}`)})
      union all
      (${walk(sql`and i.nodes[3] is not null and ${node} = any(i.nodes[3:]) and i.nodes[1] <> ${node} and i.nodes[2] <> ${node}`)})) i
    order by bucket, instance_id
    limit ${page.limit}`;
}

export type TraceInstanceRow = {
  readonly instance_id: number;
  readonly version: number;
  readonly instance_key: string;
  readonly state: 'active' | 'held' | 'ended';
  readonly dry_run: boolean;
  readonly entered_at: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly wake_at: Date | null;
};

/** The instances of one person in a journey, the newest first. */
export function selectInstancesOf(
  db: Queryable,
  { bucket, profileId }: Place,
  key: string,
  limit: number,
): Promise<TraceInstanceRow[]> {
  return db.query(sql`
    select instance_id, version, instance_key, state, dry_run, entered_at, ended_at, end_reason, wake_at
    from journey_instance
    where bucket = ${bucket} and profile_id = ${profileId} and journey_key = ${key}
    order by entered_at desc, instance_id desc
    limit ${limit}`);
}

export type StepRow = {
  readonly instance_id: number;
  readonly at: Date;
  readonly step_no: number;
  readonly version: number;
  readonly node: string;
  readonly what: 'entered' | 'left' | 'ended';
  readonly outlet: string | null;
  readonly detail: JsonObject | null;
};

/** The passages of some instances of one person, in order. */
export function selectSteps(
  db: Queryable,
  { bucket, profileId }: Place,
  instances: readonly number[],
  limit: number,
): Promise<StepRow[]> {
  return db.query(sql`
    select instance_id, at, step_no, version, node, what, outlet, detail
    from journey_step
    where bucket = ${bucket} and profile_id = ${profileId} and instance_id = any(${instances}::bigint[])
    order by instance_id, step_no
    limit ${limit}`);
}
