import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type StoredGroup = {
  readonly bucket: number;
  readonly groupKey: string;
  /** JSON text; null at a key clears the trait. */
  readonly traits: string;
};

export async function upsertGroups(tx: Queryable, rows: readonly StoredGroup[], now: Instant): Promise<void> {
  const at = new Date(now);
  await tx.execute(sql`
    insert into group_entity (bucket, group_key, created_at, updated_at)
    select bucket, group_key, ${at}, ${at}
    from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.groupKey)}::text[]) g (bucket, group_key)
    order by bucket, group_key
    on conflict (bucket, group_key) do nothing`);
  const said = rows.filter((row) => row.traits !== '{}');
  if (said.length === 0) return;
  await tx.execute(sql`
    with given as materialized (
      select known.bucket, known.group_key, g.traits
      from unnest(${said.map((row) => row.bucket)}::smallint[], ${said.map((row) => row.groupKey)}::text[],
          ${said.map((row) => row.traits)}::jsonb[]) g (bucket, group_key, traits)
        join group_entity known on known.bucket = g.bucket and known.group_key = g.group_key
      order by 1, 2 for update of known)
    update group_entity known
    set traits = (known.traits || given.traits) - array(select key from jsonb_each(given.traits) where jsonb_typeof(value) = 'null'),
      updated_at = ${at}
    from given
    where known.bucket = given.bucket and known.group_key = given.group_key
      and known.traits is distinct from
        (known.traits || given.traits) - array(select key from jsonb_each(given.traits) where jsonb_typeof(value) = 'null')`);
}

export type Membership = {
  readonly bucket: number;
  readonly profileId: number;
  readonly groupKey: string;
  readonly at: Instant;
};

export async function insertMembers(tx: Queryable, rows: readonly Membership[]): Promise<void> {
  await tx.execute(sql`
    insert into group_member (bucket, profile_id, group_key, since)
    select distinct on (bucket, profile_id, group_key) bucket, profile_id, group_key, since
    from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.profileId)}::bigint[],
      ${rows.map((row) => row.groupKey)}::text[], ${rows.map((row) => new Date(row.at).toISOString())}::timestamptz[])
      m (bucket, profile_id, group_key, since)
    order by bucket, profile_id, group_key, since
    on conflict (bucket, profile_id, group_key) do nothing`);
}

export type GroupOfProfile = {
  readonly group_key: string;
  readonly traits: Record<string, unknown>;
  readonly since: Date;
};

/** The groups that a person belongs to, by their keys' homes. */
export async function groupsOf(
  db: Queryable,
  { bucket, profileId }: { readonly bucket: number; readonly profileId: number },
): Promise<GroupOfProfile[]> {
  return db.query<GroupOfProfile>(sql`
    select m.group_key, coalesce(g.traits, '{}') as traits, m.since
    from group_member m left join group_entity g on g.bucket = bucket_of('group', m.group_key) and g.group_key = m.group_key
    where m.bucket = ${bucket} and m.profile_id = ${profileId} order by m.group_key`);
}
