import type { Place } from '../../src/core/identity/index.ts';
import type { Context } from '../../src/platform/context.ts';
import { ensureMonthPartitions, id, join, raw, sql } from '../../src/platform/sql/index.ts';

/** When everything in these tests happened. */
export const AT = new Date('2026-03-01T12:00:00Z');

type Column = {
  readonly name: string;
  readonly type: string;
  /** Of a column that may hold one of some words only, the first of them. */
  readonly word: string | null;
};
type Table = { readonly schema: string; readonly name: string; readonly columns: readonly Column[] };

/** Every table outside of PostgreSQL's own that has a column that names a profile, by the standard's catalogue. */
export async function tablesOfPeople(ctx: Context): Promise<Table[]> {
  return ctx.db.query<Table>(sql`
    select c.table_schema as schema, c.table_name as name,
      json_agg(json_build_object('name', c.column_name, 'type', c.data_type, 'word', (
          select substring(pg_get_constraintdef(w.oid) from format('[(]%s = ANY [(]ARRAY[[]''([a-z_]+)''', c.column_name))
          from pg_constraint w where w.conrelid = k.oid and w.contype = 'c'
            and pg_get_constraintdef(w.oid) ~ format('[(]%s = ANY [(]ARRAY[[]', c.column_name) limit 1))
        order by c.ordinal_position) filter (where c.is_identity = 'NO') as columns
    from information_schema.columns c
      join pg_class k on k.relname = c.table_name and k.relnamespace = c.table_schema::regnamespace
    where c.table_schema in ('public', 'data', 'work') and k.relkind in ('r', 'p') and not k.relispartition
    group by 1, 2
    having bool_or(c.column_name like '%profile_id%')
    order by 1, 2`);
}

/** What checks over several columns ask for; anything else is made up. */
const GIVEN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  http_call: { state: 'queued', worker_id: null },
  journey_instance: {
    journey_key: 'cart',
    state: 'active',
    ended_at: null,
    end_reason: null,
    body: JSON.stringify({ positions: [{ id: 0, node: 'wait', visit: 1, since: 0 }], stepNo: 1 }),
  },
  journey_step: { journey_key: 'cart', node: 'wait', outlet: null },
  message: { state: 'sent', reason: null },
  outbox: { state: 'queued', worker_id: null },
};

let numbers = 1_000;

/**
 * Puts one row of a person into every table of people, the word `secret-<name>` wherever there is room for it; the names of the tables.
 * The profile is there already.
 */
export async function fillTables(ctx: Context, place: Place, name: string): Promise<string[]> {
  for (const parent of ['event', 'message', 'audience_change', 'journey_step'] as const) {
    await ensureMonthPartitions(ctx.db, parent, [AT.getTime()]);
  }
  const tables = await tablesOfPeople(ctx);
  for (const table of tables) {
    if (table.name === 'profile') continue;
    const given = GIVEN[table.name] ?? {};
    const values = table.columns.map((column) =>
      column.name in given ? given[column.name] : madeUp(table, column, place, name),
    );
    await ctx.db.execute(sql`
      insert into ${id(table.schema, table.name)} (${join(table.columns.map((column) => id(column.name)))})
      values (${join(values.map((value) => sql`${value}`))})`);
  }
  return tables.map((table) => (table.schema === 'public' ? table.name : `${table.schema}.${table.name}`));
}

function madeUp(table: Table, { name: column, type, word }: Column, place: Place, name: string): unknown {
  if (word !== null) return word;
  if (/(^|_)bucket$/.test(column)) return place.bucket;
  if (/profile_id$/.test(column)) return place.profileId;
  if (column === 'send_id') return 1;
  switch (type) {
    case 'boolean':
      return false;
    case 'bigint':
    case 'integer':
    case 'numeric':
    case 'smallint':
      return type === 'smallint' ? ++numbers % 10_000 : ++numbers;
    case 'timestamp with time zone':
      return AT;
    case 'date':
      return '2026-03-01';
    case 'json':
    case 'jsonb':
      return JSON.stringify({ note: `secret-${name}` });
    case 'bytea':
      return Buffer.from(`secret-${name}`);
    case 'ARRAY':
      return [];
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    case 'text':
      return `secret-${name}`;
    default:
      throw new Error(`Nothing is made up for ${table.name}.${column}, which is a ${type}.`);
  }
}

/** Tables of the whole database in which some row has the text in it. */
export async function tablesWith(ctx: Context, text: string): Promise<string[]> {
  const tables = await ctx.db.query<{ schema: string; name: string }>(sql`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'data', 'work') and c.relkind in ('r', 'p') and not c.relispartition order by 1, 2`);
  const found: string[] = [];
  for (const { schema, name } of tables) {
    const row = await ctx.db.maybeOne(sql`
      select 1 as found from ${id(schema, name)} t
      where t::text like ${`%${text}%`} or t::text like ${`%${Buffer.from(text).toString('hex')}%`} limit 1`);
    if (row) found.push(schema === 'public' ? name : `${schema}.${name}`);
  }
  return found;
}

/** How many rows of a person each table has, those without any left out. */
export async function rowsOf(ctx: Context, { bucket, profileId }: Place): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of await tablesOfPeople(ctx)) {
    const hidden = table.schema === 'data' ? '_' : '';
    const [own, number] =
      table.name === 'identity' ? ['profile_bucket', 'profile_id'] : [`${hidden}bucket`, `${hidden}profile_id`];
    const { rows } = await ctx.db.one<{ rows: number }>(sql`
      select count(*) as rows from ${id(table.schema, table.name)} where ${raw(own)} = ${bucket} and ${raw(number)} = ${profileId}`);
    if (rows > 0) counts[table.name] = rows;
  }
  return counts;
}
