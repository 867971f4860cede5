import { afterAll, expect, test } from 'vitest';
import { createTestContext } from '../../../test/support/context.ts';
import { sql } from '../../platform/sql/index.ts';
import { type EventInput, prepareForEvents, recordEvents } from './record.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

test('events of new and known people are stored in the month they happened', async () => {
  const now = ctx.clock.now();
  const event = (name: string, value: string, occurredAt: number): EventInput => ({
    name,
    occurredAt,
    properties: { total: 5 },
    source: 'test',
    identity: { namespace: 'email', value },
  });
  const events = [
    event('Ordered', 'a@x.com', Date.parse('2025-12-31T23:59:59Z')),
    event('Ordered', 'A@x.com', Date.parse('2026-01-01T00:00:00Z')),
    event('Viewed', 'not an address', now),
  ];
  await prepareForEvents(ctx.db, events);
  const result = await ctx.db.transaction((tx) => recordEvents(tx, events, { now }));
  expect(result).toEqual({ recorded: 2, unowned: [2] });
  const rows = await ctx.db.query(sql`
    select e.tableoid::regclass::text as part, e.name, p.email from event e join profile p using (bucket, profile_id) order by 1`);
  expect(rows).toEqual([
    { part: 'event_2025_12', name: 'Ordered', email: 'a@x.com' },
    { part: 'event_2026_01', name: 'Ordered', email: 'a@x.com' },
  ]);
});

test('an event of a profile known by its place needs no identity', async () => {
  const { bucket, profile_id } = await ctx.db.one<{ bucket: number; profile_id: number }>(
    sql`select bucket, profile_id from profile`,
  );
  const events = [
    { name: 'Called', occurredAt: ctx.clock.now(), source: 'test', owner: { bucket, profileId: profile_id } },
  ];
  await prepareForEvents(ctx.db, events);
  const result = await ctx.db.transaction((tx) => recordEvents(tx, events, { now: ctx.clock.now() }));
  expect(result.recorded).toBe(1);
});
