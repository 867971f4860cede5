import { civilFromDays, daysFromCivil, type Instant } from '../../kernel/index.ts';

/** A moment as a calendar shows it in one zone. Months from 1, Sunday is 0. */
export type CivilTime = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
};

const DAY_MS = 86_400_000;

/** The calendar and clock of an instant, `offsetMs` ahead of UTC. */
export function civilTime(instant: Instant, offsetMs = 0): CivilTime {
  const local = instant + offsetMs;
  const days = Math.floor(local / DAY_MS);
  const ofDay = local - days * DAY_MS;
  return {
    ...civilFromDays(days),
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(ofDay / 3_600_000),
    minute: Math.floor(ofDay / 60_000) % 60,
    second: Math.floor(ofDay / 1_000) % 60,
    millisecond: Math.floor(ofDay) % 1_000,
  };
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/** Reads ISO 8601 text, also as PostgreSQL prints it; without a zone it is UTC. `dateOnly`: it names a day, not a moment. */
export function parseIso(text: string): { readonly instant: Instant; readonly dateOnly: boolean } | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const milliseconds = Math.floor(Number(`0.${fraction || '0'}`) * 1_000);
  const instant =
    daysFromCivil(Number(year), Number(month), Number(day)) * DAY_MS +
    Number(hour) * 3_600_000 +
    Number(minute) * 60_000 +
    Number(second) * 1_000 +
    milliseconds -
    zoneMs(zone);
  return { instant, dateOnly: match[4] === undefined };
}

function zoneMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const ms = Number(digits.slice(0, 2)) * 3_600_000 + Number(digits.slice(2) || '0') * 60_000;
  return zone.startsWith('-') ? -ms : ms;
}
