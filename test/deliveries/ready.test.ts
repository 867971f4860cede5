// However many messages wait in one lane, finding that another has none reads none of them, and a send that goes on costs housekeeping
// nothing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Queryable, sql } from '../../src/platform/sql/index.ts';
import { findReady } from '../../src/services/deliveries/store-claim.ts';
import { finishEmptySends } from '../../src/services/deliveries/store-send.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { GREETING, makePeople, makePopulation, prepare, publish } from './support.ts';

const MESSAGES = 30_000;
let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
  await makePeople(ctx, 1, MESSAGES);
  await publish(ctx, GREETING);
  await prepare(ctx, await makePopulation(ctx, 'people', 1, MESSAGES));
  await ctx.db.execute(sql`analyze outbox`);
});
afterAll(() => ctx.close());

/** The rows of the outbox that were read, by index or without; the statistics of a transaction are its own. */
async function rowsRead(work: (tx: Queryable) => Promise<unknown>): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const read = async () =>
      (
        await tx.one<{ rows: number }>(sql`
          select sum(pg_stat_get_xact_tuples_fetched(indexrelid) + pg_stat_get_xact_tuples_returned(indexrelid))::bigint
            + pg_stat_get_xact_tuples_returned('outbox'::regclass)::bigint as rows
          from pg_index where indrelid = 'outbox'::regclass`)
      ).rows;
    const before = await read();
    await work(tx);
    return (await read()) - before;
  });
}

test('looking for messages of an empty lane reads none of a full one', async () => {
  const { channelKey } = await ctx.db.one<{ channelKey: string }>(
    sql`select distinct channel_key as "channelKey" from outbox`,
  );
  const lanes = (['transactional', 'journey', 'campaign'] as const).map((lane) => ({ lane, channelKey }));
  const read = await rowsRead(async (tx) => {
    expect(await findReady(tx, lanes, ctx.clock.now())).toEqual([{ lane: 'campaign', channelKey }]);
  });
  expect(read).toBeLessThan(10);
});

test('whether a send has ended is told by its counters, not by its messages', async () => {
  expect(await rowsRead((tx) => finishEmptySends(tx, ctx.clock.now()))).toBe(0);
});
