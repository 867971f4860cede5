import type { Instant } from '../../core/kernel/index.ts';

const WINDOW_MS = 60_000;
/** Before this much time was seen a pace says nothing. */
const SEEN_MS = 4_000;

export type Paces = {
  /** Notes how many messages of each send are settled, and answers how many that was a minute lately; nothing before it is known. */
  note(settled: ReadonlyMap<number, number>, now: Instant): ReadonlyMap<number, number>;
};

/** Watches how fast sends go, in memory: a pace is of this minute, and of no interest to the next process. */
export function createPaces(): Paces {
  let readings: { readonly at: Instant; readonly settled: ReadonlyMap<number, number> }[] = [];
  return {
    note(settled, now) {
      readings = [...readings.filter(({ at }) => at > now - WINDOW_MS && at <= now), { at: now, settled }];
      const paces = new Map<number, number>();
      for (const [sendId, count] of settled) {
        const first = readings.find((reading) => reading.settled.has(sendId));
        const since = first?.settled.get(sendId);
        if (!first || since === undefined || now - first.at < SEEN_MS) continue;
        paces.set(sendId, Math.max(0, ((count - since) * 60_000) / (now - first.at)));
      }
      return paces;
    },
  };
}
