import type { Instant } from '../../core/kernel/index.ts';
import {
  AGGREGATE_KINDS,
  type AggregateKind,
  type Aggregates,
  asksExistence,
  type Comparison,
  comparesMoments,
  comparisonOf,
  holdsForNone,
} from '../../core/rules/index.ts';
import { join, type Sql, sql } from '../../platform/sql/index.ts';
import { comparisonSql, instantOf, notTrue, numberOf, scalarOf, type Value } from './store-compare.ts';

/** Rows to look for, and the columns by which they belong to the row that the rule is about. */
export type RowSet = {
  readonly from: Sql;
  readonly where: readonly Sql[];
  /** Pairs of a column of the set and one of the outer row. */
  readonly keys: readonly (readonly [inner: Sql, outer: Sql])[];
  /** Present when the rows are counted or summed per key. */
  readonly having?: Sql;
  /** The keys are the whole primary key of what the rule is about. */
  readonly identifies: boolean;
};

/** A condition on the row itself, or the presence (absence, when negated) of a row in a set. */
export type Condition =
  | { readonly kind: 'plain'; readonly sql: Sql }
  | { readonly kind: 'set'; readonly set: RowSet; readonly negated: boolean };

/** What aggregates read: `values` gives the expression at a path; `time` orders events, rows have none. */
export type Measured = {
  readonly valueAt: (path: string) => Value;
  readonly time?: { readonly at: Sql; readonly order: Sql };
};

/**
 * `exists` over the set. Grouped sets are joined as a table of their own, never correlated: PostgreSQL turns both forms into one
 * semi-join or anti-join over the whole population.
 */
export function existsSql(set: RowSet): Sql {
  if (!set.having) {
    const link = set.keys.map(([inner, outer]) => sql`${inner} = ${outer}`);
    return sql`exists (select 1 from ${set.from} where ${join([...link, ...set.where], ' and ')})`;
  }
  const names = set.keys.map((_, index) => sql`key_${numbered(index)}`);
  const link = set.keys.map(([, outer], index) => sql`grouped.key_${numbered(index)} = ${outer}`);
  const columns = set.keys.map(([inner], index) => sql`${inner} as ${names[index]}`);
  return sql`exists (select 1 from (select ${join(columns)} ${groupedFrom(set)}) grouped where ${join(link, ' and ')})`;
}

/** The keys of the set as a query, for unions. */
export function keysSql(set: RowSet): Sql {
  return sql`select ${join(set.keys.map(([inner]) => inner))} ${set.having ? groupedFrom(set) : plainFrom(set)}`;
}

const plainFrom = (set: RowSet) =>
  set.where.length === 0 ? sql`from ${set.from}` : sql`from ${set.from} where ${join(set.where, ' and ')}`;
const groupedFrom = (set: RowSet) =>
  sql`${plainFrom(set)} group by ${join(set.keys.map(([inner]) => inner))} having ${set.having ?? sql`true`}`;

const NUMBERS = [sql`1`, sql`2`, sql`3`, sql`4`, sql`5`, sql`6`, sql`7`, sql`8`, sql`9`];
function numbered(index: number): Sql {
  return NUMBERS[index] ?? sql`0`;
}

/**
 * The condition that a person's or row's group of rows passes the aggregates. Who has no rows has no group: when such a one passes
 * ("fewer than 3 orders"), the set holds those who fail and the condition is their absence.
 */
export function aggregateCondition(
  rows: Omit<RowSet, 'having'>,
  aggregates: Aggregates,
  measured: Measured,
  now: Instant,
): Condition {
  const negated = holdsForNone(aggregates, now);
  if (asksExistence(aggregates) || asksAbsence(aggregates)) return { kind: 'set', set: rows, negated };
  const tests = AGGREGATE_KINDS.flatMap((kind) =>
    aggregates[kind] ? [aggregateSql(kind, aggregates, measured, now)] : [],
  );
  const passes = join(tests, ' and ');
  return { kind: 'set', set: { ...rows, having: negated ? notTrue(passes) : passes }, negated };
}

function asksAbsence(aggregates: Aggregates): boolean {
  const { count } = aggregates;
  if (!count || Object.keys(aggregates).length > 1 || Object.keys(count).length > 1) return false;
  return count.eq === 0 || count.lt === 1 || count.lte === 0;
}

function aggregateSql(kind: AggregateKind, aggregates: Aggregates, measured: Measured, now: Instant): Sql {
  const setting = aggregates[kind] as Comparison & { of?: string };
  const comparison = comparisonOf(setting);
  const value = (): Value => measured.valueAt(setting.of ?? '');
  const compared = (expression: Sql, type: Value['type'] = 'decimal') =>
    comparisonSql({ sql: expression, type }, comparison, now);
  switch (kind) {
    case 'count':
      return compared(sql`count(*)`, 'integer');
    case 'sum':
      return compared(sql`coalesce(sum(${numberOf(value()) ?? NO_NUMBER}), 0)`);
    case 'average':
      return averageSql(numberOf(value()) ?? NO_NUMBER, comparison);
    case 'distinct':
      return compared(sql`count(distinct ${scalarOf(value())})`, 'integer');
    case 'min':
    case 'max': {
      const moments = comparesMoments(comparison);
      const inner = (moments ? instantOf(value()) : numberOf(value())) ?? (moments ? NO_MOMENT : NO_NUMBER);
      return compared(kind === 'min' ? sql`min(${inner})` : sql`max(${inner})`, moments ? 'timestamp' : 'decimal');
    }
    case 'first':
    case 'last':
      return edgeSql(kind, setting, measured, compared);
  }
}

const NO_NUMBER = sql`null::numeric`;
const NO_MOMENT = sql`null::timestamptz`;

function edgeSql(
  kind: 'first' | 'last',
  setting: { of?: string },
  { time, valueAt }: Measured,
  compared: (expression: Sql, type: Value['type']) => Sql,
): Sql {
  if (!time) return sql`false`;
  if (setting.of === undefined) {
    return compared(kind === 'first' ? sql`min(${time.at})` : sql`max(${time.at})`, 'timestamp');
  }
  const { sql: inner, type } = valueAt(setting.of);
  const order = kind === 'first' ? sql`${time.at}, ${time.order}` : sql`${time.at} desc, ${time.order} desc`;
  return compared(sql`(array_agg(${inner} order by ${order}))[1]`, type);
}

/** Sums against `operand * count`, as core does: a quotient would have to be rounded. */
function averageSql(number: Sql, comparison: Comparison): Sql {
  const against = (order: Sql, operand: unknown) =>
    sql`(count(${number}) > 0 and sum(${number}) ${order} ${String(operand)}::numeric * count(${number}))`;
  const tests = Object.entries(comparison).map(([operator, operand]) => {
    switch (operator) {
      case 'eq':
        return against(sql`=`, operand);
      case 'ne':
        return notTrue(against(sql`=`, operand));
      case 'gt':
        return against(sql`>`, operand);
      case 'gte':
        return against(sql`>=`, operand);
      case 'lt':
        return against(sql`<`, operand);
      case 'lte':
        return against(sql`<=`, operand);
      default: {
        const [from, to] = operand as readonly [number, number];
        return sql`(${against(sql`>=`, from)} and ${against(sql`<=`, to)})`;
      }
    }
  });
  return join(tests, ' and ');
}
