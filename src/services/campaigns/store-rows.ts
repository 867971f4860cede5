import { id, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

type Row = Record<string, unknown>;

/** Blocks looked at for a page at first; a work table that lost rows of people who were erased may hold few in them. */
const PAGE_BLOCKS = 16;

/**
 * A page of a work table in the order in which it was written; `after` is the `_place` of the last row before. A work table never
 * changes, so the place of a row is a key that needs no index; a few blocks at a time are read, because rows by their place are
 * sorted before the first is given.
 */
export async function selectRows(
  db: Queryable,
  table: string,
  page: { readonly after: string | undefined; readonly limit: number; readonly columns: Sql },
): Promise<Row[]> {
  const { after = '(0,0)', limit, columns } = page;
  const found: Row[] = [];
  let block = Number(/^\((\d+),/.exec(after)?.[1] ?? 0);
  for (let blocks = PAGE_BLOCKS; found.length < limit; blocks *= 2) {
    const rows = await db.query<Row>(sql`
      select ctid::text as _place, ${columns} from ${id('work', table)}
      where ctid > ${found.length === 0 ? after : String(found.at(-1)?._place)}::tid and ctid < ${`(${block + blocks},0)`}::tid
      order by ctid limit ${limit - found.length}`);
    found.push(...rows);
    block += blocks;
    if (found.length < limit && block >= (await blocksOf(db, table))) break;
  }
  return found;
}

export type PersonOfRow = {
  readonly profile_id: number;
  readonly name: string | null;
  readonly email: string | null;
};

/** The people of one page of rows, by the keys that every work table has. */
export function selectPeople(db: Queryable, rows: readonly Row[]): Promise<PersonOfRow[]> {
  return db.query(sql`
    select profile_id, email,
      coalesce(nullif(concat_ws(' ', traits->>'first_name', traits->>'last_name'), ''), traits->>'name') as name
    from profile
    where (bucket, profile_id) in (
      select * from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.profile_id)}::bigint[]))`);
}

/** The rows in some blocks of a work table; undefined past its end. */
export async function selectBlocks(
  db: Queryable,
  table: string,
  page: { readonly from: number; readonly blocks: number; readonly columns: Sql },
): Promise<Row[] | undefined> {
  const rows = await db.query<Row>(sql`
    select ${page.columns} from ${id('work', table)}
    where ctid >= ${`(${page.from},0)`}::tid and ctid < ${`(${page.from + page.blocks},0)`}::tid order by ctid`);
  if (rows.length > 0) return rows;
  return page.from < (await blocksOf(db, table)) ? [] : undefined;
}

async function blocksOf(db: Queryable, table: string): Promise<number> {
  const { blocks } = await db.one<{ blocks: number }>(sql`
    select pg_relation_size(${`work."${table}"`}::regclass) / current_setting('block_size')::bigint as blocks`);
  return blocks;
}
