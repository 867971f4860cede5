import { civilFromDays } from '../kernel/index.ts';
import { type Refusal, refuse } from './reject.ts';

const NOT_A_DATE = refuse('not_a_date');
const NOT_A_TIMESTAMP = refuse('not_a_timestamp');
const OUT_OF_RANGE = refuse('out_of_range');

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s?(Z|z|[+-]\d{2}(?::?\d{2})?))?)?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Offsets that PostgreSQL takes. */
const OFFSET_HOURS_MAX = 15;

const TOKENS: Record<string, string> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<short>\\d{2})',
  MMM: '(?<name>[A-Za-z]{3,})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  SSS: '(?<fraction>\\d{1,9})',
  A: '(?<half>[AaPp][Mm])',
  Z: '(?<offset>Z|[+-]\\d{2}:?\\d{2})',
};
const TOKEN = /YYYY|YY|MMM|MM|M|DD|D|HH|H|mm|ss|SSS|A|Z/g;

type Moment = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** `HH:MM:SS[.fraction]`, or undefined when the text names a day only. */
  readonly time: string | undefined;
  readonly offset: string | undefined;
};

export type DateReader = (text: string) => Moment | undefined;

/** Reads ISO 8601 (and RFC 3339 with a space); the default. */
export const readIsoDate: DateReader = (text) => {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  return moment({ year: Number(year), month: Number(month), day: Number(day), hour, minute, second, fraction, offset });
};

/**
 * Compiles a format of the tokens `YYYY YY MM M MMM DD D HH H mm ss SSS A Z`, or `unix` / `unix_ms` for seconds or milliseconds since
 * 1970; every other character stands for itself. Undefined when the format names no complete date.
 */
export function compileDateFormat(format: string): DateReader | undefined {
  if (format === 'iso') return readIsoDate;
  if (format === 'unix' || format === 'unix_ms') return unixReader(format === 'unix' ? 1_000 : 1);
  const seen = new Set<string>();
  let at = 0;
  let source = '';
  for (const match of format.matchAll(TOKEN)) {
    source += escapePattern(format.slice(at, match.index)) + (TOKENS[match[0]] ?? '');
    const kind = match[0] === 'MMM' ? 'M' : (match[0][0] ?? '') + (match[0] === 'mm' ? 'm' : '');
    if (seen.has(kind)) return undefined;
    seen.add(kind);
    at = match.index + match[0].length;
  }
  if (!(seen.has('Y') && seen.has('M') && seen.has('D'))) return undefined;
  const pattern = new RegExp(`^${source}${escapePattern(format.slice(at))}$`);
  return (text) => fromGroups(pattern.exec(text)?.groups);
}

function fromGroups(groups: Record<string, string | undefined> | undefined): Moment | undefined {
  if (!groups) return undefined;
  const { name, short, half, hour, minute, second, fraction, offset } = groups;
  const month = name ? MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1 : Number(groups.month);
  // Two digits stand for 1970 to 2069.
  const year = short === undefined ? Number(groups.year) : Number(short) + (Number(short) < 70 ? 2_000 : 1_900);
  if (half && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : hour;
  return moment({
    year,
    month,
    day: Number(groups.day),
    hour: hours === undefined ? undefined : String(hours).padStart(2, '0'),
    minute: minute ?? (hours === undefined ? undefined : '00'),
    second,
    fraction,
    offset,
  });
}

function unixReader(unitMs: number): DateReader {
  return (text) => {
    if (!/^-?\d{1,15}(\.\d{1,9})?$/.test(text)) return undefined;
    return fromMilliseconds(Math.round(Number(text) * unitMs));
  };
}

/** Days and time of a count of milliseconds since 1970. */
function fromMilliseconds(ms: number): Moment | undefined {
  const days = Math.floor(ms / 86_400_000);
  const inDay = ms - days * 86_400_000;
  const { year, month, day } = civilFromDays(days);
  return moment({
    year,
    month,
    day,
    hour: two(Math.floor(inDay / 3_600_000)),
    minute: two(Math.floor(inDay / 60_000) % 60),
    second: two(Math.floor(inDay / 1_000) % 60),
    fraction: String(inDay % 1_000).padStart(3, '0'),
    offset: 'Z',
  });
}

type Parts = { readonly year: number; readonly month: number; readonly day: number } & Readonly<
  Record<'hour' | 'minute' | 'second' | 'fraction' | 'offset', string | undefined>
>;

function moment({ year, month, day, hour, minute, second = '00', fraction, offset }: Parts): Moment | undefined {
  if (!(year >= 1 && year <= 9_999 && month >= 1 && month <= 12 && day >= 1)) return undefined;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (month === 2 && !leap ? 28 : (DAYS[month - 1] ?? 0))) return undefined;
  if (hour === undefined) return { year, month, day, time: undefined, offset: undefined };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (offset !== undefined && offset.length > 1) {
    if (Number(offset.slice(1, 3)) > OFFSET_HOURS_MAX || Number(offset.slice(3).replace(':', '') || 0) > 59)
      return undefined;
  }
  // PostgreSQL keeps microseconds.
  const time = `${hour}:${minute}:${second}${fraction ? `.${fraction.slice(0, 6)}` : ''}`;
  return { year, month, day, time, offset: offset === 'z' ? 'Z' : offset };
}

/** A converter to `YYYY-MM-DD`; the time of a timestamp is dropped. */
export function dateConverter(read: DateReader): (text: string) => string | Refusal {
  return (text) => {
    const parsed = read(text);
    return parsed ? dayOf(parsed) : looksLikeDate(text, NOT_A_DATE);
  };
}

/** A converter to what `timestamptz` takes; a text without an offset is in `zone`. */
export function timestampConverter(read: DateReader, zone: string): (text: string) => string | Refusal {
  const plain = read === readIsoDate;
  return (text) => {
    if (plain && isPlainTimestamp(text)) return `${text} ${zone}`;
    const parsed = read(text);
    if (!parsed) return looksLikeDate(text, NOT_A_TIMESTAMP);
    return `${dayOf(parsed)} ${parsed.time ?? '00:00:00'}${parsed.offset ?? ` ${zone}`}`;
  };
}

/**
 * Whether a text is `YYYY-MM-DD HH:MM:SS`, the form of most files, which is taken as it is. Days after the 28th are left to the thorough
 * reader.
 */
function isPlainTimestamp(text: string): boolean {
  if (text.length !== 19 || text.charCodeAt(10) !== 32) return false;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return false;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (!(year >= 1 && twoDigits(text, 2) >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return false;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
}

/** The number that two digits make; far below zero when they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1_000_000;
}

/** 2023-02-30 has the form of a date and is none: said apart from "abc". */
function looksLikeDate(text: string, otherwise: Refusal): Refusal {
  return ISO.test(text) ? OUT_OF_RANGE : otherwise;
}

function dayOf({ year, month, day }: Moment): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
