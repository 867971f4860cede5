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
        const wake = () => {
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        sleepers.push({ until, wake });
        signal?.addEventListener('abort', wake, { once: true });
      }),
    advanceTo,
    advance: (ms) => advanceTo(current + ms),
  };
}

export type JumpingClock = Clock & {
  /** Moves the time ahead to `instant`, waking the sleepers whose instant has come; a past instant changes nothing. */
  jumpTo(instant: Instant): void;
};

/**
 * A clock that begins at `start` and then goes as fast as the system's, but can be told to jump ahead: what a demonstration of days
 * runs by. Nothing that polls or retries notices more than that time has passed. It stops jumping at the system's own time, so a past
 * that was caught up with goes on as the present.
 */
export function jumpingClock(start: Instant): JumpingClock {
  let ahead = Math.min(start, Date.now()) - Date.now();
  let sleepers = new Map<() => void, Instant>();
  const now = () => Date.now() + ahead;
  return {
    now,
    async sleepUntil(until, signal) {
      if (until <= now() || signal?.aborted) return;
      const nap = new AbortController();
      const wake = () => nap.abort();
      sleepers.set(wake, until);
      signal?.addEventListener('abort', wake, { once: true });
      await systemClock.sleepUntil(Date.now() + (until - now()), nap.signal);
      signal?.removeEventListener('abort', wake);
      sleepers.delete(wake);
    },
    jumpTo(instant) {
      ahead = Math.min(0, Math.max(ahead, instant - Date.now()));
      const due = [...sleepers].filter(([, until]) => until <= now()).sort(([, a], [, b]) => a - b);
      sleepers = new Map([...sleepers].filter(([, until]) => until > now()));
      for (const [wake] of due) wake();
    },
  };
}
