import { type Liquid, filters as liquidFilters, toValue } from 'liquidjs';
import { stringify } from './values.ts';

type Handler = (this: unknown, value: unknown, ...args: unknown[]) => unknown;

/**
 * The filters that personalised mail uses most, with a short way for the usual case; every other case goes to liquidjs's own.
 * A test compares both for any input.
 */
export function installFastFilters(liquid: Liquid): void {
  for (const [name, short] of Object.entries(SHORT_WAYS)) {
    const whole = liquidFilters[name] as Handler;
    liquid.registerFilter(name, function (this: unknown, value: unknown, ...args: unknown[]) {
      const result = short(value, args);
      return result === undefined ? whole.apply(this, [value, ...args]) : result;
    });
  }
}

/** Undefined: not the usual case. */
type ShortWay = (value: unknown, args: readonly unknown[]) => unknown;

const SHORT_WAYS: Readonly<Record<string, ShortWay>> = {
  round: (value, [digits = 0]) =>
    typeof value === 'number' && typeof digits === 'number' ? round(value, digits) : undefined,
  url_encode: (value) => (typeof value === 'string' && isUnreserved(value) ? value : undefined),
  truncate: (value, [length = 50, ellipsis = '...']) =>
    typeof value === 'string' && typeof length === 'number' && typeof ellipsis === 'string'
      ? truncate(value, length, ellipsis)
      : undefined,
  default(value, args) {
    const plain = toValue(value);
    if (typeof plain === 'string') return plain.length > 0 ? plain : undefined;
    return typeof plain === 'number' && args.length < 2 ? plain : undefined;
  },
  append: (value, args) => (args.length === 1 && typeof value === 'string' ? joined(value, args[0]) : undefined),
};

/** Long texts are counted by liquidjs's own filter, which bounds what one rendering may produce. */
const SHORT_TEXT = 200;

function joined(value: string, given: unknown): string | undefined {
  const tail = stringify(given);
  return value.length + tail.length <= SHORT_TEXT ? value + tail : undefined;
}

function round(value: number, digits: number): number | undefined {
  if (Number.isSafeInteger(value) && digits >= 0) return value;
  if (!Number.isInteger(digits) || digits < 0 || digits > 15) return undefined;
  const size = Math.abs(value);
  // Outside, numbers are written with an exponent.
  if (!(size >= 1e-6 && size < 1e6)) return undefined;
  // By its decimal digits: 1.005 times 100 is 100.49999999999999.
  const rounded = Math.round(Number(`${size}e${digits}`)) / 10 ** digits;
  return value < 0 ? -rounded : rounded;
}

function isUnreserved(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const letter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
    if (!letter && !(code >= 48 && code <= 57) && code !== 45 && code !== 46 && code !== 95 && code !== 126)
      return false;
  }
  return true;
}

function truncate(text: string, length: number, ellipsis: string): string | undefined {
  if (text.length <= length) return text;
  if (text.length > SHORT_TEXT || !Number.isInteger(length) || length < 0) return undefined;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Pairs of surrogates count as one character.
    if (code >= 0xd800 && code <= 0xdfff) return undefined;
  }
  return text.slice(0, Math.max(length - ellipsis.length, 0)) + ellipsis;
}
