import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { cleanDeadImports, importFile, readMapping } from '../../src/services/imports/index.ts';
import { createTestContext } from '../support/context.ts';
import { defineTestTable, stagingTables, writeTemporary } from './harness.ts';

/** How often an import is started and killed; more in a soak. */
const ROUNDS = Number(process.env.CARILLON_KILL_ROUNDS ?? 2);
const SEED = Number(process.env.CARILLON_SEED ?? Date.now() % 1_000_000);
const ROWS = 10_000;

const ctx = await createTestContext({ clock: systemClock });
afterAll(() => ctx.close());

const lines = (make: (row: number) => string) => Array.from({ length: ROWS }, (_, row) => make(row)).join('\n');
const ORDERS_BEFORE = writeTemporary(
  'before.csv',
  `order_id,customer,total\n${lines((row) => `${row * 2},c${row % 500},${row}`)}\n`,
);
const ORDERS_AFTER = writeTemporary(
  'after.csv',
  `order_id,customer,total,_change_request_type\n${lines((row) => `${row},c${row % 700},${row % 3 === 0 ? row : row / 2},${row % 10 === 4 ? 'D' : 'U'}`)}\nbad,,,\n`,
);
const PEOPLE_BEFORE = writeTemporary(
  'people-before.csv',
  `customer_id,email,n\n${lines((row) => `c${row % 2_500},p${row}@x.org,${row}`)}\n`,
);
const PEOPLE_AFTER = writeTemporary(
  'people-after.csv',
  `customer_id,email,n\n${lines((row) => `c${row},p${row}@y.org,${row % 2}`)}\n`,
);

const load = (path: string, target: string) =>
  importFile(ctx, {
    source: { path, name: 'file.csv' },
    target,
    mapping: readMapping(undefined),
    key: ['customer_id'],
  });

/** Count and content of everything that an import may change. */
async function checksum(): Promise<string> {
  const { sum } = await ctx.db.one<{ sum: string }>(sql`
    select concat_ws(' ',
      (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws('|', order_id, customer, total), 0)), 0) from data.orders),
      (select count(*) from data.orders o join identity i
        on i.profile_bucket = o._bucket and i.profile_id = o._profile_id and i.value = o.customer and i.namespace = 'customer_id'),
      (select count(*) || ':' || coalesce(sum(hashtextextended(concat_ws('|', i.value, p.email, p.traits), 0)), 0)
        from identity i join profile p on p.bucket = i.profile_bucket and p.profile_id = i.profile_id),
      (select count(*) from profile)) as sum`);
  return sum;
}

async function reset(): Promise<void> {
  await ctx.db.execute(sql`truncate profile, identity, consent`);
  await ctx.db.execute(sql`truncate data.orders`);
}

async function importAndKill(path: string, target: string, afterMs: number): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'import-process.ts'), path, target],
    {
      env: { PATH: process.env.PATH, DATABASE_URL: ctx.databaseUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  await Promise.race([pause(afterMs), exited]);
  child.kill('SIGKILL');
  await exited;
}

/** The server notices that its client is gone when it next speaks to it; what it was doing then ends unsaved. */
async function untilServerNoticed(): Promise<void> {
  const others = sql`
    select 1 as busy from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and (state <> 'idle' or query like 'copy%')
      and application_name = 'carillon' and backend_type = 'client backend'`;
  while (await ctx.db.maybeOne(others)) await pause(20);
}

test.each([
  ['orders', ORDERS_BEFORE, ORDERS_AFTER],
  ['profiles', PEOPLE_BEFORE, PEOPLE_AFTER],
])(
  `an import into %s killed at any moment leaves nothing or everything (seed ${SEED}, CARILLON_SEED repeats it)`,
  async (target, before, after) => {
    let state = SEED + 1;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    await defineTestTable(ctx, {
      key: 'orders',
      columns: { order_id: 'integer', customer: 'text', total: 'decimal' },
      primary_key: 'order_id',
      identity: { column: 'customer', namespace: 'customer_id' },
    });
    await reset();
    await load(before, target);
    const sumBefore = await checksum();
    const begun = Date.now();
    const expected = (await load(after, target)).counts;
    const lengthMs = Date.now() - begun;
    const sumAfter = await checksum();
    expect(sumAfter).not.toBe(sumBefore);
    const nothingNew = {
      ...expected,
      inserted: 0,
      updated: 0,
      deleted: 0,
      unchanged: expected.read - expected.rejected,
    };

    let finished = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await reset();
      await load(before, target);
      const afterMs = Math.floor(random() * lengthMs * 1.3);
      await importAndKill(after, target, afterMs);
      await untilServerNoticed();
      const left = await checksum();
      expect([sumBefore, sumAfter], `killed after ${afterMs} ms in round ${round}`).toContain(left);
      if (left === sumAfter) finished++;
      const again = await load(after, target);
      expect(again.counts).toEqual(left === sumAfter ? nothingNew : expected);
      expect(await checksum()).toBe(sumAfter);
      await cleanDeadImports(ctx);
      expect(await stagingTables(ctx)).toEqual([]);
    }
    const states = await ctx.db.query<{ state: string }>(sql`select distinct state from import_run order by state`);
    expect(states.map((row) => row.state).filter((one) => one !== 'failed')).toEqual(['finished']);
    expect(finished).toBeLessThanOrEqual(ROUNDS);
  },
  60_000 + ROUNDS * 60_000,
);
