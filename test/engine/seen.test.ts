import { afterAll, expect, test } from 'vitest';
import { manualClock } from '../../src/platform/clock.ts';
import { openDatabase, sql } from '../../src/platform/sql/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { keepHouse } from '../../src/services/engine/keep-house.ts';
import { ensureDayPartitions } from '../../src/services/engine/store-seen.ts';
import { createTestContext } from '../support/context.ts';
import { accept, eventOf, histories } from './events.ts';

const DAY_MS = 86_400_000;
const ctx = await createTestContext();
/** Another machine's connections: each knows for itself which partitions it has made. */
const other = openDatabase({ connectionString: ctx.databaseUrl, connectionsMax: 2 });
/** One moment for all that happens here: a day may end meanwhile. */
const { at } = await ctx.db.one<{ at: Date }>(sql`select now() as at`);
afterAll(async () => {
  await other.close();
  await ctx.close();
});

test('an engine whose clock is days ahead makes nobody forget what was seen', async () => {
  const order = eventOf('bob', 'Order Completed', { now: at.getTime() });
  await accept(ctx, [order]);
  await drain({ ...ctx, clock: manualClock(at.getTime()) });
  await keepHouse({ ...ctx, db: other }, at.getTime() + 5 * DAY_MS);
  await accept(ctx, [order]);
  await drain({ ...ctx, db: other, clock: manualClock(at.getTime()) });
  expect((await histories(ctx)).bob).toEqual(['Order Completed']);
});

test('days that are over by every clock are forgotten', async () => {
  const partitions = async () => {
    const rows = await ctx.db.query(sql`select from pg_inherits where inhparent = 'seen_message'::regclass`);
    return rows.length;
  };
  const before = await partitions();
  // Three days, of which the two oldest are over when the house is kept.
  await ensureDayPartitions(ctx.db, at.getTime() - 3 * DAY_MS);
  expect(await partitions()).toBe(before + 3);
  await keepHouse(ctx, at.getTime());
  expect(await partitions()).toBe(before + 1);
});
