import { type ColumnType, columnsOf, type TableDefinition } from '../../core/data/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { empty, id, join, type Queryable, raw, type Sql, sql } from '../../platform/sql/index.ts';

const POSTGRES_TYPE: Record<ColumnType, string> = {
  text: 'text',
  integer: 'bigint',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
  json: 'jsonb',
};
const COLUMN_TYPE = new Map(Object.entries(POSTGRES_TYPE).map(([ours, theirs]) => [theirs, ours as ColumnType]));

/** The PostgreSQL type of a declared column. */
export function postgresType(type: ColumnType): Sql {
  return raw(POSTGRES_TYPE[type]);
}

/** The physical table of an entity table. */
export function tableName(key: string): Sql {
  return id('data', key);
}

/** An entity table as the database has it; the hidden columns left out. */
export type PhysicalTable = {
  readonly columns: ReadonlyMap<string, { readonly type: ColumnType; readonly required: boolean }>;
  readonly primaryKey: readonly string[];
  readonly owned: boolean;
};

export async function readPhysicalTable(db: Queryable, key: string): Promise<PhysicalTable | undefined> {
  const rows = await db.query<{ name: string; type: string; required: boolean; position: number | null }>(sql`
    select a.attname as name, format_type(a.atttypid, null) as type, a.attnotnull as required,
      array_position(i.indkey::int[], a.attnum::int) as position
    from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where c.relnamespace = 'data'::regnamespace and c.relkind = 'r' and c.relname = ${key}
    order by a.attnum`);
  if (rows.length === 0) return undefined;
  const declared = rows.filter((row) => !row.name.startsWith('_'));
  const keyed = declared.filter((row) => row.position !== null);
  return {
    columns: new Map(
      declared.map((row) => [
        row.name,
        {
          type: COLUMN_TYPE.get(row.type.replace('timestamp with time zone', 'timestamptz')) ?? 'text',
          required: row.required,
        },
      ]),
    ),
    primaryKey: keyed.sort((a, b) => (a.position ?? 0) - (b.position ?? 0)).map((row) => row.name),
    owned: rows.some((row) => row.name === '_profile_id'),
  };
}

/** Keeps two changes of one table's form, or a change and a merge into it, apart until the transaction ends. */
export async function lockTableForm(tx: Queryable, key: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`data.${key}`}, 0))`);
}

/** The table without its key and indexes, which a large first load builds afterwards, by sorting instead of one by one. */
export async function createHeap(tx: Queryable, definition: TableDefinition): Promise<void> {
  const settings = Object.entries(definition.columns);
  const columns = settings.map(([name, setting]) => {
    const type = typeof setting === 'string' ? setting : setting.type;
    const required = typeof setting !== 'string' && setting.required;
    return sql`${id(name)} ${postgresType(type)}${required ? raw(' not null') : empty}`;
  });
  const hidden = definition.identity ? [sql`_bucket smallint not null`, sql`_profile_id bigint`] : [];
  await tx.execute(sql`create table ${tableName(definition.key)} (
    ${join([...columns, ...hidden, sql`_updated_at timestamptz not null`])})`);
}

/** Rows of a person start with the bucket; the key is unique over all buckets, which those who write rows take care of. */
export async function createIndexes(tx: Queryable, definition: TableDefinition): Promise<void> {
  const owned = definition.identity !== undefined;
  const table = tableName(definition.key);
  const key = definition.primary_key.map((name) => id(name));
  await tx.execute(sql`alter table ${table} add primary key (${join(owned ? [sql`_bucket`, ...key] : key)})`);
  if (owned) {
    await tx.execute(sql`create index on ${table} (${join(key)})`);
    await tx.execute(sql`create index on ${table} (_bucket, _profile_id)`);
  }
  await createLinkIndexes(tx, definition);
}

export async function createPhysicalTable(tx: Queryable, definition: TableDefinition): Promise<void> {
  await createHeap(tx, definition);
  await createIndexes(tx, definition);
}

/** A link is followed from both sides, so its own columns are indexed unless the key's index already starts with them. */
export async function createLinkIndexes(tx: Queryable, definition: TableDefinition): Promise<void> {
  for (const link of Object.values(definition.links)) {
    const own = Object.keys(link.on);
    if (own.every((column, index) => definition.primary_key[index] === column)) continue;
    const existing = await tx.maybeOne(sql`
      select 1 as found
      from pg_index i
        cross join lateral (
          select array_agg(a.attname::text order by k.position) as names
          from unnest(i.indkey::int[]) with ordinality k (attnum, position)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum) n
      where i.indrelid = ${`data."${definition.key}"`}::regclass and n.names = ${own}::text[]`);
    if (existing) continue;
    await tx.execute(sql`create index on ${tableName(definition.key)} (${join(own.map((column) => id(column)))})`);
  }
}

export async function dropPhysicalTable(tx: Queryable, key: string): Promise<void> {
  await tx.execute(sql`drop table ${tableName(key)}`);
}

export async function hasRows(tx: Queryable, key: string): Promise<boolean> {
  return (await tx.maybeOne(sql`select 1 as found from ${tableName(key)} limit 1`)) !== undefined;
}

/** Of the given columns, those that hold a value in some row. */
export async function columnsInUse(tx: Queryable, key: string, columns: readonly string[]): Promise<Set<string>> {
  const used = new Set<string>();
  for (const column of columns) {
    const row = await tx.maybeOne(
      sql`select 1 as found from ${tableName(key)} where ${id(column)} is not null limit 1`,
    );
    if (row) used.add(column);
  }
  return used;
}

export async function hasNulls(tx: Queryable, key: string, column: string): Promise<boolean> {
  const row = await tx.maybeOne(sql`select 1 as found from ${tableName(key)} where ${id(column)} is null limit 1`);
  return row !== undefined;
}

export async function addColumn(tx: Queryable, key: string, column: string, type: ColumnType): Promise<void> {
  await tx.execute(sql`alter table ${tableName(key)} add column ${id(column)} ${postgresType(type)}`);
}

export async function dropColumn(tx: Queryable, key: string, column: string): Promise<void> {
  await tx.execute(sql`alter table ${tableName(key)} drop column ${id(column)}`);
}

export async function setRequired(tx: Queryable, key: string, column: string, required: boolean): Promise<void> {
  const change = required ? raw('set not null') : raw('drop not null');
  await tx.execute(sql`alter table ${tableName(key)} alter column ${id(column)} ${change}`);
}

/** The newest published version of each table's definition. */
export async function publishedTables(db: Queryable): Promise<TableDefinition[]> {
  const rows = await db.query<{ body: TableDefinition }>(sql`
    select distinct on (key) body from definition
    where kind = 'table' and state = 'published'
    order by key, version desc`);
  return rows.map((row) => row.body);
}

/** Appends a published version when the body differs from the newest one; the version that holds now. */
export async function publishTableDefinition(
  tx: Queryable,
  definition: TableDefinition,
  now: Instant,
): Promise<number> {
  const at = new Date(now);
  const body = JSON.stringify(definition);
  const newest = await tx.maybeOne<{ version: number; same: boolean }>(sql`
    select version, body::jsonb = ${body}::jsonb as same from definition
    where kind = 'table' and key = ${definition.key} and state <> 'draft'
    order by version desc limit 1`);
  if (newest?.same) return newest.version;
  const version = (newest?.version ?? 0) + 1;
  await tx.execute(sql`
    insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
    values ('table', ${definition.key}, ${version}, 'published', ${body}, ${at}, ${at}, ${at})`);
  return version;
}

/** Declared columns in order, as the database stores them. */
export function declaredColumns(definition: TableDefinition): Sql[] {
  return columnsOf(definition).map((column) => id(column.name));
}

/** The planner's estimate of the rows of each entity table. */
export async function tableSizes(db: Queryable): Promise<{ key: string; rows: number }[]> {
  return db.query(sql`
    select relname as key, greatest(reltuples, 0)::bigint as rows from pg_class
    where relnamespace = 'data'::regnamespace and relkind = 'r'`);
}

/** Lets the rest of the transaction sort large indexes in memory. */
export async function allowIndexMemory(tx: Queryable): Promise<void> {
  await tx.execute(sql`select set_config('maintenance_work_mem', '128MB', true)`);
}
