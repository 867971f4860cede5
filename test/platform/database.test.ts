// Transactions that send ahead, against a real server.
import { once } from 'node:events';
import fc from 'fast-check';
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

for (const pipelined of [true, false]) {
  test(`what is written with the commit ${pipelined ? 'of statements sent ahead ' : ''}is kept with it, and one that fails undoes all`, async () => {
    const before = await kept();
    const names = [`test early ${pipelined}`, `test late ${pipelined}`, `test last ${pipelined}`] as const;
    await ctx.db.transaction(
      async (tx) => {
        await tx.execute(put(names[0]));
        await tx.withCommit.execute(put(names[1]));
        await tx.withCommit.execute(put(names[2]));
      },
      { pipelined },
    );
    const after = [...before, ...names].toSorted();
    expect(await kept()).toEqual(after);

    const failing = ctx.db.transaction(
      async (tx) => {
        await tx.execute(put('test lost'));
        await tx.withCommit.execute(sql`select 1 / 0`);
        await tx.withCommit.execute(put('test lost as well'));
      },
      { pipelined },
    );
    await expect(failing).rejects.toThrow('division by zero');
    const throwing = ctx.db.transaction(
      async (tx) => {
        await tx.withCommit.execute(put('test lost'));
        await tx.withCommit.execute(sql`select 1 / 0`);
        throw new Error('of the work');
      },
      { pipelined },
    );
    await expect(throwing).rejects.toThrow(pipelined ? 'of the work' : 'division by zero');
    expect(await kept()).toEqual(after);
    expect(await ctx.db.transaction((tx) => tx.one(sql`select 1 as one`), { pipelined })).toEqual({ one: 1 });
  });
}

test('an instant reads as the server has it, to the millisecond, whatever its year and its fraction', async () => {
  // Microseconds since 1970: from the year 1 to 9999, some whole seconds, milliseconds and last microseconds of a second.
  const between = (min: string, max: string) =>
    fc.bigInt({ min: BigInt(Date.parse(min)) * 1000n, max: BigInt(Date.parse(max)) * 1000n });
  const some = fc.oneof(
    between('0001-01-01T00:00:00Z', '9999-12-31T00:00:00Z'),
    between('1960-01-01T00:00:00Z', '2060-01-01T00:00:00Z'),
    between('1999-01-01T00:00:00Z', '2030-01-01T00:00:00Z').map((at) => (at / 1_000_000n) * 1_000_000n),
    between('1999-01-01T00:00:00Z', '2030-01-01T00:00:00Z').map((at) => (at / 100_000n) * 100_000n),
    between('1969-01-01T00:00:00Z', '1971-01-01T00:00:00Z').map((at) => (at / 1_000_000n) * 1_000_000n + 999_999n),
  );
  const wanted = fc.sample(some, { numRuns: 3_000 });
  const rows = await ctx.db.query<{ at: Date }>(sql`
    select '1970-01-01 00:00:00+00'::timestamptz + us / 1000000 * interval '1 second' + us % 1000000 * interval '1 microsecond' as at
    from unnest(${wanted.map(String)}::bigint[]) with ordinality t (us, n) order by n`);
  const floored = wanted.map((us) => Number(us / 1000n) - (us % 1000n < 0n ? 1 : 0));
  expect(rows.map(({ at }) => at.getTime())).toEqual(floored);
});
