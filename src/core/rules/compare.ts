import type { ColumnType } from '../data/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { Comparison, Operator, Scalar } from './comparison.ts';
import { addDecimals, compareDecimals, type Decimal, decimalOf, decimalText } from './decimal.ts';
import { anniversaryDays, momentOf, monthDayOf, ruleDuration, ruleMoment } from './moment.ts';
import { compareTexts, compileLike } from './text.ts';

/** True or false of one value; a missing value and one of another type pass no operator but the negated ones. */
export type ValueTest = (value: unknown, now: Instant) => boolean;

/** Each negated operator says the opposite of another one, for missing values too. */
export const NEGATED = {
  ne: 'eq',
  not_in: 'in',
  not_starts_with: 'starts_with',
  not_contains: 'contains',
  not_like: 'like',
  not_within: 'within',
} as const satisfies Partial<Record<Operator, Operator>>;

/** The test that all operators of the comparison pass, for values of a declared type or, as `json`, of whatever type they have. */
export function compileComparison(comparison: Comparison, type: ColumnType): ValueTest {
  const tests = (Object.entries(comparison) as [Operator, never][]).map(([operator, operand]) =>
    compileOperator(operator, operand, type),
  );
  const [only] = tests;
  if (only && tests.length === 1) return only;
  return (value, now) => tests.every((test) => test(value, now));
}

function compileOperator(operator: Operator, operand: never, type: ColumnType): ValueTest {
  if (operator in NEGATED) {
    const positive = compileOperator(NEGATED[operator as keyof typeof NEGATED], operand, type);
    return (value, now) => !positive(value, now);
  }
  switch (operator) {
    case 'eq':
      return ordered(operand, type, (order) => order === 0);
    case 'gt':
      return ordered(operand, type, (order) => order > 0);
    case 'gte':
      return ordered(operand, type, (order) => order >= 0);
    case 'lt':
      return ordered(operand, type, (order) => order < 0);
    case 'lte':
      return ordered(operand, type, (order) => order <= 0);
    case 'between': {
      const from = ordered(operand[0], type, (order) => order >= 0);
      const to = ordered(operand[1], type, (order) => order <= 0);
      return (value, now) => from(value, now) && to(value, now);
    }
    case 'in':
      return compileIn(operand, type);
    case 'empty':
      return (value) => isEmpty(value) === operand;
    case 'starts_with':
      return textTest(type, (text) => text.startsWith(operand));
    case 'contains':
      return textTest(type, (text) => text.includes(operand));
    case 'like': {
      const matches = compileLike(operand);
      return textTest(type, matches);
    }
    default:
      return compileMoment(operator, operand, type);
  }
}

function compileMoment(operator: Operator, operand: string, type: ColumnType): ValueTest {
  const test = momentTest(operator, operand);
  return (value, now) => {
    const instant = instantOf(value, type);
    return instant !== undefined && test(instant, now);
  };
}

function momentTest(operator: Operator, operand: string): (instant: Instant, now: Instant) => boolean {
  switch (operator) {
    case 'within': {
      const duration = ruleDuration(operand) ?? 0;
      return (instant, now) => instant >= now - duration && instant <= now;
    }
    case 'before':
      return (instant, now) => instant < (ruleMoment(operand, now) ?? Number.NEGATIVE_INFINITY);
    case 'after':
      return (instant, now) => instant > (ruleMoment(operand, now) ?? Number.POSITIVE_INFINITY);
    case 'anniversary': {
      const ahead = ruleDuration(operand) ?? 0;
      return (instant, now) => anniversaryDays(ahead, now).includes(monthDayOf(instant));
    }
    default:
      return () => false;
  }
}

function compileIn(list: readonly Scalar[], type: ColumnType): ValueTest {
  const texts = new Set(list.filter((item) => typeof item === 'string'));
  // The common case, a list of texts, is one look-up.
  if (texts.size === list.length && (type === 'text' || type === 'json')) {
    return (value) => typeof value === 'string' && texts.has(value);
  }
  const tests = list.map((item) => ordered(item, type, (order) => order === 0));
  return (value, now) => tests.some((test) => test(value, now));
}

/** A test of how a value stands to the operand: negative, zero or positive; false when the two cannot be compared. */
function ordered(operand: Scalar, type: ColumnType, accepts: (order: number) => boolean): ValueTest {
  if (isTemporal(type)) {
    if (typeof operand !== 'string') return () => false;
    return (value, now) => {
      const instant = instantOf(value, type);
      const bound = ruleMoment(operand, now);
      return instant !== undefined && bound !== undefined && accepts(instant - bound);
    };
  }
  if (typeof operand === 'string') return textTest(type, (text) => accepts(compareTexts(text, operand)));
  if (typeof operand === 'boolean') {
    if (type !== 'boolean' && type !== 'json') return () => false;
    return (value) => typeof value === 'boolean' && accepts(Number(value) - Number(operand));
  }
  const bound = decimalOf(operand);
  const isNumeric = type === 'json' || type === 'integer' || type === 'decimal';
  return (value) => {
    // Two doubles stand to each other as the decimals that they print.
    if (isNumeric && bound !== undefined && typeof value === 'number' && Number.isFinite(value)) {
      return accepts(value < operand ? -1 : value > operand ? 1 : 0);
    }
    const number = numberIn(value, type);
    return bound !== undefined && number !== undefined && accepts(compareDecimals(number, bound));
  };
}

function textTest(type: ColumnType, accepts: (text: string) => boolean): ValueTest {
  if (type !== 'text' && type !== 'json') return () => false;
  return (value) => typeof value === 'string' && accepts(value);
}

export function isTemporal(type: ColumnType): boolean {
  return type === 'date' || type === 'timestamp';
}

/** The number that a value is, or undefined; the text of a number is one only in a column of numbers. */
export function numberIn(value: unknown, type: ColumnType): Decimal | undefined {
  if (type === 'integer' || type === 'decimal') return decimalOf(value);
  return type === 'json' && typeof value === 'number' ? decimalOf(value) : undefined;
}

/** The instant that a value names, or undefined: dates and texts are read by `momentOf`. */
export function instantOf(value: unknown, type: ColumnType): Instant | undefined {
  if (type === 'timestamp') return typeof value === 'number' ? value : undefined;
  if (type === 'date' || type === 'text' || type === 'json') {
    return typeof value === 'string' ? momentOf(value) : undefined;
  }
  return undefined;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A text that is the same for values that PostgreSQL's `distinct` calls the same; undefined for what is not counted. */
export function distinctKey(value: unknown, type: ColumnType): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && type === 'json') return `number ${value || 0}`;
  const number = numberIn(value, type);
  if (number) return `number ${decimalText(number)}`;
  if (typeof value === 'object' || value === undefined) return undefined;
  return `${typeof value} ${String(value)}`;
}

/** The value at a dotted path of a JSON object, or undefined. Of a list a number names an element, below 0 from its end. */
export function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = elementAt(value, name);
    else if (Object.hasOwn(value, name)) value = (value as Record<string, unknown>)[name];
    else return undefined;
  }
  return value;
}

/** What PostgreSQL's `#>` takes for the number of an element: a list has no other parts, its length not either. */
export const ELEMENT_NUMBER = /^[ \t\n\v\f\r]*[+-]?\d+$/;

function elementAt(list: readonly unknown[], name: string): unknown {
  if (!ELEMENT_NUMBER.test(name)) return undefined;
  const at = Number(name);
  return list[at < 0 ? list.length + at : at];
}

export function sumOf(numbers: readonly Decimal[]): Decimal {
  return numbers.reduce(addDecimals, { digits: 0n, scale: 0 });
}
