// Owns: rows of entity tables as people look at them.
import { columnsOf, type TableDefinition } from '../../core/data/index.ts';
import { empty, id, join, type Queryable, sql } from '../../platform/sql/index.ts';
import { declaredColumns, postgresType, tableName } from './store.ts';

/** A row's declared columns, and its key as texts, in which every value is exact. */
export type KeyedRow = { readonly key: readonly string[]; readonly row: Record<string, unknown> };

/** Rows in the order of the primary key, strictly after a key. */
export async function readRows(
  db: Queryable,
  definition: TableDefinition,
  { after, limit }: { readonly after: readonly string[] | undefined; readonly limit: number },
): Promise<KeyedRow[]> {
  const types = new Map(columnsOf(definition).map(({ name, type }) => [name, type]));
  const key = definition.primary_key.map((name) => id(name));
  const values = definition.primary_key.map(
    (name, index) => sql`${after?.[index] ?? ''}::text::${postgresType(types.get(name) ?? 'text')}`,
  );
  const start = after ? sql`where (${join(key)}) > (${join(values)})` : empty;
  const rows = await db.query<Record<string, unknown> & { _key: string[] }>(sql`
    select ${join(declaredColumns(definition))}, array[${join(key.map((column) => sql`${column}::text`))}] as _key
    from ${tableName(definition.key)} ${start} order by ${join(key)} limit ${limit}`);
  return rows.map(({ _key, ...row }) => ({ key: _key, row }));
}

export async function countTableRows(db: Queryable, key: string): Promise<number> {
  const { count } = await db.one<{ count: number }>(sql`select count(*) as count from ${tableName(key)}`);
  return count;
}
