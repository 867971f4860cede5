import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberText } from './values.ts';

describe('the text of a number', () => {
  it('is what JavaScript gives, for any number', () => {
    const cents = fc.integer({ min: -2_000_000_000, max: 2_000_000_000 });
    const number = fc.oneof(
      fc.double(),
      cents,
      cents.map((each) => each / 100),
      cents.map((each) => each / 1_000),
      fc.tuple(cents, cents).map(([one, two]) => (one / 100) * (two / 100)),
      fc.double({ min: 0, max: 1e7 }),
      fc.constantFrom(-0, 0, Number.NaN, Number.POSITIVE_INFINITY, 9_999_999.99, 0.1 + 0.2, 1.005, 1e-7, 0.07, 8.2),
    );
    fc.assert(
      fc.property(number, (each) => {
        expect(numberText(each)).toBe(String(each));
      }),
      { numRuns: 20_000 },
    );
  });
});
