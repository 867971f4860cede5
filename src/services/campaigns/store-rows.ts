import { id, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

type Row = Record<string, unknown>;

/**
 * A page of a work table in the order in which it was written; `after` is the `_place` of the last row before. A work table never
 * changes, so the place of a row is a key that needs no index.
 */
export async function selectRows(
  db: Queryable,
  table: string,
  page: { readonly after: string | undefined; readonly limit: number; readonly columns: Sql },
): Promise<Row[]> {
  return db.query(sql`
    select ctid::text as _place, ${page.columns} from ${id('work', table)}
    where ctid > ${page.after ?? '(0,0)'}::tid order by ctid limit ${page.limit}`);
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
  const { blocks } = await db.one<{ blocks: number }>(sql`
    select pg_relation_size(${`work."${table}"`}::regclass) / current_setting('block_size')::bigint as blocks`);
  return page.from < blocks ? [] : undefined;
}
