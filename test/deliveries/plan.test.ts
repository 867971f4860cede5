// However many a send has, one page of its recipients is a short walk along an index: never a sort of all of them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, sql } from '../../src/platform/sql/index.ts';
import { listRecipientsWithFacts } from '../../src/services/deliveries/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { GREETING, makePeople, makePopulation, prepare, publish } from './support.ts';

const MESSAGES = 60_000;
const SEND = 7_000;
let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
  // Preparing a send makes the month's partition.
  await makePeople(ctx, 1, 1);
  await publish(ctx, GREETING);
  await prepare(ctx, await makePopulation(ctx, 'people', 1, 1));
  const now = new Date(ctx.clock.now());
  await ctx.db.execute(sql`
    insert into message (bucket, message_id, created_at, send_id, profile_id, state, reason, settled_at)
    select n % 256, n, ${now}, ${SEND}, n, case when n % 5 = 0 then 'excluded' else 'sent' end,
      case when n % 5000 = 0 then 'suppressed' when n % 5 = 0 then 'no_consent' end, ${now}
    from generate_series(1, ${MESSAGES}::int) n`);
  await ctx.db.execute(sql`
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, 0, state, coalesce(reason, ''), count(*) from message where send_id = ${SEND} group by send_id, state, reason`);
  await ctx.db.execute(sql`analyze message`);
});
afterAll(() => ctx.close());

/** The rows of messages that were read to answer; the statistics of a transaction are its own. */
async function rowsRead(filter: object): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const read = async () =>
      (
        await tx.one<{ rows: number }>(sql`
          select sum(pg_stat_get_xact_tuples_fetched(indexrelid) + pg_stat_get_xact_tuples_returned(indexrelid))::bigint
            + sum(pg_stat_get_xact_tuples_returned(indrelid))::bigint as rows
          from pg_index where indrelid in (select relid from pg_partition_tree('message') where isleaf)`)
      ).rows;
    const before = await read();
    const page = { sendIds: [SEND], states: undefined, reason: undefined, after: undefined, limit: 51, ...filter };
    // The statistics are those of this transaction, so everything is to happen in it.
    const within: Database = { ...ctx.db, ...tx, transaction: (work) => work(tx) };
    expect(await listRecipientsWithFacts(within, page)).not.toEqual([]);
    return (await read()) - before;
  });
}

test.each([
  ['all of them', {}],
  ['in the middle', { after: MESSAGES / 2 }],
  ['of one state', { states: ['sent'] }],
  ['of a rare reason', { states: ['excluded'], reason: 'suppressed' }],
])('a page of the recipients, %s, reads hundreds of rows and not tens of thousands', async (_name, filter) => {
  expect(await rowsRead(filter)).toBeLessThan(1_000);
});
