import type { Instant } from '../../kernel/index.ts';
import { daysFromCivil } from '../../kernel/index.ts';
import { type CivilTime, civilTime } from './civil.ts';

/** Names and offsets come from Intl, whose formatters are costly to make: they are kept, up to this many. */
const FORMATTERS_MAX = 500;

export type DateFormatter = (instant: Instant, format: string, zone: string, locale: string) => string;

type Calendar = {
  readonly civil: CivilTime;
  readonly instant: Instant;
  readonly offsetMinutes: number;
  readonly zone: string;
  readonly name: (part: 'weekday' | 'month', length: 'long' | 'short') => string;
};

const DIRECTIVE = /%([-_0^#:]*)(\d*)[EO]?(.)/g;

/** Formats instants by strftime patterns, in any zone and language; an unknown zone counts as UTC. */
export function createDateFormatter(): DateFormatter {
  const zones = new Map<string, Intl.DateTimeFormat | undefined>();
  const names = new Map<string, Intl.DateTimeFormat>();

  const offsetOf = (instant: Instant, zone: string): number => {
    if (zone === 'UTC') return 0;
    let formatter = zones.get(zone);
    if (!formatter && !zones.has(zone)) {
      formatter = zoneFormatter(zone);
      remember(zones, zone, formatter);
    }
    return formatter ? offsetMs(formatter, instant) : 0;
  };

  return (instant, format, zone, locale) => {
    const offset = offsetOf(instant, zone);
    const calendar: Calendar = {
      civil: civilTime(instant, offset),
      instant,
      offsetMinutes: offset / 60_000,
      zone,
      name(part, length) {
        const key = `${locale}/${part}/${length}`;
        const kept = names.get(key) ?? nameFormatter(locale, part, length);
        remember(names, key, kept);
        return kept.format(instant + offset);
      },
    };
    return format.replace(DIRECTIVE, (whole, flags: string, width: string, code: string) =>
      directive(calendar, whole, flags, width, code),
    );
  };
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (map.size >= FORMATTERS_MAX) map.clear();
  map.set(key, value);
}

function zoneFormatter(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    // A zone that a person typed wrongly must not cost them the message.
    return undefined;
  }
}

function nameFormatter(locale: string, part: 'weekday' | 'month', length: 'long' | 'short'): Intl.DateTimeFormat {
  const options = { [part]: length, timeZone: 'UTC' } as const;
  try {
    return new Intl.DateTimeFormat(locale.replace('_', '-'), options);
  } catch {
    return new Intl.DateTimeFormat('en', options);
  }
}

function offsetMs(formatter: Intl.DateTimeFormat, instant: Instant): number {
  const fields: Record<string, number> = {};
  for (const part of formatter.formatToParts(instant)) fields[part.type] = Number(part.value);
  const local =
    daysFromCivil(fields.year ?? 1970, fields.month ?? 1, fields.day ?? 1) * 86_400_000 +
    (fields.hour ?? 0) * 3_600_000 +
    (fields.minute ?? 0) * 60_000 +
    (fields.second ?? 0) * 1_000;
  return local - Math.floor(instant / 1_000) * 1_000;
}

type Conversion = {
  readonly text: (calendar: Calendar, flags: string) => string | number;
  readonly width?: number;
  readonly pad?: string;
};

const dayOfYear = ({ civil }: Calendar) =>
  daysFromCivil(civil.year, civil.month, civil.day) - daysFromCivil(civil.year, 1, 1) + 1;
const weekOfYear = (calendar: Calendar, firstDay: number) => {
  const sinceStart = (calendar.civil.weekday - firstDay + 7) % 7;
  return Math.floor((dayOfYear(calendar) - 1 - sinceStart + 7) / 7);
};
const twelve = (hour: number) => hour % 12 || 12;
const two = (value: number) => String(value).padStart(2, '0');

function offsetText({ offsetMinutes }: Calendar, flags: string): string {
  const size = Math.abs(offsetMinutes);
  const colon = flags.includes(':') ? ':' : '';
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${colon}${two(size % 60)}`;
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

const numbers: Record<string, Conversion> = {
  C: { text: (c) => Math.floor(c.civil.year / 100), width: 2 },
  d: { text: (c) => c.civil.day, width: 2 },
  e: { text: (c) => c.civil.day, width: 2, pad: ' ' },
  H: { text: (c) => c.civil.hour, width: 2 },
  I: { text: (c) => twelve(c.civil.hour), width: 2 },
  j: { text: dayOfYear, width: 3 },
  k: { text: (c) => c.civil.hour, width: 2, pad: ' ' },
  l: { text: (c) => twelve(c.civil.hour), width: 2, pad: ' ' },
  L: { text: (c) => c.civil.millisecond, width: 3 },
  m: { text: (c) => c.civil.month, width: 2 },
  M: { text: (c) => c.civil.minute, width: 2 },
  s: { text: (c) => Math.floor(c.instant / 1_000) },
  S: { text: (c) => c.civil.second, width: 2 },
  u: { text: (c) => c.civil.weekday || 7 },
  U: { text: (c) => weekOfYear(c, 0), width: 2 },
  w: { text: (c) => c.civil.weekday },
  W: { text: (c) => weekOfYear(c, 1), width: 2 },
  y: { text: (c) => ((c.civil.year % 100) + 100) % 100, width: 2 },
  Y: { text: (c) => c.civil.year, width: 4 },
};

const words: Record<string, Conversion> = {
  a: { text: (c) => c.name('weekday', 'short'), pad: ' ' },
  A: { text: (c) => c.name('weekday', 'long'), pad: ' ' },
  b: { text: (c) => c.name('month', 'short'), pad: ' ' },
  B: { text: (c) => c.name('month', 'long'), pad: ' ' },
  h: { text: (c) => c.name('month', 'short'), pad: ' ' },
  N: { text: (c) => String(c.civil.millisecond).padStart(3, '0').padEnd(9, '0') },
  p: { text: (c) => (c.civil.hour < 12 ? 'AM' : 'PM'), pad: ' ' },
  P: { text: (c) => (c.civil.hour < 12 ? 'am' : 'pm'), pad: ' ' },
  q: { text: (c) => ordinal(c.civil.day) },
  z: { text: offsetText },
  Z: { text: (c) => c.zone },
  F: { text: (c) => `${c.civil.year}-${two(c.civil.month)}-${two(c.civil.day)}` },
  T: { text: (c) => `${two(c.civil.hour)}:${two(c.civil.minute)}:${two(c.civil.second)}` },
  R: { text: (c) => `${two(c.civil.hour)}:${two(c.civil.minute)}` },
  t: { text: () => '\t' },
  n: { text: () => '\n' },
  '%': { text: () => '%' },
};

/** Widths beyond this are cut, so that a pattern cannot ask for a gigabyte of zeros. */
const WIDTH_MAX = 100;

function directive(calendar: Calendar, whole: string, flags: string, width: string, code: string): string {
  const conversion = numbers[code] ?? words[code];
  if (!conversion) return whole;
  let text = String(conversion.text(calendar, flags));
  if (flags.includes('^')) text = text.toUpperCase();
  else if (flags.includes('#')) text = /[a-z]/.test(text) ? text.toUpperCase() : text.toLowerCase();
  if (flags.includes('-')) return text;
  let pad = conversion.pad ?? '0';
  if (flags.includes('_')) pad = ' ';
  else if (flags.includes('0')) pad = '0';
  return text.padStart(Math.min(Number(width) || (conversion.width ?? 0), WIDTH_MAX), pad);
}
