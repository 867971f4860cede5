import { civilFromDays, type DurationMs, daysFromCivil, type Instant, parseDuration } from '../kernel/index.ts';

export const DAY_MS = 86_400_000;
/** Longer windows and further moments are refused: they are slips, and would leave the range of a database's dates. */
export const DURATION_MAX_MS = 100 * 366 * DAY_MS;

const DATE = /^([1-9]\d{3})-(\d\d)-(\d\d)/;
const TIME = /^[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?$/;
const RELATIVE = /^([+-])(.+)$/;

/**
 * The instant that a text names: a date (`2026-03-01`, its midnight in UTC) or an ISO 8601 date and time (UTC when it names no zone),
 * years 1000 to 9999, cut to the millisecond. Undefined for any other text. The SQL function `moment_of` reads exactly the same texts.
 */
export function momentOf(text: string): Instant | undefined {
  const date = DATE.exec(text);
  if (!date) return undefined;
  const [year, month, day] = date.slice(1).map(Number) as [number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const midnight = daysFromCivil(year, month, day) * DAY_MS;
  const rest = text.slice(date[0].length);
  if (rest === '') return midnight;
  const time = TIME.exec(rest);
  if (!time) return undefined;
  const [, hour, minute, second, fraction, zone] = time;
  const milliseconds = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  const clock = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second ?? 0) * 1_000 + milliseconds;
  return midnight + clock - zoneOffsetMs(zone);
}

/** An instant of a rule: as `momentOf`, or `now`, or relative to it (`-30d`, `+12h`). */
export function ruleMoment(text: string, now: Instant): Instant | undefined {
  const offset = relativeOffset(text);
  return offset === undefined ? momentOf(text) : now + offset;
}

/** How far from now a moment of a rule is that moves with time; undefined for one that stands still. */
export function relativeOffset(text: string): DurationMs | undefined {
  if (text === 'now') return 0;
  const relative = RELATIVE.exec(text);
  const duration = relative ? ruleDuration(relative[2] ?? '') : undefined;
  if (duration === undefined) return undefined;
  return relative?.[1] === '-' ? -duration : duration;
}

/** A duration that a rule may name: whole milliseconds, a hundred years at most. */
export function ruleDuration(text: string): DurationMs | undefined {
  const duration = parseDuration(text);
  return duration === undefined || duration > DURATION_MAX_MS ? undefined : Math.round(duration);
}

/**
 * The `MM-DD` of today (in UTC) and of the days up to `ahead` from now. Who was born on 29 February is celebrated on the 28th when
 * the year has no 29th.
 */
export function anniversaryDays(ahead: DurationMs, now: Instant): string[] {
  const days = new Set<string>();
  const today = Math.floor(now / DAY_MS);
  const count = Math.min(366, Math.floor(ahead / DAY_MS));
  for (let day = today; day <= today + count; day++) {
    const { year, month, day: date } = civilFromDays(day);
    days.add(monthDay(month, date));
    if (month === 2 && date === 28 && daysIn(year, 2) === 28) days.add('02-29');
  }
  return [...days];
}

/**
 * Around `now`, the midnights from which on an instant's month and day are among `anniversaryDays`, and those from which on they are
 * not; some of them change nothing.
 */
export function anniversaryTurns(instant: Instant, ahead: DurationMs, now: Instant): Instant[] {
  const born = civilFromDays(Math.floor(instant / DAY_MS));
  const { year } = civilFromDays(Math.floor(now / DAY_MS));
  const count = Math.min(366, Math.floor(ahead / DAY_MS));
  return [year - 1, year, year + 1, year + 2].flatMap((each) => {
    const celebrated = daysFromCivil(each, born.month, Math.min(born.day, daysIn(each, born.month)));
    return [(celebrated - count) * DAY_MS, (celebrated + 1) * DAY_MS];
  });
}

/** The `MM-DD` of an instant in UTC. */
export function monthDayOf(instant: Instant): string {
  const { month, day } = civilFromDays(Math.floor(instant / DAY_MS));
  return monthDay(month, day);
}

/** `2026-03-01T09:00:00.000Z`: what people and PostgreSQL read. */
export function instantText(instant: Instant): string {
  const days = Math.floor(instant / DAY_MS);
  const { year, month, day } = civilFromDays(days);
  const within = Math.floor(instant - days * DAY_MS);
  const pad = (value: number, width = 2) => String(value).padStart(width, '0');
  const time = `${pad(Math.floor(within / 3_600_000))}:${pad(Math.floor(within / 60_000) % 60)}:${pad(Math.floor(within / 1_000) % 60)}`;
  return `${pad(year, 4)}-${monthDay(month, day)}T${time}.${pad(within % 1_000, 3)}Z`;
}

function monthDay(month: number, day: number): string {
  return `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
