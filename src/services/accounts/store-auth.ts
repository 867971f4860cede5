import { empty, id, join, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

/** A condition as the sign-in library states it; fields are in camel case. */
export type Where = {
  readonly field: string;
  readonly value: unknown;
  readonly operator?: string | undefined;
  readonly connector?: 'AND' | 'OR' | undefined;
};

type Row = Record<string, unknown>;

const TABLES: Readonly<Record<string, string>> = {
  user: 'console_user',
  session: 'console_session',
  account: 'console_login',
  verification: 'console_verification',
};

export async function insertRow(db: Queryable, model: string, data: Row): Promise<Row> {
  const entries = Object.entries(data);
  const row = await db.one<Row>(sql`
    insert into ${tableOf(model)} (${join(entries.map(([field]) => columnOf(field)))})
    values (${join(entries.map(([, value]) => sql`${value}`))})
    returning *`);
  return fromRow(row);
}

export async function selectRows(
  db: Queryable,
  model: string,
  input: {
    readonly where: readonly Where[];
    readonly limit: number;
    readonly offset?: number;
    readonly sortBy?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  },
): Promise<Row[]> {
  const order = input.sortBy
    ? sql`order by ${columnOf(input.sortBy.field)} ${input.sortBy.direction === 'desc' ? sql`desc` : sql`asc`}`
    : empty;
  const rows = await db.query<Row>(sql`
    select * from ${tableOf(model)} where ${conditionOf(input.where)} ${order}
    limit ${input.limit} offset ${input.offset ?? 0}`);
  return rows.map(fromRow);
}

export async function updateRows(db: Queryable, model: string, where: readonly Where[], update: Row): Promise<Row[]> {
  const changes = Object.entries(update).map(([field, value]) => sql`${columnOf(field)} = ${value}`);
  const rows = await db.query<Row>(sql`
    update ${tableOf(model)} set ${join(changes)} where ${conditionOf(where)} returning *`);
  return rows.map(fromRow);
}

/** Deletes and answers what was there, so that a token can be used once only. */
export async function deleteRows(db: Queryable, model: string, where: readonly Where[]): Promise<Row[]> {
  const rows = await db.query<Row>(sql`delete from ${tableOf(model)} where ${conditionOf(where)} returning *`);
  return rows.map(fromRow);
}

export async function countRows(db: Queryable, model: string, where: readonly Where[]): Promise<number> {
  const { count } = await db.one<{ count: number }>(sql`
    select count(*) as count from ${tableOf(model)} where ${conditionOf(where)}`);
  return count;
}

function tableOf(model: string): Sql {
  const table = TABLES[model];
  if (table === undefined) throw new TypeError(`There is no table for "${model}".`);
  return id(table);
}

function columnOf(field: string): Sql {
  return id(field.replaceAll(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`));
}

/** All with AND hold, and one of those with OR if there are any. */
function conditionOf(where: readonly Where[]): Sql {
  const all = where.filter((one) => one.connector !== 'OR').map(comparisonOf);
  const any = where.filter((one) => one.connector === 'OR').map(comparisonOf);
  const parts = [...all, ...(any.length > 0 ? [sql`(${join(any, ' or ')})`] : [])];
  return parts.length === 0 ? sql`true` : join(parts, ' and ');
}

const SIGNS: Readonly<Record<string, Sql>> = {
  eq: sql`=`,
  ne: sql`<>`,
  lt: sql`<`,
  lte: sql`<=`,
  gt: sql`>`,
  gte: sql`>=`,
};

function comparisonOf({ field, value, operator = 'eq' }: Where): Sql {
  const column = columnOf(field);
  if (value === null) return operator === 'ne' ? sql`${column} is not null` : sql`${column} is null`;
  if (operator === 'in') return sql`${column} = any(${value})`;
  if (operator === 'not_in') return sql`${column} <> all(${value})`;
  const text = String(value).replaceAll(/[\\%_]/g, (character) => `\\${character}`);
  if (operator === 'contains') return sql`${column} like ${`%${text}%`}`;
  if (operator === 'starts_with') return sql`${column} like ${`${text}%`}`;
  if (operator === 'ends_with') return sql`${column} like ${`%${text}`}`;
  const sign = SIGNS[operator];
  if (sign === undefined) throw new TypeError(`There is no operator "${operator}".`);
  return sql`${column} ${sign} ${value}`;
}

/** Column names back into camel case. */
function fromRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
