import { type Refusal, refuse } from './reject.ts';

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
const PLAIN = /^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?$/;
/** Far beyond any amount, and far below what `numeric` holds. */
const DIGITS_MAX = 1_000;
const NOT_A_NUMBER = refuse('not_a_number');
const OUT_OF_RANGE = refuse('out_of_range');

/** The exact decimal in plain notation (`1e3` is `1000`, `.5` is `0.5`): what `numeric` and JSON both take. */
export function plainDecimal(text: string): string | Refusal {
  if (PLAIN.test(text)) return text;
  const match = DECIMAL.exec(text);
  if (!match) return NOT_A_NUMBER;
  const [, sign = '', whole = '', fraction = '', exponent] = match;
  if (whole === '' && fraction === '') return NOT_A_NUMBER;
  const shift = Number(exponent ?? 0);
  if (whole.length + fraction.length + Math.abs(shift) > DIGITS_MAX) return OUT_OF_RANGE;
  return place(sign === '-', whole + fraction, fraction.length - shift);
}

/**
 * Whether a number is the same to whoever reads it from JSON, which has doubles: it is what the nearest of them prints. SQL would see
 * one number otherwise, and a rule over facts another.
 */
export function isDouble(text: string): boolean {
  // Fifteen digits come back as they were.
  if (text.length <= 15) return true;
  const [own, held] = [plainDecimal(text), plainDecimal(String(Number(text)))];
  return typeof own === 'string' && typeof held === 'string' && shortest(own) === shortest(held);
}

function shortest(plain: string): string {
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}

/** The exact product of decimals in plain notation. */
export function multiplyDecimals(factors: readonly string[]): string {
  let digits = 1n;
  let scale = 0;
  for (const factor of factors) {
    const point = factor.indexOf('.');
    digits *= BigInt(point === -1 ? factor : factor.slice(0, point) + factor.slice(point + 1));
    scale += point === -1 ? 0 : factor.length - point - 1;
  }
  const negative = digits < 0n;
  return place(negative, (negative ? -digits : digits).toString(), scale);
}

/** Writes digits with the decimal point `scale` places from their end. */
function place(negative: boolean, digits: string, scale: number): string {
  const padded = scale < 0 ? digits + '0'.repeat(-scale) : digits.padStart(scale + 1, '0');
  const cut = padded.length - Math.max(scale, 0);
  const whole = padded.slice(0, cut).replace(/^0+(?=\d)/, '');
  const plain = cut < padded.length ? `${whole}.${padded.slice(cut)}` : whole;
  return negative && /[1-9]/.test(plain) ? `-${plain}` : plain;
}
