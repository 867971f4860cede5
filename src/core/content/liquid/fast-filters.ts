import { toValue } from 'liquidjs';
import { stringify } from './values.ts';

/**
 * The usual case of a filter, done at once; undefined: not the usual case, ask liquidjs's own filter. `count` arguments were written.
 * A test compares each with liquidjs's own for any input.
 */
export type ShortWay = (value: unknown, first: unknown, second: unknown, count: number) => unknown;

/** The filters that personalised mail uses most. */
export const SHORT_WAYS: ReadonlyMap<string, ShortWay> = new Map<string, ShortWay>([
  ['append', (value, first, _, count) => (count === 1 && typeof value === 'string' ? joined(value, first) : undefined)],
  ['capitalize', (value) => (isShort(value) ? capitalized(value) : undefined)],
  ['default', (value, _first, _second, count) => defaulted(value, count)],
  ['divided_by', (a, b, _, count) => (count === 1 && isNumbers(a, b) ? a / Number(b) : undefined)],
  ['downcase', (value) => (isShort(value) ? value.toLowerCase() : undefined)],
  ['minus', (a, b) => (isNumbers(a, b) ? a - Number(b) : undefined)],
  ['plus', (a, b) => (isNumbers(a, b) ? a + Number(b) : undefined)],
  ['times', (a, b) => (isNumbers(a, b) ? a * Number(b) : undefined)],
  ['round', (value, first, _, count) => round(value, count === 0 ? 0 : first)],
  [
    'truncate',
    (value, first, second, count) => (count === 1 ? truncate(value, first, DOTS) : truncate(value, first, second)),
  ],
  ['upcase', (value) => (isShort(value) ? value.toUpperCase() : undefined)],
  ['url_encode', urlEncoded],
]);

/** Long texts are left to liquidjs, which bounds what one rendering may produce. */
const SHORT_TEXT = 200;

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= SHORT_TEXT;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

function joined(value: string, given: unknown): string | undefined {
  const tail = stringify(given);
  return value.length + tail.length <= SHORT_TEXT ? value + tail : undefined;
}

function defaulted(value: unknown, count: number): unknown {
  const plain = typeof value === 'string' ? value : toValue(value);
  if (typeof plain === 'string') return plain.length > 0 ? plain : undefined;
  return typeof plain === 'number' && count < 2 ? plain : undefined;
}

function isNumbers(left: unknown, right: unknown): left is number {
  return typeof left === 'number' && typeof right === 'number' && !Number.isNaN(left) && !Number.isNaN(right);
}

/** Beyond, numbers are written with an exponent, or products lose the digits that decide. */
const ROUND_SIZE_MAX = 1e6;
const ROUND_DIGITS_MAX = 4;

function round(value: unknown, digits: unknown): number | undefined {
  if (typeof value !== 'number' || typeof digits !== 'number') return undefined;
  if (!Number.isInteger(digits) || digits < 0 || digits > ROUND_DIGITS_MAX) return undefined;
  const size = Math.abs(value);
  if (!(size < ROUND_SIZE_MAX)) return undefined;
  const power = 10 ** digits;
  const scaled = size * power;
  // liquidjs rounds the decimal digits (1.005 to 1.01); near a half the product does not say which way they go.
  if (Math.abs(scaled - Math.floor(scaled) - 0.5) < 1e-4) return undefined;
  const rounded = Math.round(scaled) / power;
  return value < 0 ? -rounded : rounded;
}

/** How `url_encode` writes each character of ASCII; empty: as it is. */
const URL_PIECES = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  const encoded = encodeURIComponent(character);
  if (code === 32) return '+';
  return encoded === character ? '' : encoded;
});
const SURROGATE = /[\ud800-\udfff]/;

function urlEncoded(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  let encoded = '';
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    const piece = URL_PIECES[value.charCodeAt(at)];
    if (piece === '') continue;
    if (piece === undefined) return encodeURIComponent(value).replaceAll('%20', '+');
    encoded += value.slice(from, at) + piece;
    from = at + 1;
  }
  return from === 0 ? value : encoded + value.slice(from);
}

export const DOTS = '...';

/** What stays of a text that `truncate: length` shortens, before the dots; undefined: not the usual case. */
export function cutText(value: unknown, length: number): string | undefined {
  if (typeof value !== 'string' || value.length <= length || value.length > SHORT_TEXT) return undefined;
  // A pair of surrogates counts as one character.
  if (!Number.isInteger(length) || length < DOTS.length || SURROGATE.test(value)) return undefined;
  return value.slice(0, length - DOTS.length);
}

function truncate(text: unknown, length: unknown, ellipsis: unknown): string | undefined {
  if (typeof text !== 'string' || typeof length !== 'number' || typeof ellipsis !== 'string') return undefined;
  if (text.length <= length) return text;
  if (text.length > SHORT_TEXT || !Number.isInteger(length) || length < 0) return undefined;
  // A pair of surrogates counts as one character.
  if (SURROGATE.test(text)) return undefined;
  return text.slice(0, Math.max(length - ellipsis.length, 0)) + ellipsis;
}
