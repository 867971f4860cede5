// Transactions that send ahead, against a real server.
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
});
afterAll(() => ctx.close());

const put = (key: string) => sql`insert into setting (key, value) values (${key}, 'true')`;
const kept = async () =>
  (await ctx.db.query<{ key: string }>(sql`select key from setting where key like 'test %' order by key`)).map(
    ({ key }) => key,
  );

test('statements that are sent together run in their order and commit together', async () => {
  const counts = await ctx.db.transaction(
    (tx) =>
      Promise.all([
        tx.execute(put('test 1')),
        tx.one<{ n: number }>(sql`select count(*) as n from setting where key like 'test %'`),
        tx.execute(put('test 2')),
        tx.one<{ n: number }>(sql`select count(*) as n from setting where key like 'test %'`),
      ]),
    { pipelined: true },
  );
  expect(counts).toEqual([1, { n: 1 }, 1, { n: 2 }]);
  expect(await kept()).toEqual(['test 1', 'test 2']);
});

test('when one of several fails, nothing is kept of what the others go on to do', async () => {
  const failure = new AbortController();
  let others: Promise<unknown> = Promise.resolve();
  const work = ctx.db.transaction(
    (tx) => {
      const slow = async () => {
        await tx.execute(put('test before'));
        await once(failure.signal, 'abort');
        await tx.execute(put('test after'));
      };
      others = slow();
      return Promise.all([others, tx.execute(sql`select 1 / 0`)]);
    },
    { pipelined: true },
  );
  await expect(work).rejects.toThrow('division by zero');
  failure.abort();
  await expect(others).rejects.toThrow('The transaction has ended.');
  expect(await kept()).toEqual(['test 1', 'test 2']);
  // The connection is as good as before.
  expect(await ctx.db.transaction((tx) => tx.one(sql`select 1 as one`), { pipelined: true })).toEqual({ one: 1 });
});
