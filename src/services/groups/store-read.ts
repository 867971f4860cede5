import { empty, type Queryable, sql } from '../../platform/sql/index.ts';

export type ListedGroup = {
  readonly bucket: number;
  readonly group_key: string;
  readonly traits: Record<string, unknown>;
  readonly created_at: Date;
  readonly updated_at: Date;
};
export type GroupPlace = { readonly bucket: number; readonly key: string };
export type MemberPlace = { readonly bucket: number; readonly profileId: number };

export function listGroupRows(
  db: Queryable,
  { after, limit }: { readonly after?: GroupPlace | undefined; readonly limit: number },
): Promise<ListedGroup[]> {
  return db.query<ListedGroup>(sql`
    select bucket, group_key, traits, created_at, updated_at from group_entity
    ${after === undefined ? empty : sql`where (bucket, group_key) > (${after.bucket}, ${after.key})`}
    order by bucket, group_key limit ${limit}`);
}

export function selectGroup(db: Queryable, bucket: number, key: string): Promise<ListedGroup | undefined> {
  return db.maybeOne<ListedGroup>(sql`
    select bucket, group_key, traits, created_at, updated_at from group_entity
    where bucket = ${bucket} and group_key = ${key}`);
}

export async function countMembers(db: Queryable, key: string): Promise<number> {
  const row = await db.one<{ members: number }>(sql`
    select count(*) as members from group_member where group_key = ${key}`);
  return row.members;
}

export type GroupMember = {
  readonly bucket: number;
  readonly profile_id: number;
  readonly email: string | null;
  readonly since: Date;
};

export function listMemberRows(
  db: Queryable,
  key: string,
  { after, limit }: { readonly after?: MemberPlace | undefined; readonly limit: number },
): Promise<GroupMember[]> {
  return db.query<GroupMember>(sql`
    select m.bucket, m.profile_id, p.email, m.since
    from group_member m left join profile p on p.bucket = m.bucket and p.profile_id = m.profile_id
    where m.group_key = ${key}
      ${after === undefined ? empty : sql`and (m.bucket, m.profile_id) > (${after.bucket}, ${after.profileId})`}
    order by m.bucket, m.profile_id limit ${limit}`);
}
