import { expect, test } from 'vitest';
import { nextRead } from './next-read.ts';

const at = (text: string) => Date.parse(text);
const next = (schedule: Parameters<typeof nextRead>[0], after: string, first = false) => {
  const found = nextRead(schedule, { after: at(after), first });
  return found === undefined ? undefined : new Date(found).toISOString();
};
const zone = 'Europe/Berlin';

test('without a schedule an audience is read once, at once', () => {
  expect(next(undefined, '2026-03-02T09:00:00Z', true)).toBe('2026-03-02T09:00:00.000Z');
  expect(next(undefined, '2026-03-02T09:00:00Z')).toBeUndefined();
  expect(next({ once: '2026-03-05T08:00', zone }, '2026-03-02T09:00:00Z', true)).toBe('2026-03-05T07:00:00.000Z');
  expect(next({ once: '2026-03-05T08:00', zone }, '2026-03-05T07:00:00Z')).toBeUndefined();
});

test('recurring readings follow the clock on the wall, across a change of the clock', () => {
  const day = { every: 'day', at: '08:00', zone } as const;
  expect(next(day, '2026-03-28T07:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
  expect(next(day, '2026-10-24T06:00:00Z')).toBe('2026-10-25T07:00:00.000Z');
  expect(next({ cron: '0 8 * * *', zone }, '2026-03-28T07:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
  expect(next({ every: 'hour', at: '00:15', zone }, '2026-03-02T09:15:00Z')).toBe('2026-03-02T10:15:00.000Z');
  const days: ('tue' | 'fri')[] = ['tue', 'fri'];
  const week = { every: 'week', days, at: '09:30', zone: 'UTC' } as const;
  expect(next(week, '2026-03-03T09:30:00Z')).toBe('2026-03-06T09:30:00.000Z');
});

test('a month without such a day is read on its last', () => {
  const month = { every: 'month', day: 31, at: '06:00', zone: 'UTC' } as const;
  expect(next(month, '2026-01-31T06:00:00Z')).toBe('2026-02-28T06:00:00.000Z');
  expect(next(month, '2026-02-28T06:00:00Z')).toBe('2026-03-31T06:00:00.000Z');
});
