// Owns: the list of people, and the search in it.
import { empty, type Queryable, sql } from '../../platform/sql/index.ts';
import type { Place, ProfileRow } from './store-read.ts';

const COLUMNS = sql`p.bucket, p.profile_id, p.email, p.phone, p.locale, p.time_zone, p.traits, p.created_at, p.updated_at`;

/** People by bucket and number, behind a place. */
export function listProfileRows(
  db: Queryable,
  page: { readonly after: Place | undefined; readonly limit: number },
): Promise<ProfileRow[]> {
  const { after } = page;
  return db.query(sql`
    select ${COLUMNS} from profile p
    ${after ? sql`where (p.bucket, p.profile_id) > (${after.bucket}, ${after.profileId})` : empty}
    order by p.bucket, p.profile_id limit ${page.limit}`);
}

/** Every namespace that somebody has an identity of: from each bucket a hop per namespace through the index. */
export async function selectNamespaces(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ namespace: string }>(sql`
    with recursive hop (bucket, namespace) as (
      select b.bucket, (select i.namespace from identity i where i.bucket = b.bucket order by i.namespace limit 1) from bucket b
      union all
      select h.bucket, (
        select i.namespace from identity i where i.bucket = h.bucket and i.namespace > h.namespace order by i.namespace limit 1)
      from hop h where h.namespace is not null)
    select distinct namespace from hop where namespace is not null`);
  return rows.map(({ namespace }) => namespace);
}

/** Where somebody stands in what was found: whom the text names comes first, then addresses in the order of their bytes. */
export type FoundPlace = Place & { readonly rank: number; readonly address: string };
export type FoundRow = ProfileRow & { readonly rank: number; readonly address: string };

/** Those of `named`, then those whose address begins with `start`, which is in lower case; behind a place. */
export function searchProfileRows(
  db: Queryable,
  search: {
    readonly named: readonly Place[];
    readonly start: string;
    readonly after: FoundPlace | undefined;
    readonly limit: number;
  },
): Promise<FoundRow[]> {
  const { after, named, limit } = search;
  const pattern = `${search.start.replace(/[\\%_]/g, '\\$&')}%`;
  const behind = after && sql`(p.bucket, p.profile_id) > (${after.bucket}, ${after.profileId})`;
  return db.query(sql`
    with named as materialized (
      select distinct * from unnest(${named.map(({ bucket }) => bucket)}::smallint[], ${named.map(({ profileId }) => profileId)}::bigint[])
        as one (bucket, profile_id)
    )
    select * from (
      select ${COLUMNS}, 0 as rank, '' as address
      from named join profile p using (bucket, profile_id)
      where ${after === undefined ? true : after.rank === 0} ${after?.rank === 0 ? sql`and ${behind ?? true}` : empty}
      union all
      (select ${COLUMNS}, 1 as rank, lower(p.email) as address
      from profile p
      where lower(p.email) like ${pattern} and not exists (select from named n where n.bucket = p.bucket and n.profile_id = p.profile_id)
        ${after?.rank === 1 ? sql`and lower(p.email) ~>=~ ${after.address} and (lower(p.email) ~>~ ${after.address} or ${behind ?? true})` : empty}
      order by lower(p.email) using ~<~, p.bucket, p.profile_id limit ${limit})) found
    order by rank, address using ~<~, bucket, profile_id limit ${limit}`);
}
