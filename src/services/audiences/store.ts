import { empty, id, join, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

export type Place = { readonly bucket: number; readonly profileId: number };

export async function countRows(tx: Queryable, population: Sql): Promise<number> {
  const { count } = await tx.one<{ count: number }>(sql`select count(*) as count from (${population}) population`);
  return count;
}

export async function explainCount(tx: Queryable, population: Sql): Promise<string> {
  const rows = await tx.query<{ 'QUERY PLAN': string }>(
    sql`explain (analyze, buffers) select count(*) as count from (${population}) population`,
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** The first rows of a population, in the order of its key. */
export function selectFirst(
  tx: Queryable,
  population: Sql,
  key: readonly string[],
  limit: number,
): Promise<Record<string, unknown>[]> {
  const order = key.map((column) => id('population', column));
  return tx.query(sql`select * from (${population}) population order by ${join(order)} limit ${limit}`);
}

/** One page of the people of a population, strictly after a place. */
export function selectPage(
  tx: Queryable,
  population: Sql,
  page: { readonly after: Place | undefined; readonly limit: number },
): Promise<MemberRow[]> {
  const after = page.after ? sql`where (bucket, profile_id) > (${page.after.bucket}, ${page.after.profileId})` : empty;
  return tx.query(sql`
    select * from (${population}) population ${after} order by bucket, profile_id limit ${page.limit}`);
}
/** The members that are stored of an audience: as one walk along an index. */
export function membersQuery(key: string): Sql {
  return sql`select bucket, profile_id from audience_member where audience_key = ${key}`;
}

export type StoredMember = Place & {
  readonly email: string | null;
  readonly traits: Record<string, unknown> | null;
  readonly since: Date;
  readonly columns: Record<string, unknown>;
};

/** One page of the members that are stored of an audience, by the index that holds them in this order. */
export function selectMembers(
  db: Queryable,
  key: string,
  page: { readonly after: Place | undefined; readonly limit: number },
): Promise<StoredMember[]> {
  const { after } = page;
  return db.query(sql`
    select m.bucket, m.profile_id as "profileId", p.email, p.traits, m.since, m.columns
    from (
      select bucket, profile_id, since, columns from audience_member
      where audience_key = ${key} ${after ? sql`and (bucket, profile_id) > (${after.bucket}, ${after.profileId})` : empty}
      order by bucket, profile_id limit ${page.limit}) m
    left join profile p on p.bucket = m.bucket and p.profile_id = m.profile_id
    order by m.bucket, m.profile_id`);
}

export type MemberRow = { readonly bucket: number; readonly profile_id: number } & Record<string, unknown>;

/** Since when people are members of a saved audience, and what was stored beside them. */
export function selectSaved(
  tx: Queryable,
  audienceKey: string,
  people: readonly MemberRow[],
): Promise<{ bucket: number; profile_id: number; since: Date; columns: Record<string, unknown> }[]> {
  return tx.query(sql`
    select m.bucket, m.profile_id, m.since, m.columns from audience_member m
    join unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profile_id)}::bigint[]) as wanted (bucket, profile_id)
      on m.bucket = wanted.bucket and m.profile_id = wanted.profile_id
    where m.audience_key = ${audienceKey}`);
}

/** What is known of people besides their addresses. */
export function selectTraits(
  tx: Queryable,
  people: readonly MemberRow[],
): Promise<{ bucket: number; profile_id: number; traits: Record<string, unknown> }[]> {
  return tx.query(sql`
    select p.bucket, p.profile_id, p.traits from profile p
    join unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profile_id)}::bigint[]) as wanted (bucket, profile_id)
      on p.bucket = wanted.bucket and p.profile_id = wanted.profile_id`);
}

/** Whether anybody is stored as a member. */
export async function hasMembers(db: Queryable, key: string): Promise<boolean> {
  const row = await db.maybeOne(sql`select 1 as found from audience_member where audience_key = ${key} limit 1`);
  return row !== undefined;
}

/** The draft of an audience that was never published. */
export async function selectDraft(db: Queryable, key: string): Promise<unknown> {
  const row = await db.maybeOne<{ body: unknown }>(
    sql`select body from definition where kind = 'audience' and key = ${key} and state = 'draft'`,
  );
  return row?.body;
}

/** The version of the draft of an audience; null when there is none. */
export async function selectDraftVersion(db: Queryable, key: string): Promise<number | null> {
  const row = await db.maybeOne<{ version: number }>(
    sql`select version from definition where kind = 'audience' and key = ${key} and state = 'draft'`,
  );
  return row?.version ?? null;
}

/** The definition of an audience that counts: the newest published version, else the draft. */
export function selectNewest(
  db: Queryable,
  key: string,
): Promise<{ state: 'published' | 'draft'; version: number; body: unknown } | undefined> {
  return db.maybeOne(sql`
    select state, version, body from definition where kind = 'audience' and key = ${key} and state in ('published', 'draft')
    order by state desc, version desc limit 1`);
}

export type ChangeRow = {
  readonly at: Date;
  readonly bucket: number;
  readonly profile_id: number;
  readonly email: string | null;
  readonly change: 'entered' | 'left';
  readonly cause: string;
};

/** One page of the comings and goings of an audience, strictly before a place in their order. */
export function selectChanges(
  db: Queryable,
  key: string,
  page: {
    readonly before:
      | { readonly at: number; readonly bucket: number; readonly profileId: number; readonly change: string }
      | undefined;
    readonly limit: number;
  },
): Promise<ChangeRow[]> {
  const { before } = page;
  const earlier = before
    ? sql`and c.at <= ${new Date(before.at)}::timestamptz and (c.at, c.bucket, c.profile_id, c.change)
        < (${new Date(before.at)}::timestamptz, ${before.bucket}::smallint, ${before.profileId}::bigint, ${before.change}::text)`
    : empty;
  return db.query(sql`
    select c.at, c.bucket, c.profile_id, p.email, c.change, c.cause
    from audience_change c left join profile p on p.bucket = c.bucket and p.profile_id = c.profile_id
    where c.audience_key = ${key} ${earlier}
    order by c.at desc, c.bucket desc, c.profile_id desc, c.change desc
    limit ${page.limit}`);
}
