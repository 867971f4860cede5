import { z } from 'zod';
import { parseDuration, worded } from '../kernel/index.ts';

/** `90m`, `3d` or the fixed-length part of ISO 8601: `P1DT2H`. A day is 24 hours. */
export const Duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, worded('must be a duration such as 90m, 3d or P1DT2H'))
  .refine((text) => (parseDuration(text) ?? 0) <= DURATION_MAX_MS, worded('must not be longer than 5 years'));
/** A duration that really lets time pass. */
export const Delay = Duration.refine(
  (text) => (parseDuration(text) ?? 0) >= 1_000,
  worded('must be at least one second'),
);

const DURATION_MAX_MS = 5 * 366 * 86_400_000;

/** A date, or a date and a time on the wall, read in a zone. */
export const LocalMoment = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?$/,
    worded('must be a local date (2026-12-01) or date and time (2026-12-01T09:00)'),
  );

/** A time of day on the wall. */
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, worded('must be a time of day such as 09:30'));

/** A full hour on the wall. */
export const FullHour = z.string().regex(/^([01]\d|2[0-3]):00$/, worded('must be a full hour such as 09:00'));

const HOUR_MS = 3_600_000;

/** Within a day every hour comes. */
export const WithinDay = Delay.refine((text) => {
  const ms = parseDuration(text) ?? 0;
  return ms >= HOUR_MS && ms <= 24 * HOUR_MS;
}, worded('must be from 1h to 24h: within a day every hour comes'));

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const Weekdays = z.array(z.enum(WEEKDAYS)).min(1).max(7);
export type Weekday = (typeof WEEKDAYS)[number];

export const Zone = z
  .string()
  .refine(isZone, worded('must be an IANA time zone such as Europe/Paris'))
  .describe('An IANA time zone');

/** A fixed zone, or the one that the person's profile names. */
export const ZoneSetting = z
  .union([z.literal('profile'), Zone])
  .describe("An IANA time zone, or `profile` for the person's own");

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    // The only thing that the constructor throws for is a zone that it does not know.
    return false;
  }
}
