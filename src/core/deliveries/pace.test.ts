import { expect, test } from 'vitest';
import { type Pace, paceAfter, paceAt, UNHINDERED } from './pace.ts';

const START = Date.UTC(2026, 0, 1);
const BLAST = 4_000;

/** Messages with right of way, one every 50 ms, each as late as `delayOf` says for the pace that the blast goes at. `going`: it has begun. */
function drive(pace: Pace, from: number, seconds: number, delayOf: (perSecond: number) => number, going = true): Pace {
  let driven = pace;
  for (let now = from; now < from + seconds * 1_000; now += 50) {
    const perSecond = Math.min(BLAST, paceAt(driven, now).perSecond ?? BLAST);
    driven = paceAfter(driven, { delayMs: delayOf(perSecond), perSecond: going ? perSecond : undefined, now });
  }
  return driven;
}

test('a blast that delays nobody is not slowed', () => {
  expect(drive(UNHINDERED, START, 60, () => 10).perSecond).toBeUndefined();
});

test('a blast gives way until others are hardly delayed, and keeps what they leave', () => {
  const calm = drive(UNHINDERED, START, 10, () => 10);
  const paces: number[] = [];
  drive(calm, START + 10_000, 120, (perSecond) => {
    paces.push(perSecond);
    return perSecond > 2_000 ? 100 : 12;
  });
  const settled = paces.slice(paces.length / 2);
  expect(Math.max(...settled)).toBeLessThan(2_400);
  expect(Math.min(...settled)).toBeGreaterThan(800);
});

test('clocks that differ by a constant change nothing', () => {
  const hinder = (offset: number) => (perSecond: number) => offset + (perSecond > 2_000 ? 100 : 12);
  const ahead = drive(
    drive(UNHINDERED, START, 10, () => 10),
    START + 10_000,
    30,
    hinder(0),
  );
  const behind = drive(
    drive(UNHINDERED, START, 10, () => -490),
    START + 10_000,
    30,
    hinder(-500),
  );
  expect(behind.perSecond).toBeCloseTo(ahead.perSecond ?? 0, 5);
});

test('a blast that begins while others are about grows from little, fast until it delays them', () => {
  const before = drive(UNHINDERED, START, 10, () => 10, false);
  const paces: number[] = [];
  const found = drive(before, START + 10_000, 20, (perSecond) => {
    paces.push(perSecond);
    return perSecond > 2_000 ? 70 : 12;
  });
  expect(paces[0]).toBeLessThan(1_100);
  expect(paces.findIndex((perSecond) => perSecond > 2_000) * 0.05).toBeLessThan(3);
  expect(found.perSecond).toBeGreaterThan(1_000);
  expect(found.perSecond).toBeLessThan(2_400);
});

test('a blast goes on however long others wait', () => {
  const calm = drive(UNHINDERED, START, 1, () => 10);
  expect(drive(calm, START + 1_000, 600, () => 60_000).perSecond).toBeGreaterThanOrEqual(200);
});

test('a blast goes at full speed again soon after the last message with right of way', () => {
  const slowed = drive(
    drive(UNHINDERED, START, 1, () => 10),
    START + 1_000,
    5,
    () => 500,
  );
  expect(paceAt(slowed, START + 8_000).perSecond).toBeDefined();
  expect(paceAt(slowed, START + 12_000).perSecond).toBeUndefined();
});

test('one hiccup that delays many messages slows the blast once', () => {
  const calm = drive(UNHINDERED, START, 1, () => 10);
  const late = (pace: Pace, now: number) => paceAfter(pace, { delayMs: 70, perSecond: BLAST, now });
  const once = late(calm, START + 1_000);
  expect(late(late(once, START + 1_001), START + 1_002).perSecond).toBeCloseTo(once.perSecond ?? 0, -1);
});

test('what a blast lost to a hiccup it has back in seconds, and goes on from there with care', () => {
  const calm = drive(UNHINDERED, START, 1, () => 10);
  const hindered = paceAfter(calm, { delayMs: 60, perSecond: 3_000, now: START + 1_000 });
  const again = paceAfter(hindered, { delayMs: 60, perSecond: 2_400, now: START + 1_400 });
  expect(again.perSecond).toBeLessThan(2_100);
  expect(drive(again, START + 1_400, 3, () => 10).perSecond).toBeGreaterThan(2_650);
  expect(drive(again, START + 1_400, 3, () => 10).perSecond).toBeLessThan(3_000);
});

test('what was least long ago is forgotten', () => {
  const fast = drive(UNHINDERED, START, 1, () => 1);
  const slow = drive(fast, START + 1_000, 700, () => 40);
  expect(slow.leasts.map((one) => one.ms)).not.toContain(1);
});
