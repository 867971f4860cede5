import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import { instantOf, nextTimeAfter, type ReadSchedule } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';

/**
 * When an audience is read next, strictly after `after`; undefined when never again. A single reading whose time is past is due at
 * once: `first` says that there was none yet.
 */
export function nextRead(
  schedule: ReadSchedule | undefined,
  { after, first }: { readonly after: Instant; readonly first: boolean },
): Instant | undefined {
  if (schedule === undefined) return first ? after : undefined;
  if ('once' in schedule) return first ? (instantOf(schedule.once, schedule.zone) ?? after) : undefined;
  if ('cron' in schedule) {
    return new Cron(schedule.cron, { timezone: schedule.zone }).nextRun(new Date(after))?.getTime();
  }
  const { zone, at } = schedule;
  switch (schedule.every) {
    case 'hour':
      return nextHour(after, Number(at?.slice(3) ?? 0), zone);
    case 'day':
      return nextTimeAfter(after, { time: at, days: undefined }, zone);
    case 'week':
      return nextTimeAfter(after, { time: at, days: schedule.days ?? ['mon'] }, zone);
    case 'month':
      return nextDayOfMonth(after, { day: schedule.day ?? 1, time: at ?? '00:00', zone });
  }
}

/** The next moment at which clocks show this minute. */
function nextHour(after: Instant, minute: number, zone: string): Instant {
  const local = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(zone);
  const inThisHour = local.round({ smallestUnit: 'hour', roundingMode: 'floor' }).add({ minutes: minute });
  const next = inThisHour.epochMilliseconds > after ? inThisHour : inThisHour.add({ hours: 1 });
  return next.epochMilliseconds;
}

function nextDayOfMonth(
  after: Instant,
  at: { readonly day: number; readonly time: string; readonly zone: string },
): Instant {
  const month = Temporal.Instant.fromEpochMilliseconds(after)
    .toZonedDateTimeISO(at.zone)
    .toPlainDate()
    .toPlainYearMonth();
  const inMonth = (ahead: number) =>
    month
      .add({ months: ahead })
      // A month without such a day has its last one instead.
      .toPlainDate({ day: at.day })
      .toZonedDateTime({ timeZone: at.zone, plainTime: Temporal.PlainTime.from(at.time) }).epochMilliseconds;
  const thisMonth = inMonth(0);
  return thisMonth > after ? thisMonth : inMonth(1);
}
