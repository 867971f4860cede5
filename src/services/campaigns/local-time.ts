import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../../core/kernel/index.ts';

/** The instant of a date and time on the wall of a zone; a time that a clock change skips is moved forward, as a clock would be. */
export function instantOf(local: string, zone: string): Instant {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
}
