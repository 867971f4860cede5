import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { id, openDatabase, sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { createTestContext, databaseUrlOf, type TestContext } from '../support/context.ts';
import { accept, eventOf } from './events.ts';
import { type Random, randomOf } from './faults.ts';

const ROUNDS = Number(process.env.CARILLON_KILL_ROUNDS ?? 1);
const SEED = Number(process.env.CARILLON_KILL_SEED ?? Math.floor(Math.random() * 1_000_000));
const EVENTS = 400;
const PEOPLE = 40;
/** Longer than the silence that the database allows an engine of these tests. */
const FROZEN_MS = 2_500;

const JOURNEY = {
  kind: 'journey',
  key: 'short',
  entry: { event: 'Ordered', instance: 'id', max_instances: 1_000 },
  start: 'rest',
  steps: { rest: { type: 'wait', for: '1s', next: 'mark' }, mark: { type: 'update-profile', set: { seen: true } } },
};
const AUDIENCE = { kind: 'audience', key: 'many', rule: { event: 'Ordered', within: '30d', count: { gte: 3 } } };

let ctx: TestContext;
let sent = 0;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  for (const document of [AUDIENCE, JOURNEY]) {
    await applyDefinitions(ctx, { documents: [plainDocument(document)], publish: true, dryRun: false });
  }
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await ctx.close();
});

async function startWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'engine-process.ts')], {
    env: { PATH: process.env.PATH, DATABASE_URL: ctx.databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  await once(child.stdout ?? child, 'data');
  return child;
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Events arrive in small batches for as long as it takes. */
async function send(count: number): Promise<void> {
  const last = sent + count;
  while (sent < last) {
    const events = Array.from({ length: 20 }, () => {
      sent += 1;
      return eventOf(`u-${sent % PEOPLE}`, 'Ordered', {
        now: Date.now(),
        messageId: `k-${sent}`,
        properties: { id: sent },
      });
    });
    await accept(ctx, [...events, ...events.slice(0, 3)]);
    await pause(10);
  }
}

async function untilDone(): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { left } = await ctx.db.one<{ left: number }>(sql`
      select (select count(*) from inbox) + (select count(*) from journey_instance where state <> 'ended') as left`);
    if (left === 0) return;
    if (Date.now() > deadline) throw new Error(`${left} items and instances are left.`);
    await pause(50);
  }
}

async function everythingHappenedOnce(): Promise<void> {
  const { db } = ctx;
  const history = await db.query<{ id: number }>(sql`select (properties ->> 'id')::int as id from event order by 1`);
  expect(history.map((row) => row.id)).toEqual(Array.from({ length: sent }, (_, at) => at + 1));
  const [instances] = await db.query(sql`
    select count(*) as entered, count(distinct instance_key) as orders, count(*) filter (where end_reason = 'finished') as finished
    from journey_instance`);
  expect(instances).toEqual({ entered: sent, orders: sent, finished: sent });
  expect(await db.query(sql`select * from dead_letter`)).toEqual([]);
  const members = await db.query(sql`
    select count(*) as members from audience_member where audience_key = 'many'
    union all
    select count(*) from (select from event group by bucket, profile_id having count(*) >= 3) frequent`);
  expect(members[0]).toEqual(members[1]);
  expect(await examine(ctx)).toMatchObject({ differences: [], findings: [] });
}

async function killAgainAndAgain(random: Random): Promise<void> {
  const sending = send(EVENTS);
  let worker = await startWorker();
  for (let kills = 0; kills < 2; kills++) {
    await pause(random() * 400);
    await end(worker, 'SIGKILL');
    worker = await startWorker();
  }
  await sending;
  await untilDone();
  await end(worker, 'SIGTERM');
}

test.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))(
  'engines that are killed lose no event and apply none twice (seed %i)',
  async (seed) => {
    await killAgainAndAgain(randomOf(seed));
    await everythingHappenedOnce();
  },
  120_000,
);

test.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))(
  'an engine that is frozen for longer than its database waits does no harm when it goes on (seed %i)',
  async (seed) => {
    const random = randomOf(seed + 1);
    const [frozen, other] = await Promise.all([startWorker(), startWorker()]);
    const sending = send(EVENTS);
    await pause(random() * 300);
    frozen.kill('SIGSTOP');
    await sending;
    await pause(FROZEN_MS);
    // What the frozen one held is free: the other one finishes alone.
    await untilDone();
    frozen.kill('SIGCONT');
    await send(100);
    await untilDone();
    await Promise.all([end(frozen, 'SIGTERM'), end(other, 'SIGTERM')]);
    await everythingHappenedOnce();
  },
  120_000,
);

test('a database that goes away and comes back finds its engines at work', async () => {
  const worker = await startWorker();
  const name = new URL(ctx.databaseUrl).pathname.slice(1);
  const admin = openDatabase({ connectionString: databaseUrlOf('postgres'), connectionsMax: 1 });
  await send(200);
  await admin.execute(sql`alter database ${id(name)} allow_connections false`);
  await admin.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and application_name = 'carillon'`);
  await pause(1_500);
  await admin.execute(sql`alter database ${id(name)} allow_connections true`);
  await admin.close();
  await send(200);
  await untilDone();
  await end(worker, 'SIGTERM');
  await everythingHappenedOnce();
}, 120_000);
