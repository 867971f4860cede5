import { expect, it } from 'vitest';
import { generateShop } from './shop.ts';

it('the invented shop is the same for the same day', () => {
  const text = (now: number) => [...generateShop(now, { customers: 50, orders: 100 }).orders()].join('');
  const morning = Date.parse('2026-03-01T08:00:00Z');
  expect(text(morning)).toBe(text(morning + 3_600_000));
  expect(text(morning)).not.toBe(text(morning + 86_400_000));
});
