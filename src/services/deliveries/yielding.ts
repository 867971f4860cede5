// Owns: how many messages a blast may claim now, within this process.
// Does not own: what the pace is (core).
// Invariants: 1. only blasts wait here; 2. while no message with right of way is about nobody waits.
import { paceAfter, paceAt, UNHINDERED } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';

/** A blast that gives way claims little at a time, so that what comes meanwhile waits for little. */
const CLAIM_MS = 80;
const MEASURE_MS = 500;
/** A blast that has claimed nothing for so long has ended. */
const ENDED_MS = 2_000;

export type Yielding = {
  /** A message with right of way has left, so long after it was due. */
  heard(delayMs: number): void;
  /** How many of `wanted` may be claimed, when it is their turn. */
  turn(wanted: number, signal: AbortSignal): Promise<number>;
  /** So many messages of a blast have been claimed. */
  claimed(count: number): void;
};

export function createYielding(ctx: Pick<Context, 'clock'>): Yielding {
  let pace = UNHINDERED;
  let nextAt = 0;
  let claimedAt = Number.NEGATIVE_INFINITY;
  let measured = { since: 0, count: 0, perSecond: 0 };

  function count(claimed: number): void {
    const now = ctx.clock.now();
    const elapsed = now - measured.since;
    if (elapsed < MEASURE_MS) measured = { ...measured, count: measured.count + claimed };
    else measured = { since: now, count: claimed, perSecond: (measured.count / elapsed) * 1_000 };
  }

  return {
    heard(delayMs) {
      count(0);
      const now = ctx.clock.now();
      const perSecond = now - claimedAt < ENDED_MS ? measured.perSecond : undefined;
      pace = paceAfter(pace, { delayMs, now, perSecond });
    },
    async turn(wanted, signal) {
      pace = paceAt(pace, ctx.clock.now());
      if (pace.perSecond === undefined) return wanted;
      if (nextAt > ctx.clock.now()) await ctx.clock.sleepUntil(nextAt, signal);
      const now = ctx.clock.now();
      const perSecond = paceAt(pace, now).perSecond ?? Number.POSITIVE_INFINITY;
      const granted = Math.max(1, Math.min(wanted, Math.ceil((perSecond * CLAIM_MS) / 1_000)));
      nextAt = now + (granted / perSecond) * 1_000;
      return granted;
    },
    claimed(claimed) {
      if (claimed > 0) claimedAt = ctx.clock.now();
      count(claimed);
    },
  };
}
