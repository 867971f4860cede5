import { expect, test } from 'vitest';
import { readInstant } from './index.ts';

test.each([
  1e20,
  1e308,
  8.64e15,
  8.64e15 + 2,
  253_402_300_800_000,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  '+275760-09-13T00:00:00Z',
  '-000001-01-01T00:00:00Z',
])('%s is no moment of the years 1 to 9999', (value) => {
  expect(readInstant(value)).toBeUndefined();
});

test('seconds and milliseconds are told apart', () => {
  const moment = Date.parse('2026-03-02T09:00:00Z');
  for (const value of [moment, moment / 1_000, String(moment), '2026-03-02T09:00:00Z'])
    expect(readInstant(value)).toBe(moment);
});
