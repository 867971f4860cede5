import type { DurationMs, Instant } from '../kernel/index.ts';
import { relativeOffset, ruleDuration, ruleMoment } from './moment.ts';
import type { EventWindow } from './rule.ts';

/** The span of time in which events count: from its first instant up to, but without, its last. */
export type Span = { readonly from: Instant | undefined; readonly to: Instant };

/**
 * A window with its fixed edges apart from those that move with time. An event counts from `fromAt` and from `now + fromOffset`
 * (whichever is later) up to, but without, `toAt` and `now + toOffset` (whichever is earlier).
 */
export type TimeWindow = {
  readonly fromAt: Instant | undefined;
  readonly fromOffset: DurationMs | undefined;
  readonly toAt: Instant | undefined;
  /** 1 at most: what lies in the future has not happened yet and never counts. */
  readonly toOffset: DurationMs;
};

export function compileWindow(window: EventWindow): TimeWindow {
  const [since, until] = window.between ?? [];
  const starts = [window.since, since].flatMap((text) => text ?? []);
  const ends = [window.before, until].flatMap((text) => text ?? []);
  const within = window.within === undefined ? [] : [-(ruleDuration(window.within) ?? 0)];
  return {
    fromAt: largest(starts.flatMap(fixedMoment)),
    fromOffset: largest([...within, ...starts.flatMap((text) => relativeOffset(text) ?? [])]),
    toAt: smallest(ends.flatMap(fixedMoment)),
    toOffset: Math.min(1, ...ends.flatMap((text) => relativeOffset(text) ?? [])),
  };
}

/** The span of a window now. */
export function spanOf(window: EventWindow, now: Instant): Span {
  return spanAt(compileWindow(window), now);
}

export function spanAt(window: TimeWindow, now: Instant): Span {
  const { fromAt, fromOffset, toAt, toOffset } = window;
  const moving = fromOffset === undefined ? undefined : now + fromOffset;
  return {
    from: moving === undefined || (fromAt !== undefined && fromAt > moving) ? fromAt : moving,
    to: toAt === undefined ? now + toOffset : Math.min(toAt, now + toOffset),
  };
}

export function isWithin(span: Span, at: Instant): boolean {
  return at < span.to && (span.from === undefined || at >= span.from);
}

/** Whether an event of that time can ever count: it lies between the fixed edges, and the moving ones leave a gap between them. */
export function canCount(window: TimeWindow, at: Instant): boolean {
  const { fromAt, fromOffset, toAt, toOffset } = window;
  if (fromAt !== undefined && at < fromAt) return false;
  if (toAt !== undefined && at >= toAt) return false;
  return fromOffset === undefined || fromOffset < toOffset;
}

/** The first instant at which an event of that time counts, if it can. */
export function entersAt(window: TimeWindow, at: Instant): Instant {
  return at - window.toOffset + 1;
}

/** The first instant at which an event of that time counts no longer; never of a window whose beginning stands still. */
export function leavesAt(window: TimeWindow, at: Instant): Instant {
  return window.fromOffset === undefined ? Number.POSITIVE_INFINITY : at - window.fromOffset + 1;
}

function fixedMoment(text: string): readonly Instant[] {
  if (relativeOffset(text) !== undefined) return [];
  const moment = ruleMoment(text, 0);
  return moment === undefined ? [] : [moment];
}

function largest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

function smallest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}
