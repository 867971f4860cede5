import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { openLease } from '../../src/services/deliveries/lease.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { until } from './support.ts';

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
});
afterAll(() => ctx.close());

it('a worker number whose connection was lost is given up when nothing claimed under it is in memory any more', async () => {
  const lease = openLease(ctx.db);
  const claim = () =>
    lease.run(async (session, workerId) => {
      const { pid } = await session.one<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      return { workerId, pid };
    });
  const first = await claim();
  lease.note(first.workerId, 2);
  await ctx.db.execute(sql`select pg_terminate_backend(${first.pid}::int)`);
  await expect(claim()).rejects.toThrow();
  const second = await claim();
  expect(second.workerId).not.toBe(first.workerId);
  expect(lease.workerIds()).toEqual([first.workerId, second.workerId]);
  lease.note(first.workerId, -2);
  expect(lease.workerIds()).toEqual([second.workerId]);
  await lease.close();
});

it('a number whose connection was lost is taken again as long as messages claimed under it are in memory', async () => {
  const lease = openLease(ctx.db);
  const { workerId, pid } = await lease.run(async (session, number) => ({
    workerId: number,
    ...(await session.one<{ pid: number }>(sql`select pg_backend_pid() as pid`)),
  }));
  const isHeld = async () =>
    (
      await ctx.db.query(sql`
        select from pg_locks where locktype = 'advisory' and objid = ${workerId}::bigint::oid and granted
          and database = (select oid from pg_database where datname = current_database())`)
    ).length === 1;
  lease.note(workerId, 2);
  await ctx.db.execute(sql`select pg_terminate_backend(${pid}::int)`);
  await until(async () => !(await isHeld()));
  await lease.hold();
  expect(await isHeld()).toBe(true);
  lease.note(workerId, -2);
  expect(lease.workerIds()).not.toContain(workerId);
  await until(async () => !(await isHeld()));
  await lease.close();
});

it('a number under which something may have been claimed unknown to anybody is let go of when the rest has settled', async () => {
  const lease = openLease(ctx.db);
  expect(lease.current()).toBeUndefined();
  const claim = () => lease.run(async (_, workerId) => workerId);
  const first = await claim();
  expect(lease.current()).toBe(first);
  lease.note(first, 2);
  lease.renew();
  expect(lease.current()).toBeUndefined();
  const second = await claim();
  expect(second).not.toBe(first);
  expect(lease.current()).toBe(second);
  expect(lease.workerIds()).toEqual([first, second]);
  lease.note(first, -2);
  expect(lease.workerIds()).toEqual([second]);
  const isHeld = (workerId: number) =>
    ctx.db.query(sql`
      select from pg_locks where locktype = 'advisory' and objid = ${workerId}::bigint::oid and granted
        and database = (select oid from pg_database where datname = current_database())`);
  await until(async () => (await isHeld(first)).length === 0);
  expect(await isHeld(second)).toHaveLength(1);
  await lease.close();
});
