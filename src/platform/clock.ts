import type { Instant } from '../core/kernel/index.ts';

/** Where the time comes from. Everything below the composition root asks this, so that tests can hold the time still. */
export type Clock = {
  now(): Instant;
  /** Resolves at `instant`, or at once when it is past or the signal aborts. */
  sleepUntil(instant: Instant, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  sleepUntil: (instant, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      // setTimeout overflows past 2^31 - 1 ms; callers look again after waking, so an early return is harmless.
      const timer = setTimeout(done, Math.min(Math.max(0, instant - Date.now()), 2 ** 31 - 1));
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** A clock that stands still until told to move; sleepers wake in order of their instants. It refuses to go back. */
export function manualClock(start: Instant): Clock & { advanceTo(instant: Instant): void; advance(ms: number): void } {
  let current = start;
  let sleepers: { readonly until: Instant; readonly wake: () => void }[] = [];
  const advanceTo = (instant: Instant) => {
    if (instant < current) throw new RangeError(`A clock cannot go back from ${current} to ${instant}.`);
    current = instant;
    const due = sleepers.filter((sleeper) => sleeper.until <= current).sort((a, b) => a.until - b.until);
    sleepers = sleepers.filter((sleeper) => sleeper.until > current);
    for (const sleeper of due) sleeper.wake();
  };
  return {
    now: () => current,
    sleepUntil: (until, signal) =>
      new Promise((resolve) => {
        if (until <= current || signal?.aborted) return resolve();
        sleepers.push({ until, wake: resolve });
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    advanceTo,
    advance: (ms) => advanceTo(current + ms),
  };
}
