import type { Instant } from '../kernel/index.ts';

/**
 * How fast a blast may go beside messages with right of way. It is a background transfer in the sense of LEDBAT (RFC 6817): it takes
 * all that others leave, and as soon as they are delayed more than they were with nothing beside them, it gives way. While nobody
 * with right of way is about, there is no limit.
 */
export type Pace = {
  /** Messages per second; undefined: as many as it can. */
  readonly perSecond: number | undefined;
  /** The least delays seen, by minute, newest first: what a message takes with nothing in its way. Clocks may differ by a constant. */
  readonly leasts: readonly { readonly minute: number; readonly ms: number }[];
  /** When the last message with right of way left. */
  readonly heardAt: Instant;
  readonly slowedAt: Instant;
  readonly grownAt: Instant;
  /** How fast the blast was when it was last found in the way; undefined while it never was. */
  readonly hinderedAt: number | undefined;
};

export const UNHINDERED: Pace = {
  perSecond: undefined,
  leasts: [],
  heardAt: 0,
  slowedAt: 0,
  grownAt: 0,
  hinderedAt: undefined,
};

/** A message is late when it took this much longer than the least (LEDBAT's target). */
const LATE_MS = 30;
const SLOW_TO = 0.85;
/** A hiccup delays several messages; it slows the blast once. */
const SLOW_EVERY_MS = 150;
/** What slows the blast again so soon is the same hindrance. */
const HINDRANCE_MS = 1_000;
/** As CUBIC (RFC 9438) does: fast back to nearly where it was last in the way, and carefully on from there. */
const NEARLY = 0.9;
const FAST_GROWTH_PER_SECOND = 1.4;
const CAREFUL_GROWTH_PER_SECOND = 1.04;
/** Where a blast begins while others are about. */
const PER_SECOND_FIRST = 1_000;
/** A blast comes to an end whatever happens. */
const PER_SECOND_MIN = 200;
/** Without a message with right of way for so long, nobody needs the room. */
const FORGET_MS = 5_000;
const MINUTE_MS = 60_000;
const MINUTES_KEPT = 10;

/**
 * The pace after a message with right of way has left, `delayMs` after it was due; `perSecond` is how fast the blast has been going,
 * undefined while there is none.
 */
export function paceAfter(
  pace: Pace,
  message: { readonly delayMs: number; readonly perSecond: number | undefined; readonly now: Instant },
): Pace {
  const { delayMs, now } = message;
  const leasts = withLeast(pace.leasts, Math.floor(now / MINUTE_MS), delayMs);
  if (message.perSecond === undefined) {
    return { ...pace, leasts, heardAt: now, perSecond: PER_SECOND_FIRST, grownAt: now, hinderedAt: undefined };
  }
  const least = Math.min(...leasts.map((one) => one.ms));
  const heard = { ...paceAt(pace, now), leasts, heardAt: now };
  const lateMs = delayMs - least;
  if (lateMs <= LATE_MS || message.perSecond === 0 || now - pace.slowedAt < SLOW_EVERY_MS) return heard;
  const going = Math.min(heard.perSecond ?? Number.POSITIVE_INFINITY, message.perSecond);
  return {
    ...heard,
    perSecond: Math.max(PER_SECOND_MIN, going * SLOW_TO),
    slowedAt: now,
    grownAt: now,
    hinderedAt: now - pace.slowedAt < HINDRANCE_MS ? pace.hinderedAt : going,
  };
}

/** The pace some time later: it grows, and after a while without anybody with right of way there is none. */
export function paceAt(pace: Pace, now: Instant): Pace {
  if (pace.perSecond === undefined) return pace;
  if (now - pace.heardAt > FORGET_MS) return { ...pace, perSecond: undefined };
  const seconds = Math.max(0, (now - pace.grownAt) / 1_000);
  const nearly = (pace.hinderedAt ?? Number.POSITIVE_INFINITY) * NEARLY;
  const fast = Math.min(nearly, pace.perSecond * FAST_GROWTH_PER_SECOND ** seconds);
  const perSecond = Math.max(fast, pace.perSecond * CAREFUL_GROWTH_PER_SECOND ** seconds);
  return { ...pace, perSecond, grownAt: now };
}

function withLeast(leasts: Pace['leasts'], minute: number, ms: number): Pace['leasts'] {
  const [newest, ...older] = leasts;
  if (newest?.minute === minute) return ms < newest.ms ? [{ minute, ms }, ...older] : leasts;
  return [{ minute, ms }, ...leasts].slice(0, MINUTES_KEPT);
}
