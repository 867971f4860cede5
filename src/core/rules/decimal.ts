/** A decimal number kept exactly: `digits / 10^scale`. */
export type Decimal = { readonly digits: bigint; readonly scale: number };

export const ZERO: Decimal = { digits: 0n, scale: 0 };

const SCALE_MAX = 20_000;
const NOTATION = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Reads a JSON number or the text of a PostgreSQL numeric; undefined for anything else (NaN and infinities included). */
export function decimalOf(value: unknown): Decimal | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { digits: BigInt(value), scale: 0 };
  const match = NOTATION.exec(String(value));
  if (!match) return undefined;
  const fraction = match[3] ?? '';
  const scale = fraction.length - Number(match[4] ?? 0);
  if (Math.abs(scale) > SCALE_MAX) return undefined;
  const digits = BigInt(`${match[1] === '-' ? '-' : ''}${match[2]}${fraction}`);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

const UNITS = 10_000;
const SCALED_MAX = 1e15;

/**
 * How many ten-thousandths a number is, when that is a whole number below 1e15: up to fifteen digits a double prints the very decimal
 * that it stands for, so that this is exact. Undefined for any other value.
 */
export function scaledNumber(value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined;
  const scaled = Math.round(value * UNITS);
  return Math.abs(scaled) < SCALED_MAX && scaled / UNITS === value ? scaled : undefined;
}

/** The sum of the numbers among values of JSON, where whole ten-thousandths give it exactly; undefined where they do not. */
export function plainSum(values: readonly unknown[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (typeof value !== 'number') continue;
    const scaled = scaledNumber(value);
    if (scaled === undefined) return undefined;
    sum += scaled;
    if (Math.abs(sum) >= SCALED_MAX) return undefined;
  }
  return sum / UNITS;
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: scaled(a, scale) + scaled(b, scale), scale };
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

/** Negative, zero or positive, as for a sort. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = scaled(a, scale) - scaled(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Plain notation without trailing zeros: equal numbers have equal texts. */
export function decimalText(value: Decimal): string {
  const negative = value.digits < 0n;
  const digits = String(negative ? -value.digits : value.digits).padStart(value.scale + 1, '0');
  const whole = digits.slice(0, digits.length - value.scale);
  const fraction = digits.slice(digits.length - value.scale).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

/** A quotient for people to read, rounded to four decimals. */
export function divideForReading(a: Decimal, b: number): string {
  return String(Math.round((Number(decimalText(a)) / b) * 10_000) / 10_000);
}

function scaled(value: Decimal, scale: number): bigint {
  return value.digits * 10n ** BigInt(scale - value.scale);
}
