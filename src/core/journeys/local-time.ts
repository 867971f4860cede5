import { Temporal } from 'temporal-polyfill';
import { type Instant, parseDuration } from '../kernel/index.ts';
import { WEEKDAYS, type Weekday } from './time.ts';

/** A zone, and whether it stands in for one that the profile does not name. */
export type FoundZone = { readonly zone: string; readonly fallback: boolean };

/** The zone of a setting: itself, or the person's; who has none that exists gets the fallback. */
export function zoneFor(setting: string, profileZone: string | null, fallback: string): FoundZone {
  if (setting !== 'profile') return { zone: setting, fallback: false };
  if (profileZone !== null && exists(profileZone)) return { zone: profileZone, fallback: false };
  return { zone: fallback, fallback: true };
}

function exists(zone: string): boolean {
  try {
    return zoned(0, zone).epochMilliseconds === 0;
  } catch {
    // The only thing that it refuses is a zone that it does not know.
    return false;
  }
}

/** A day on the calendar and a time on the clock of a zone. */
export type LocalNow = { readonly date: string; readonly time: string; readonly weekday: Weekday };

export function localNow(now: Instant, zone: string): LocalNow {
  const local = zoned(now, zone);
  return {
    date: local.toPlainDate().toString(),
    time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
    weekday: WEEKDAYS[local.dayOfWeek - 1] ?? 'mon',
  };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The hours that clocks in a zone show at some moments, the earliest first; the zone is asked once for all between two changes of its clocks. */
export function hoursIn(moments: readonly Instant[], zone: string): readonly number[] {
  let offsetMs = 0;
  let changesAt = Number.NEGATIVE_INFINITY;
  return [...moments]
    .sort((a, b) => a - b)
    .map((moment) => {
      if (moment >= changesAt) {
        const local = zoned(moment, zone);
        offsetMs = local.offsetNanoseconds / 1_000_000;
        changesAt = local.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
      }
      const ofDay = (moment + offsetMs) % DAY_MS;
      return Math.floor((ofDay < 0 ? ofDay + DAY_MS : ofDay) / HOUR_MS);
    });
}

/** The hour that clocks in a zone show. */
export function hourIn(instant: Instant, zone: string): number {
  return zoned(instant, zone).hour;
}

/**
 * The instant of a date (its first moment), or a date and time on the wall of a zone. A time that a clock change skips is moved forward
 * by what was skipped; of one that comes twice the first is meant. Undefined when there is no such day.
 */
export function instantOf(local: string, zone: string): Instant | undefined {
  try {
    if (!local.includes('T')) return Temporal.PlainDate.from(local).toZonedDateTime(zone).epochMilliseconds;
    return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    // The 30th of February, say: the only thing that the two refuse of a text of this form.
    return undefined;
  }
}

/** The next instant after `now` at which clocks show `time` on one of `days`. */
export function nextTimeAfter(
  now: Instant,
  at: { readonly time: string | undefined; readonly days: readonly Weekday[] | undefined },
  zone: string,
): Instant {
  const today = zoned(now, zone).toPlainDate();
  for (let ahead = 0; ; ahead++) {
    const day = today.add({ days: ahead });
    if (at.days !== undefined && !at.days.includes(WEEKDAYS[day.dayOfWeek - 1] ?? 'mon')) continue;
    const candidate = day.toZonedDateTime({
      timeZone: zone,
      ...(at.time === undefined ? {} : { plainTime: Temporal.PlainTime.from(at.time) }),
    }).epochMilliseconds;
    // A week holds every weekday, so the loop ends; of the same day an earlier time has passed.
    if (candidate > now) return candidate;
  }
}

/** The same day in the zone, at another time of the day. */
export function atTime(instant: Instant, time: string, zone: string): Instant {
  const plainTime = Temporal.PlainTime.from(time);
  return zoned(instant, zone).toPlainDate().toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
}

const SHORT_DAYS = /^(\d+)([dw])$/;
const ISO_DAYS = /^P(?:(\d+)W)?(?:(\d+)D)?(T.+)?$/;

/** A signed duration later or earlier: whole days and weeks by the calendar of the zone, the rest by the clock. */
export function shift(instant: Instant, offset: string, zone: string): Instant {
  const sign = offset.startsWith('-') ? -1 : 1;
  const text = offset.replace(/^[+-]/, '');
  const { days, ms } = partsOf(text);
  const day = days === 0 ? instant : zoned(instant, zone).add({ days: sign * days }).epochMilliseconds;
  return day + sign * ms;
}

/** The offset that leads back. */
export function opposite(offset: string): string {
  return offset.startsWith('-') ? offset.slice(1) : `-${offset.replace('+', '')}`;
}

function partsOf(text: string): { days: number; ms: number } {
  const short = SHORT_DAYS.exec(text);
  if (short) return { days: Number(short[1]) * (short[2] === 'w' ? 7 : 1), ms: 0 };
  const iso = ISO_DAYS.exec(text);
  if (!iso) return { days: 0, ms: parseDuration(text) ?? 0 };
  const rest = iso[3] === undefined ? 0 : (parseDuration(`P${iso[3]}`) ?? 0);
  return { days: Number(iso[1] ?? 0) * 7 + Number(iso[2] ?? 0), ms: rest };
}

/** The first moment of the day with the month and day of an instant in some year; the 28th where it has no 29th of February. */
export function dayIn(year: number, of: Instant, zone: string): Instant {
  const { month, day } = zoned(of, zone).toPlainDate();
  return Temporal.PlainDate.from({ year, month, day }).toZonedDateTime(zone).epochMilliseconds;
}

export function yearOf(instant: Instant, zone: string): number {
  return zoned(instant, zone).year;
}

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const LOCAL = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)$/;
/** Numbers below are seconds since 1970, others milliseconds: as seconds this is the year 5138. */
const SECONDS_MAX = 100_000_000_000;

/** The instant that a value of a profile or an event names; a date or time without a zone is read in `zone`. */
export function momentIn(value: unknown, zone: string): Instant | undefined {
  if (typeof value === 'number') return inRange(Math.trunc(Math.abs(value) < SECONDS_MAX ? value * 1_000 : value));
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (DATE_ONLY.test(text)) return instantOf(text, zone);
  const local = LOCAL.exec(text);
  if (local) return instantOf(`${local[1]}T${local[2]}`, zone);
  try {
    return inRange(Temporal.Instant.from(text).epochMilliseconds);
  } catch {
    // A text that names no moment.
    return undefined;
  }
}

/** Within what calendars and the database can hold: up to the year 9999. */
const INSTANT_MAX = 253_402_300_799_999;

function inRange(instant: Instant): Instant | undefined {
  return Math.abs(instant) <= INSTANT_MAX ? instant : undefined;
}

function zoned(instant: Instant, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
}
