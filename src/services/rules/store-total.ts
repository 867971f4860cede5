// Owns: what people's rows come to, as one query over everybody or some of them.
// Does not own: which rows count (store-condition), what a computed trait is (core/computed).
import type { RowTotal } from '../../core/computed/index.ts';
import { type Catalog, PROFILES } from '../../core/data/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { isTemporal, subjectOf } from '../../core/rules/index.ts';
import { id, join, type Sql, sql } from '../../platform/sql/index.ts';
import type { Among } from './store-among.ts';
import { numberOf, scalarOf, type Value } from './store-compare.ts';
import { openCompilation, rowsOf } from './store-condition.ts';

/**
 * A query of (bucket, profile_id, total): everybody who has such rows with what they come to, as JSON. Who has none, or none with a
 * value, is not in it. The rows must have passed `checkComputedTrait`.
 */
export function totalQuery(input: {
  readonly total: RowTotal;
  readonly catalog: Catalog;
  readonly among?: Among;
  readonly now: Instant;
}): Sql {
  const { total, catalog, among, now } = input;
  const source = { subject: subjectOf({ catalog, on: PROFILES }), alias: 'p', kind: 'table' } as const;
  const rows = rowsOf(total, source, openCompilation({ now, among }));
  const [bucket, profile] = rows.keys.map(([inner]) => inner);
  const { by } = total;
  const ties = rows.table.primaryKey.map((column) => id(rows.alias, column));
  const order = by === undefined ? [] : [rows.valueAt(by).sql, ...ties];
  const came = totalSql(total, (path) => rows.valueAt(path), order);
  const tests = [sql`${profile} is not null`, ...rows.where];
  return sql`select * from (
    select ${bucket} as bucket, ${profile} as profile_id, ${came} as total
    from ${rows.from} where ${join(tests, ' and ')} group by 1, 2) totals where total is not null`;
}

function totalSql({ kind, of = '' }: RowTotal, valueAt: (path: string) => Value, order: readonly Sql[]): Sql {
  const number = () => numberOf(valueAt(of)) ?? sql`null::numeric`;
  switch (kind) {
    case 'count':
      return sql`to_jsonb(count(*))`;
    case 'sum':
      return sql`to_jsonb(sum(${number()}))`;
    case 'average':
      return sql`to_jsonb(avg(${number()}))`;
    case 'distinct':
      return sql`to_jsonb(nullif(count(distinct ${scalarOf(valueAt(of))}), 0))`;
    case 'min':
    case 'max': {
      const value = valueAt(of);
      const inner = value.type === 'json' ? number() : value.sql;
      const edge = kind === 'min' ? sql`min(${inner})` : sql`max(${inner})`;
      return jsonOf({ sql: edge, type: value.type === 'json' ? 'decimal' : value.type });
    }
    case 'first':
    case 'last': {
      const value = valueAt(of);
      const way = kind === 'first' ? sql`asc` : sql`desc`;
      const [by = sql`null`] = order;
      const sorted = join(order.map((column) => sql`${column} ${way}`));
      const isGiven = sql`${value.sql} is not null and ${by} is not null`;
      return jsonOf({ ...value, sql: sql`(array_agg(${value.sql} order by ${sorted}) filter (where ${isGiven}))[1]` });
    }
  }
}

/** Moments as rules and templates read them; everything else as JSON has it. */
function jsonOf({ sql: value, type }: Pick<Value, 'sql' | 'type'>): Sql {
  if (type === 'json') return value;
  if (!isTemporal(type) || type === 'date') return sql`to_jsonb(${value})`;
  return sql`to_jsonb(to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
}
