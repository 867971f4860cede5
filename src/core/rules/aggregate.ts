import type { ColumnType } from '../data/index.ts';
import type { Instant } from '../kernel/index.ts';
import { compileComparison, distinctKey, instantOf, numberIn, sumOf, type ValueTest } from './compare.ts';
import { AGGREGATE_KINDS, type AggregateKind, type Aggregates, type Comparison, comparisonOf } from './comparison.ts';
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimalOf,
  decimalText,
  divideForReading,
  multiplyDecimals,
  plainSum,
} from './decimal.ts';
import { instantText } from './moment.ts';

/** The items that an aggregate looks at, in order of time: how to read a value of one, and its type. */
export type Items = {
  readonly count: number;
  /** The values at a path, one per item. */
  values(path: string): readonly unknown[];
  typeOf(path: string): ColumnType;
  /** When each happened; empty for rows, which have no time of their own. */
  readonly times: readonly Instant[];
  /** What was added up before of items that are not listed: sums and averages start from it. */
  readonly before?: Total;
};

/** Numbers added up. */
export type Total = { readonly sum: Decimal; readonly count: number };

export const NO_ITEMS: Items = { count: 0, values: () => [], typeOf: () => 'json', times: [] };

export type AggregateTest = (items: Items, now: Instant) => boolean;

/** What a condition without an aggregate asks: at least one. */
export const AT_LEAST_ONE: Aggregates = { count: { gte: 1 } };

/** The aggregates that a condition names; at least one item when it names none. */
export function aggregatesOf(condition: object): Aggregates {
  const named = Object.entries(condition).filter(([key]) => (AGGREGATE_KINDS as readonly string[]).includes(key));
  return named.length === 0 ? AT_LEAST_ONE : (Object.fromEntries(named) as Aggregates);
}

/** True when nothing but the existence of one item is asked. */
export function asksExistence(aggregates: Aggregates): boolean {
  const { count } = aggregates;
  return Object.keys(aggregates).length === 1 && count?.gte === 1 && Object.keys(count).length === 1;
}

/** Whether a person without any item passes: such a condition is about the others, who are then excluded. */
export function holdsForNone(aggregates: Aggregates, now: Instant): boolean {
  return compileAggregates(aggregates)(NO_ITEMS, now);
}

export function compileAggregates(aggregates: Aggregates): AggregateTest {
  const tests = AGGREGATE_KINDS.flatMap((kind) => (aggregates[kind] ? [compileAggregate(kind, aggregates)] : []));
  return (items, now) => tests.every((test) => test(items, now));
}

function compileAggregate(kind: AggregateKind, aggregates: Aggregates): AggregateTest {
  const setting = aggregates[kind] as Comparison & { of?: string };
  const comparison = comparisonOf(setting);
  const path = setting.of ?? '';
  const number = compileComparison(comparison, 'decimal');
  switch (kind) {
    case 'count':
      return (items, now) => number(items.count, now);
    case 'sum':
      return (items, now) => number(sumFor(items, path), now);
    case 'average':
      return compileAverage(comparison, path);
    case 'distinct':
      return (items, now) => number(distinctCount(items, path), now);
    case 'min':
    case 'max':
      return compileExtreme(kind, comparison, path, number);
    case 'first':
    case 'last':
      return compileEdge(kind, comparison, setting.of);
  }
}

/** Compares sums with `operand * count` instead of dividing, so that the answer is exact. */
function compileAverage(comparison: Comparison, path: string): AggregateTest {
  return (items) => {
    const total = totalOf(items, path);
    const count: Decimal = { digits: BigInt(total.count), scale: 0 };
    const times = (value: unknown) => multiplyDecimals(decimalOf(value) ?? count, count);
    return Object.entries(comparison).every(([operator, operand]) => {
      if (total.count === 0) return operator === 'ne';
      const against = (bound: unknown) => compareDecimals(total.sum, times(bound));
      switch (operator) {
        case 'eq':
          return against(operand) === 0;
        case 'ne':
          return against(operand) !== 0;
        case 'gt':
          return against(operand) > 0;
        case 'gte':
          return against(operand) >= 0;
        case 'lt':
          return against(operand) < 0;
        case 'lte':
          return against(operand) <= 0;
        default: {
          const [from, to] = operand as readonly [number, number];
          return against(from) >= 0 && against(to) <= 0;
        }
      }
    });
  };
}

function compileExtreme(kind: 'min' | 'max', comparison: Comparison, path: string, number: ValueTest): AggregateTest {
  if (!comparesMoments(comparison)) {
    return (items, now) => {
      const best = extremeNumber(kind, numbersAt(items, path));
      return number(best && decimalText(best), now);
    };
  }
  const moment = compileComparison(comparison, 'timestamp');
  return (items, now) => moment(extremeInstant(kind, instantsAt(items, path)), now);
}

function compileEdge(kind: 'first' | 'last', comparison: Comparison, path: string | undefined): AggregateTest {
  const test = compileComparison(comparison, path === undefined ? 'timestamp' : 'json');
  return (items, now) => test(edgeValue(kind, items, path), now);
}

function edgeValue(kind: 'first' | 'last', items: Items, path: string | undefined): unknown {
  const values = path === undefined ? items.times : items.values(path);
  return kind === 'first' ? values[0] : values.at(-1);
}

/** The value of an aggregate that its comparison may hold against the clock, and its type; undefined for the others. */
export function aggregateMoment(
  kind: AggregateKind,
  aggregates: Aggregates,
): { readonly type: ColumnType; valueOf(items: Items): unknown } | undefined {
  const setting = aggregates[kind] as (Comparison & { of?: string }) | undefined;
  if (setting === undefined) return undefined;
  if (kind === 'first' || kind === 'last') {
    const type = setting.of === undefined ? 'timestamp' : 'json';
    return { type, valueOf: (items) => edgeValue(kind, items, setting.of) };
  }
  if ((kind !== 'min' && kind !== 'max') || !comparesMoments(comparisonOf(setting))) return undefined;
  return { type: 'timestamp', valueOf: (items) => extremeInstant(kind, instantsAt(items, setting.of ?? '')) };
}

/** Whether the comparison of a `min` or `max` is one of moments rather than of numbers. */
export function comparesMoments(comparison: Comparison): boolean {
  return ['within', 'not_within', 'before', 'after'].some((operator) => operator in comparison);
}

/** What an aggregate came to, for people to read; undefined when there was nothing to take it of. */
export function aggregateText(kind: AggregateKind, aggregates: Aggregates, items: Items): string | undefined {
  const setting = aggregates[kind] as Comparison & { of?: string };
  const path = setting.of ?? '';
  switch (kind) {
    case 'count':
      return String(items.count);
    case 'sum':
      return decimalText(totalOf(items, path).sum);
    case 'average': {
      const { sum, count } = totalOf(items, path);
      return count === 0 ? undefined : divideForReading(sum, count);
    }
    case 'distinct':
      return String(distinctCount(items, path));
    case 'min':
    case 'max': {
      if (comparesMoments(comparisonOf(setting))) {
        const instant = extremeInstant(kind, instantsAt(items, path));
        return instant === undefined ? undefined : instantText(instant);
      }
      const number = extremeNumber(kind, numbersAt(items, path));
      return number && decimalText(number);
    }
    case 'first':
    case 'last': {
      const value = edgeValue(kind, items, setting.of);
      const text = setting.of === undefined && typeof value === 'number' ? instantText(value) : value;
      return text === undefined ? undefined : JSON.stringify(text);
    }
  }
}

/** A sum as comparisons read it. */
function sumFor(items: Items, path: string): number | string {
  const isPlain = items.before === undefined && items.typeOf(path) === 'json';
  const sum = isPlain ? plainSum(items.values(path)) : undefined;
  return sum ?? decimalText(totalOf(items, path).sum);
}

function totalOf(items: Items, path: string): Total {
  const numbers = numbersAt(items, path);
  const sum = sumOf(numbers);
  if (items.before === undefined) return { sum, count: numbers.length };
  return { sum: addDecimals(items.before.sum, sum), count: items.before.count + numbers.length };
}

function numbersAt(items: Items, path: string): Decimal[] {
  const type = items.typeOf(path);
  return items.values(path).flatMap((value) => numberIn(value, type) ?? []);
}

function instantsAt(items: Items, path: string): Instant[] {
  const type = items.typeOf(path);
  return items.values(path).flatMap((value) => instantOf(value, type) ?? []);
}

function distinctCount(items: Items, path: string): number {
  const type = items.typeOf(path);
  return new Set(items.values(path).flatMap((value) => distinctKey(value, type) ?? [])).size;
}

function extremeNumber(kind: 'min' | 'max', numbers: readonly Decimal[]): Decimal | undefined {
  const sign = kind === 'min' ? -1 : 1;
  return numbers.reduce<Decimal | undefined>(
    (best, number) => (best === undefined || compareDecimals(number, best) * sign > 0 ? number : best),
    undefined,
  );
}

function extremeInstant(kind: 'min' | 'max', instants: readonly Instant[]): Instant | undefined {
  if (instants.length === 0) return undefined;
  return instants.reduce((best, instant) => (kind === 'min' ? Math.min(best, instant) : Math.max(best, instant)));
}
