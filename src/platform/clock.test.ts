import { expect, test } from 'vitest';
import { jumpingClock } from './clock.ts';

const HOUR_MS = 3_600_000;

test('a jumping clock wakes its sleepers in order of their instants, and nobody before', async () => {
  const start = Date.now() - 24 * HOUR_MS;
  const clock = jumpingClock(start);
  const woken: string[] = [];
  const late = clock.sleepUntil(start + 2 * HOUR_MS).then(() => woken.push('late'));
  const early = clock.sleepUntil(start + HOUR_MS).then(() => woken.push('early'));
  const last = new AbortController();
  const never = clock.sleepUntil(start + 20 * HOUR_MS, last.signal).then(() => woken.push('told to stop'));
  clock.jumpTo(start + 3 * HOUR_MS);
  await Promise.all([late, early]);
  expect(woken).toEqual(['early', 'late']);
  expect(clock.now()).toBeGreaterThanOrEqual(start + 3 * HOUR_MS);
  expect(clock.now()).toBeLessThan(start + 4 * HOUR_MS);
  last.abort();
  await never;
  expect(woken.at(-1)).toBe('told to stop');
});

test('a jumping clock neither goes back nor gets ahead of the present', () => {
  const start = Date.now() - HOUR_MS;
  const clock = jumpingClock(start);
  clock.jumpTo(start - HOUR_MS);
  expect(clock.now()).toBeGreaterThanOrEqual(start);
  clock.jumpTo(Date.now() + HOUR_MS);
  expect(clock.now()).toBeLessThanOrEqual(Date.now());
});
