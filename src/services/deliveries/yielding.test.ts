import { expect, test } from 'vitest';
import { manualClock } from '../../platform/clock.ts';
import { createYielding } from './yielding.ts';

const never = new AbortController().signal;

test('with nobody else about a blast claims as much as it wants, at once', async () => {
  const yielding = createYielding({ clock: manualClock(1_000_000) });
  expect(await yielding.turn(2_000, never)).toBe(2_000);
  expect(await yielding.turn(2_000, never)).toBe(2_000);
});

test('a blast that delays others claims little, and waits between its turns', async () => {
  const clock = manualClock(1_000_000);
  const yielding = createYielding({ clock });
  yielding.heard(10);
  for (let turn = 0; turn < 4; turn++) {
    yielding.claimed(await yielding.turn(2_000, never));
    clock.advance(300);
  }
  yielding.heard(500);
  expect(await yielding.turn(2_000, never)).toBeLessThan(600);
  let come = false;
  const next = yielding.turn(2_000, never).then((granted) => {
    come = true;
    return granted;
  });
  await Promise.resolve();
  expect(come).toBe(false);
  clock.advance(100);
  expect(await next).toBeLessThan(600);
});

test('a blast that begins while others are about claims little at first, also after another has ended', async () => {
  const clock = manualClock(1_000_000);
  const yielding = createYielding({ clock });
  yielding.heard(10);
  expect(await yielding.turn(2_000, never)).toBeLessThan(100);
  yielding.claimed(80);
  for (let second = 0; second < 10; second++) {
    clock.advance(1_000);
    yielding.heard(10);
  }
  expect(await yielding.turn(2_000, never)).toBeLessThan(100);
});

test('whoever stops a worker does not wait for its turn', async () => {
  const clock = manualClock(1_000_000);
  const yielding = createYielding({ clock });
  const stopping = new AbortController();
  yielding.heard(10);
  for (let turn = 0; turn < 4; turn++) {
    yielding.claimed(await yielding.turn(2_000, never));
    clock.advance(300);
  }
  yielding.heard(500);
  await yielding.turn(2_000, never);
  const next = yielding.turn(2_000, stopping.signal);
  stopping.abort();
  expect(await next).toBeGreaterThan(0);
});
