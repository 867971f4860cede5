import { z } from 'zod';
import { parseDuration, worded } from '../kernel/index.ts';

/** `90m`, `3d`, `P1DT2H`. */
export const Duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, worded('must be a duration such as 90m, 3d or P1DT2H'));

/** A date and a time on the wall, read in a zone. */
export const LocalTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/, worded('must be a local date and time such as 2026-12-01T09:00'));

export const Zone = z
  .string()
  .refine(isZone, worded('must be an IANA time zone such as Europe/Paris'))
  .describe('An IANA time zone');

/** When a published campaign begins. */
export const Schedule = z.strictObject({ once: LocalTime, zone: Zone.default('UTC') });
export type Schedule = z.infer<typeof Schedule>;

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    // The only thing that the constructor throws for is a zone that it does not know.
    return false;
  }
}
