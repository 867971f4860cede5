import type { ColumnType } from '../../core/data/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import {
  anniversaryDays,
  type Comparison,
  ELEMENT_NUMBER,
  instantText,
  isTemporal,
  NEGATED,
  type Operator,
  ruleDuration,
  ruleMoment,
  type Scalar,
} from '../../core/rules/index.ts';
import { join, type Sql, sql } from '../../platform/sql/index.ts';

/** A SQL expression and what its values are; `json` stands for values of whatever type they have. */
export type Value = {
  readonly sql: Sql;
  readonly type: ColumnType;
  /** Of a part of a json value: the same part as text, which is much quicker to compare. */
  readonly asText?: Sql;
};

const FALSE = sql`false`;

/** The comparison as a boolean expression; null, which `where` takes for false, when the value is missing. */
export function comparisonSql(value: Value, comparison: Comparison, now: Instant): Sql {
  const tests = (Object.entries(comparison) as [Operator, never][]).map(([operator, operand]) =>
    operatorSql(value, operator, operand, now),
  );
  return tests.length === 1 ? join(tests) : sql`(${join(tests, ' and ')})`;
}

/** The opposite of an expression, also where that is null. */
export function notTrue(condition: Sql): Sql {
  return sql`((${condition}) is not true)`;
}

export function instantSql(instant: Instant): Sql {
  return sql`${instantText(instant)}::timestamptz`;
}

function operatorSql(value: Value, operator: Operator, operand: never, now: Instant): Sql {
  if (operator in NEGATED) {
    return notTrue(operatorSql(value, NEGATED[operator as keyof typeof NEGATED], operand, now));
  }
  switch (operator) {
    case 'eq':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return orderSql(value, operator, operand, now);
    case 'between':
      return sql`(${orderSql(value, 'gte', operand[0], now)} and ${orderSql(value, 'lte', operand[1], now)})`;
    case 'in':
      return inSql(value, operand, now);
    case 'empty':
      return operand ? emptySql(value) : sql`not ${emptySql(value)}`;
    case 'starts_with':
      return textTest(value, (text) => sql`starts_with(${text}, ${operand}::text)`);
    case 'contains':
      return textTest(value, (text) => sql`strpos(${text}, ${operand}::text) > 0`);
    case 'like':
      return textTest(value, (text) => sql`${text} like ${operand}::text escape '\\'`);
    default:
      return momentSql(value, operator, operand, now);
  }
}

function momentSql(value: Value, operator: Operator, operand: string, now: Instant): Sql {
  const instant = instantOf(value);
  if (!instant) return FALSE;
  switch (operator) {
    case 'within':
      return sql`(${instant} >= ${instantSql(now - (ruleDuration(operand) ?? 0))} and ${instant} < ${instantSql(now + 1)})`;
    case 'before':
      return temporalOrder(instant, 'lt', operand, now);
    case 'after':
      return temporalOrder(instant, 'gt', operand, now);
    case 'anniversary': {
      const days = anniversaryDays(ruleDuration(operand) ?? 0, now);
      return sql`to_char(${instant}, 'MM-DD') = any(${days}::text[])`;
    }
    default:
      return FALSE;
  }
}

type Order = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

function orderSql(value: Value, order: Order, operand: Scalar, now: Instant): Sql {
  const { type } = value;
  if (isTemporal(type)) return typeof operand === 'string' ? temporalOrder(value.sql, order, operand, now) : FALSE;
  if (order === 'eq' && type === 'json') return jsonIn(value, [operand]);
  if (typeof operand === 'string') {
    if (order === 'eq') return textTest(value, (text) => sql`${text} = ${operand}::text`);
    return textTest(value, (text) => compareSql(sql`${text} collate "C"`, order, sql`${operand}::text`));
  }
  if (typeof operand === 'boolean') return type === 'boolean' ? sql`${value.sql} = ${operand}::boolean` : FALSE;
  const number = numberOf(value);
  if (!number) return FALSE;
  const exact = type === 'integer' && Number.isSafeInteger(operand);
  return compareSql(number, order, exact ? sql`${String(operand)}::bigint` : sql`${String(operand)}::numeric`);
}

function compareSql(left: Sql, order: Order, right: Sql): Sql {
  switch (order) {
    case 'eq':
      return sql`${left} = ${right}`;
    case 'gt':
      return sql`${left} > ${right}`;
    case 'gte':
      return sql`${left} >= ${right}`;
    case 'lt':
      return sql`${left} < ${right}`;
    case 'lte':
      return sql`${left} <= ${right}`;
  }
}

/** Instants compare by the millisecond: the microseconds that PostgreSQL may hold beyond it make no difference. */
function temporalOrder(instant: Sql, order: Order, operand: string, now: Instant): Sql {
  const bound = ruleMoment(operand, now);
  if (bound === undefined) return FALSE;
  const at = instantSql(bound);
  const next = instantSql(bound + 1);
  switch (order) {
    case 'eq':
      return sql`(${instant} >= ${at} and ${instant} < ${next})`;
    case 'gt':
      return sql`${instant} >= ${next}`;
    case 'gte':
      return sql`${instant} >= ${at}`;
    case 'lt':
      return sql`${instant} < ${at}`;
    case 'lte':
      return sql`${instant} < ${next}`;
  }
}

function inSql(value: Value, list: readonly Scalar[], now: Instant): Sql {
  if (value.type === 'json') {
    return jsonIn(value, list);
  }
  if (value.type === 'text') {
    return sql`${value.sql} = any(${list.filter((item) => typeof item === 'string')}::text[])`;
  }
  return sql`(${join(
    list.map((item) => orderSql(value, 'eq', item, now)),
    ' or ',
  )})`;
}

/** Texts that no other JSON value is written as: where one of these is found, a text was stored. */
const ONLY_TEXT = /^(?!true$|false$)[^\d\-[{]/;

/** Whether a json value is one of the list, by value and by type. */
function jsonIn({ sql: json, asText }: Value, list: readonly Scalar[]): Sql {
  const texts = list.filter((item) => typeof item === 'string');
  if (!asText || texts.length < list.length) {
    const [only] = list;
    if (list.length === 1) return sql`${json} = ${JSON.stringify(only)}::jsonb`;
    return sql`${json} = any(${list.map((item) => JSON.stringify(item))}::jsonb[])`;
  }
  const [only] = texts;
  const found = texts.length === 1 ? sql`${asText} = ${only}::text` : sql`${asText} = any(${texts}::text[])`;
  return texts.every((text) => ONLY_TEXT.test(text)) ? found : sql`(${found} and jsonb_typeof(${json}) = 'string')`;
}

/** Never null itself, so that `empty: false` can be its plain opposite. */
function emptySql(value: Value): Sql {
  switch (value.type) {
    case 'json':
      return sql`coalesce(${value.sql}, 'null') in ('null', '""', '[]', '{}')`;
    case 'text':
      return sql`coalesce(${value.sql}, '') = ''`;
    case 'integer':
    case 'decimal':
    case 'boolean':
    case 'date':
    case 'timestamp':
      return sql`(${value.sql} is null)`;
  }
}

function textTest(value: Value, test: (text: Sql) => Sql): Sql {
  const text = textOf(value);
  return text ? test(text) : FALSE;
}

/** The text that a value is, null for values of other types; undefined when the type can never be text. */
function textOf(value: Value): Sql | undefined {
  if (value.type === 'text') return value.sql;
  // The case keeps PostgreSQL from looking into a value before its type is known.
  if (value.type === 'json')
    return sql`(case when jsonb_typeof(${value.sql}) = 'string' then ${value.sql} #>> '{}' end)`;
  return undefined;
}

export function numberOf(value: Value): Sql | undefined {
  if (value.type === 'integer' || value.type === 'decimal') return value.sql;
  if (value.type === 'json')
    return sql`(case when jsonb_typeof(${value.sql}) = 'number' then (${value.sql})::numeric end)`;
  return undefined;
}

export function instantOf(value: Value): Sql | undefined {
  if (isTemporal(value.type)) return value.sql;
  const text = textOf(value);
  return text && sql`moment_of(${text})`;
}

/** What `distinct` counts: scalars only. */
export function scalarOf(value: Value): Sql {
  if (value.type !== 'json') return value.sql;
  return sql`(case when jsonb_typeof(${value.sql}) in ('string', 'number', 'boolean') then ${value.sql} end)`;
}

/** The value at a path inside of a json expression. */
export function insideJson(json: Sql, path: readonly string[]): Value {
  const [only, ...more] = path;
  // `->` takes every text for the key of an object; `#>` finds elements of lists as well.
  if (only !== undefined && more.length === 0 && !ELEMENT_NUMBER.test(only)) {
    return { sql: sql`(${json} -> ${only}::text)`, asText: sql`(${json} ->> ${only}::text)`, type: 'json' };
  }
  const steps = sql`${[...path]}::text[]`;
  return { sql: sql`(${json} #> ${steps})`, asText: sql`(${json} #>> ${steps})`, type: 'json' };
}
