// Owns: at which hour of the day somebody is likeliest to read, by when they opened and clicked before.
// Does not own: which reactions there are (the question of the step), and how one waits (until.ts).
import { z } from 'zod';
import { type Instant, parseDuration } from '../kernel/index.ts';
import { hourIn, hoursIn, nextTimeAfter } from './local-time.ts';
import type { BestHour } from './steps/wait.ts';

const HOURS = 24;
/** Openings and clicks of so many days say what somebody's habits are now. */
export const WINDOW_DAYS = 90;
/** Fewer than this are chance. */
export const REACTIONS_MIN = 5;

/** Where somebody's wait ends, and why there: as the log of the step keeps it. */
export const HourChoice = z.strictObject({
  /** `most`: most reactions lie there; `few`: there are too few; `far`: none is near an hour that comes in time. */
  because: z.enum(['most', 'few', 'far']),
  hour: z.string(),
  reactions: z.number(),
  in_hour: z.number(),
  /** In the hour before it and the one behind it. */
  beside: z.number(),
  /** The longest wait, where it kept them from a better hour. */
  within: z.string().exactOptional(),
  /** The fallback does not come in time either: nobody waits. */
  late: z.literal(true).exactOptional(),
});
export type HourChoice = z.infer<typeof HourChoice>;

/** How many of some moments lie in each hour of the day of a zone. */
export function countByHour(moments: readonly Instant[], zone: string): readonly number[] {
  const counts = Array.from({ length: HOURS }, () => 0);
  for (const hour of hoursIn(moments, zone)) counts[hour] = (counts[hour] ?? 0) + 1;
  return counts;
}

/**
 * The hours in or beside which something happened, the best first. What happened in the hour counts twice, what happened in the hour
 * before and the one behind it once; of equals the one in which more happened is better, then the earlier in the day.
 */
export function rankHours(counts: readonly number[]): readonly number[] {
  const score = (hour: number) => 2 * countIn(counts, hour) + besideOf(counts, hour);
  return counts
    .map((_, hour) => hour)
    .filter((hour) => score(hour) > 0)
    .sort((a, b) => score(b) - score(a) || countIn(counts, b) - countIn(counts, a) || a - b);
}

function countIn(counts: readonly number[], hour: number): number {
  return counts[(hour + HOURS) % HOURS] ?? 0;
}

function besideOf(counts: readonly number[], hour: number): number {
  return countIn(counts, hour - 1) + countIn(counts, hour + 1);
}

type Place = { readonly settings: BestHour; readonly now: Instant; readonly zone: string };

/** The hour for which somebody waits, and the moment at which it comes: now, when it is that hour already. */
export function chooseHour(
  counts: readonly number[],
  place: Place,
): { readonly choice: HourChoice; readonly at: Instant } {
  const { settings, now } = place;
  const latest = now + (parseDuration(settings.within) ?? 0);
  const reactions = counts.reduce((sum, count) => sum + count, 0);
  const isEnough = reactions >= REACTIONS_MIN;
  const ranked = isEnough ? rankHours(counts) : [];
  for (const hour of ranked) {
    const at = comingOf(hour, place);
    if (at > latest) continue;
    const choice = { ...told('most', { hour, counts, reactions }), ...boundIf(hour !== ranked[0], settings) };
    return { choice, at };
  }
  const hour = Number.parseInt(settings.fallback, 10);
  const at = comingOf(hour, place);
  const isLate = at > latest;
  const choice: HourChoice = {
    ...told(isEnough ? 'far' : 'few', { hour, counts, reactions }),
    ...boundIf(isEnough || isLate, settings),
    ...(isLate ? { late: true } : {}),
  };
  return { choice, at: isLate ? now : at };
}

type Found = { readonly hour: number; readonly counts: readonly number[]; readonly reactions: number };

function told(because: HourChoice['because'], { hour, counts, reactions }: Found): HourChoice {
  return { because, hour: textOf(hour), reactions, in_hour: countIn(counts, hour), beside: besideOf(counts, hour) };
}

function boundIf(bound: boolean, { within }: BestHour): { readonly within?: string } {
  return bound ? { within } : {};
}

function textOf(hour: number): string {
  return `${String(hour % HOURS).padStart(2, '0')}:00`;
}

/** When the hour that follows a chosen one begins, for words. */
export function hourBehind(hour: string): string {
  return textOf(Number.parseInt(hour, 10) + 1);
}

function comingOf(hour: number, { now, zone }: Place): Instant {
  return hourIn(now, zone) === hour ? now : nextTimeAfter(now, { time: textOf(hour), days: undefined }, zone);
}
