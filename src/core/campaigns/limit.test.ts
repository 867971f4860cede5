import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Limit, rowsOf } from './limit.ts';

test.each([
  ['10%', 25, 3],
  ['10%', 24, 2],
  ['50%', 5, 3],
  ['33.3%', 1_000, 333],
  ['0.5%', 100, 1],
  ['0.5%', 99, 0],
  ['100%', 7, 7],
  ['0%', 7, 0],
  [500, 7, 7],
  [3, 7, 3],
] as const)('%s of %i rows are %i', (limit, total, expected) => {
  expect(rowsOf(Limit.parse(limit), total)).toBe(expected);
});

test('a share and the rest of it never lose or invent more than the row that rounding decides', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), fc.nat(10_000_000), (percent, total) => {
      const both = rowsOf(`${percent}%`, total) + rowsOf(`${100 - percent}%`, total);
      expect(both - total).toBeGreaterThanOrEqual(0);
      expect(both - total).toBeLessThanOrEqual(1);
    }),
  );
});
