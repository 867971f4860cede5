import { Drop, toValue, toValueSync } from 'liquidjs';

const DECIMALS = Array.from({ length: 100 }, (_, hundredths) => String(hundredths / 100).slice(1));
/** Up to here a number has few enough digits that two decimals which give the same number are the same decimals. */
const SHORT_NUMBER = 1e7;

/** The text that JavaScript gives a number; quickly for counts and prices. */
export function numberText(value: number): string {
  if (value >= 0 && value < SHORT_NUMBER) {
    const hundredths = Math.round(value * 100);
    if (hundredths / 100 === value) {
      const whole = Math.floor(hundredths / 100);
      return whole + (DECIMALS[hundredths - whole * 100] ?? '');
    }
  }
  return String(value);
}

/** How Liquid writes a value; the same text as liquidjs gives. */
export function stringify(given: unknown): string {
  if (typeof given === 'string') return given;
  if (typeof given === 'number') return numberText(given);
  const value = toValue(given);
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(stringify).join('');
  return String(value);
}

export function isTruthy(given: unknown): boolean {
  if (typeof given !== 'object') return given !== false && given !== undefined;
  const value = toValue(given);
  return value !== false && value !== undefined && value !== null;
}

/** What a `for` goes over: lists, a text as one item, the pairs of an object. */
export function toEnumerable(given: unknown): readonly unknown[] {
  const value = toValue(given);
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return value.length > 0 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>);
  return Object.entries(value);
}

type Comparison = (other: unknown) => unknown;
type Comparable = Record<'equals' | 'gt' | 'geq' | 'lt' | 'leq', Comparison>;

/** `nil`, `empty` and `blank` decide themselves what they equal. */
function isComparable(value: unknown): value is Comparable {
  return value instanceof Drop && 'equals' in value && 'gt' in value;
}

export function equals(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' && typeof right !== 'object') return left === right;
  if (isComparable(left)) return Boolean(toValueSync(left.equals(right) as Generator));
  if (isComparable(right)) return Boolean(toValueSync(right.equals(left) as Generator));
  const a = toValue(left);
  const b = toValue(right);
  if (!Array.isArray(a)) return a === b;
  return Array.isArray(b) && a.length === b.length && a.every((item, index) => equals(item, b[index]));
}

type Order = '<' | '<=' | '>' | '>=';
const METHODS = { '<': 'lt', '<=': 'leq', '>': 'gt', '>=': 'geq' } as const;
const MIRRORED = { '<': 'gt', '<=': 'geq', '>': 'lt', '>=': 'leq' } as const;

export function ordered(order: Order, left: unknown, right: unknown): boolean {
  if (typeof left !== 'number' || typeof right !== 'number') {
    if (isComparable(left)) return Boolean(left[METHODS[order]](right));
    if (isComparable(right)) return Boolean(right[MIRRORED[order]](left));
  }
  // Liquid compares as JavaScript does, whatever the types.
  const a = toValue(left) as number;
  const b = toValue(right) as number;
  switch (order) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

export function contains(left: unknown, right: unknown): boolean {
  const value = toValue(left);
  if (Array.isArray(value)) return value.some((item) => equals(item, right));
  if (typeof value === 'string') return value.indexOf(toValue(right) as string) > -1;
  return false;
}

/** The variable `forloop` (and `tablerowloop`, which knows its columns). */
export class LoopDrop extends Drop {
  // The field names are what `{{ forloop }}` shows, as in liquidjs.
  i = 0;
  length: number;
  name: string;

  constructor(length: number, collection: string, variable: string) {
    super();
    this.length = length;
    this.name = `${variable}-${collection}`;
  }

  index0() {
    return this.i;
  }
  index() {
    return this.i + 1;
  }
  first() {
    return this.i === 0;
  }
  last() {
    return this.i === this.length - 1;
  }
  rindex() {
    return this.length - this.i;
  }
  rindex0() {
    return this.length - this.i - 1;
  }
  override valueOf(): string {
    return JSON.stringify(this);
  }
}

export class TableRowDrop extends LoopDrop {
  cols: number;

  constructor(length: number, cols: number, collection: string, variable: string) {
    super(length, collection, variable);
    this.cols = cols;
  }

  row() {
    return Math.floor(this.i / this.cols) + 1;
  }
  col0() {
    return this.i % this.cols;
  }
  col() {
    return this.col0() + 1;
  }
  col_first() {
    return this.col0() === 0;
  }
  col_last() {
    return this.col() === this.cols;
  }
}
