import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CampaignInput } from '../../src/core/campaigns/index.ts';
import { TemplateDefinition } from '../../src/core/content/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { id, sql } from '../../src/platform/sql/index.ts';
import { advanceCampaigns, showRun, stopRun } from '../../src/services/campaigns/index.ts';
import { listTransitions } from '../../src/services/campaigns/store.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { beginRun, declareShop } from './shop.ts';

/** How often a run is started and killed; more in a soak. */
const ROUNDS = Number(process.env.CARILLON_KILL_ROUNDS ?? 1);
const SEED = Number(process.env.CARILLON_SEED ?? Date.now() % 1_000_000);
const PEOPLE = 8_000;

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  await declareShop(ctx);
  await ctx.db.execute(sql`
    insert into profile (bucket, email, traits, created_at, updated_at)
    select n % 256, 'p' || (n / 2) || '@a.org', jsonb_build_object('n', n, 'country', n % 5), '2026-01-01', '2026-01-01'
    from generate_series(1, ${sql`${PEOPLE}::integer`}) n`);
  await ctx.db.execute(sql`
    insert into data.orders (order_id, customer, total, _bucket, _profile_id, _updated_at)
    select 'o' || g, 'c' || p.profile_id, (p.profile_id * g) % 300, p.bucket, p.profile_id, '2026-01-01'
    from profile p, generate_series(1, 2) as k, lateral (select p.profile_id * 10 + k as g) g`);
  await ctx.db.execute(sql`analyze`);
  const hello = { kind: 'template', key: 'hello', subject: 'Hello', text: 'Hello {{ message.unsubscribe_url }}' };
  const at = new Date();
  await ctx.db.execute(sql`
    insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
    values ('template', 'hello', 1, 'published', ${JSON.stringify(TemplateDefinition.parse(hello))}, ${at}, ${at}, ${at})`);
});
afterAll(() => ctx.close());

const activities: CampaignInput['activities'] = {
  orders: {
    type: 'build-audience',
    on: 'orders',
    rule: { column: 'total', gte: 50 },
    columns: ['total'],
    next: 'people',
  },
  people: { type: 'change-dimension', to: 'profiles', next: 'both' },
  abroad: { type: 'build-audience', rule: { trait: 'country', in: [1, 2] }, next: 'both' },
  both: { type: 'combine', mode: 'union', next: 'once' },
  once: { type: 'deduplicate', by: ['email'], next: 'lots', complement: 'end' },
  lots: { type: 'split', holdout: '10%', then: { a: { limit: '50%', next: 'mail' }, b: { next: 'keep' } } },
  mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none', next: 'after' },
  keep: { type: 'save-audience', audience: 'kept', next: 'rest' },
  after: { type: 'deduplicate', by: ['country'], keep: 100 },
  rest: { type: 'wait', for: '1s' },
};
const address = { campaignKey: 'example' };

/** Count and content of every table of the newest run, whatever the order of its rows. */
async function checksums(): Promise<Record<string, string>> {
  const run = await showRun(ctx, address);
  const sums: Record<string, string> = {};
  for (const { activity, outlet, table_name, row_count } of await listTransitions(ctx.db, run.run_id)) {
    const { sum } = await ctx.db.one<{ sum: string }>(sql`
      select count(*) || ' rows, ' || coalesce(sum(hashtextextended(w::text, 0)), 0)::text as sum from ${id('work', table_name ?? '')} w`);
    expect(sum.startsWith(`${row_count} rows`)).toBe(true);
    sums[`${activity}.${outlet}`] = sum;
  }
  const kept = await ctx.db.one<{ sum: string }>(sql`
    select count(*) || ' members, ' || sum(hashint8extended(profile_id, bucket)) as sum from audience_member where audience_key = 'kept'`);
  return { ...sums, kept: kept.sum };
}

/** Everybody on the arrow that leads to the email has a message, once. */
async function checkAccounting(): Promise<void> {
  const run = await showRun(ctx, address);
  expect(run.sends).toHaveLength(1);
  const targeted = run.activities
    .find((it) => it.activity === 'lots')
    ?.outlets.find((it) => it.outlet === 'a')?.row_count;
  const { messages } = await ctx.db.one<{ messages: number }>(sql`
    select (select count(*) from outbox where send_id = ${run.sends[0]?.send_id}) +
      (select count(*) from message where send_id = ${run.sends[0]?.send_id}) as messages`);
  const summary = run.sends[0]?.summary;
  expect({ messages, targeted: summary?.targeted }).toEqual({ messages: targeted, targeted });
  expect((summary?.queued ?? 0) + (summary?.excluded ?? 0)).toBe(targeted);
}

async function spawnEngine(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'engine-process.ts')], {
    env: { PATH: process.env.PATH, DATABASE_URL: ctx.databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  return child;
}

const isOver = async () =>
  ['waiting', 'completed'].includes((await showRun(ctx, address)).state) && (await pendingTasks()) === 0;

async function pendingTasks(): Promise<number> {
  return (await showRun(ctx, address)).activities.filter((it) => it.state !== 'done' && it.send_id === null).length;
}

test(`a run killed at any moment ends with the same tables (seed ${SEED}, CARILLON_SEED repeats it)`, async () => {
  let state = SEED + 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  await beginRun(ctx, activities, { mode: 'live' });
  const begun = Date.now();
  while (!(await isOver())) if (!(await advanceCampaigns(ctx))) await pause(50);
  const lengthMs = Date.now() - begun;
  const expected = await checksums();
  await checkAccounting();

  for (let round = 0; round < ROUNDS; round++) {
    await stopRun(ctx, address);
    await ctx.db.execute(sql`delete from audience_member`);
    await beginRun(ctx, activities, { mode: 'live' });
    let kills = 0;
    while (!(await isOver())) {
      const child = await spawnEngine();
      const ended = once(child, 'exit');
      const until = Date.now() + random() * lengthMs * 0.8;
      while (Date.now() < until && !(await isOver())) await pause(Math.min(20, Math.max(1, until - Date.now())));
      child.kill('SIGKILL');
      await ended;
      kills++;
    }
    expect(await checksums(), `round ${round}, killed ${kills} times, seed ${SEED}`).toEqual(expected);
    await checkAccounting();
  }
}, 1_800_000);
