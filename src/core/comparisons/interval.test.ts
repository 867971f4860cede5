import { describe, expect, test } from 'vitest';
import { differenceInterval, wilsonInterval, zOf } from './interval.ts';

const Z = zOf(0.95);
const rounded = (value: number) => Number(value.toFixed(4));

describe('intervals are those that were published', () => {
  // Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10.
  test.each([
    { a: [56, 70], b: [48, 80], interval: [0.0524, 0.3339] },
    { a: [9, 10], b: [3, 10], interval: [0.1705, 0.809] },
    { a: [6, 7], b: [2, 7], interval: [0.0582, 0.8062] },
    { a: [5, 56], b: [0, 29], interval: [-0.0381, 0.1926] },
    { a: [0, 10], b: [0, 20], interval: [-0.1611, 0.2775] },
    { a: [0, 10], b: [0, 10], interval: [-0.2775, 0.2775] },
    { a: [10, 10], b: [0, 20], interval: [0.6791, 1] },
    { a: [10, 10], b: [0, 10], interval: [0.6075, 1] },
  ])('of the difference $a - $b', ({ a, b, interval }) => {
    const [first, second] = [a, b].map(([part = 0, whole = 1]) => ({ part, whole }));
    const found = differenceInterval(first as never, second as never, Z);
    expect([found.low, found.high].map(rounded)).toEqual(interval);
  });

  // Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
  test.each([
    { of: [81, 263], interval: [0.2553, 0.3662] },
    { of: [15, 148], interval: [0.0624, 0.1605] },
    { of: [0, 20], interval: [0, 0.1611] },
    { of: [1, 29], interval: [0.0061, 0.1718] },
  ])('of one proportion $of', ({ of: [part = 0, whole = 1], interval }) => {
    const found = wilsonInterval({ part, whole }, Z);
    expect([found.low, found.high].map(rounded)).toEqual(interval);
  });

  test.each([
    [0.5, 0.67449],
    [0.8, 1.281552],
    [0.9, 1.644854],
    [0.95, 1.959964],
    [0.99, 2.575829],
    [0.999, 3.290527],
  ])('%s of a normal distribution lies within %s standard deviations', (confidence, z) => {
    expect(zOf(confidence)).toBeCloseTo(z, 5);
  });
});

test('an interval holds its own proportion, stays in its range and turns around with its sides', () => {
  const counts = [0, 1, 2, 7, 50, 1_000, 999_999, 1_000_000];
  for (const whole of counts.filter((count) => count > 0)) {
    for (const part of counts.filter((count) => count <= whole)) {
      const one = wilsonInterval({ part, whole }, Z);
      expect(one.low).toBeGreaterThanOrEqual(0);
      expect(one.high).toBeLessThanOrEqual(1);
      expect(one.low).toBeLessThanOrEqual(part / whole);
      expect(one.high).toBeGreaterThanOrEqual(part / whole);
      const there = differenceInterval({ part, whole }, { part: 3, whole: 20 }, Z);
      const back = differenceInterval({ part: 3, whole: 20 }, { part, whole }, Z);
      expect(there.low).toBeCloseTo(-back.high, 10);
      expect(there.high).toBeCloseTo(-back.low, 10);
    }
  }
});
