// Random events of random people pass several engines at once while everything that can go wrong with a database does. What must hold
// afterwards is named after the guarantees.
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { PROFILES } from '../../src/core/data/index.ts';
import type { EventItem } from '../../src/core/engine/index.ts';
import { Rule } from '../../src/core/rules/index.ts';
import type { Context } from '../../src/platform/context.ts';
import { isPassing, sql } from '../../src/platform/sql/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { drain, processBuckets } from '../../src/services/engine/index.ts';
import { runMerges } from '../../src/services/identity/index.ts';
import { populationQuery } from '../../src/services/rules/index.ts';
import { loadCatalog } from '../../src/services/tables/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { accept, eventOf } from './events.ts';
import { type Faults, faultyContext, type Random, randomOf } from './faults.ts';
import { AUDIENCES, publishShop } from './shop.ts';

/** How many seeds; many in a soak. */
const SEEDS = Number(process.env.CARILLON_KILL_ROUNDS ?? 3);
const FIRST_SEED = Number(process.env.CARILLON_SEED ?? 1);
const PEOPLE = 25;
const BATCHES = 8;
const BATCH = 40;
const WORKERS = 3;
const MINUTE_MS = 60_000;

let ctx: TestContext | undefined;
afterEach(() => ctx?.close());

const NAMES = ['Viewed', 'Viewed', 'Order Completed', 'Order Completed', 'Paid', 'Identify'];

/** An event with an id of its own among the properties, by which it is found again in the history. */
function randomEvent(random: Random, id: number, now: number): EventItem {
  const person = Math.floor(random() * PEOPLE);
  const name = NAMES[Math.floor(random() * NAMES.length)] ?? 'Viewed';
  const anonymous = { namespace: 'anonymous_id', value: `a-${person}-${Math.floor(random() * 2)}` };
  const known = { namespace: 'user_id', value: `u-${person}` };
  const order = Math.floor(random() * 60);
  const identities = name === 'Identify' ? [known, anonymous] : random() < 0.4 ? [anonymous] : [known];
  return eventOf(known.value, name, {
    now,
    identities,
    messageId: `message-${id}`,
    occurredAt: now - Math.floor(random() * (random() < 0.1 ? 40 * 3_600_000 : 30 * MINUTE_MS)),
    properties: { id, order_id: `o-${person}-${order}`, total: Math.floor(random() * 90) },
    traits: name === 'Identify' ? { email: `p${person}@example.com`, visits: id } : {},
  });
}

/** Turns of one worker until the faults are over; what fails is tried again, as an engine does. */
async function work(worker: Context, faults: Faults): Promise<void> {
  while (faults.on) {
    try {
      const { idle } = await processBuckets(worker, { itemsMax: 30 });
      if (idle) await runMerges(worker);
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }
}

async function play(ctx: TestContext, seed: number): Promise<{ sent: Set<number>; faults: number }> {
  const random = randomOf(seed);
  const faults: Faults = { happened: 0, on: true };
  const workers = Array.from({ length: WORKERS }, (_, n) =>
    work(faultyContext(ctx, randomOf(seed * 100 + n), faults), faults),
  );
  const failed = Promise.all(workers);
  failed.catch(() => {
    faults.on = false;
  });
  const sent = new Map<number, EventItem>();
  for (let batch = 0; batch < BATCHES && faults.on; batch++) {
    const events: EventItem[] = [];
    for (let n = 0; n < BATCH; n++) {
      const id = batch * BATCH + n;
      const event = randomEvent(random, id, ctx.clock.now());
      sent.set(id, event);
      events.push(event);
      // A client that heard no answer sends again: at once, or much later.
      if (random() < 0.2) events.push(event);
      const old = sent.get(Math.floor(random() * id));
      if (old && random() < 0.1) events.push(old);
    }
    await accept(ctx, events);
    while (faults.on && (await waiting(ctx)) > BATCH / 4) await pause(5);
    if (random() < 0.5) ctx.clock.advance(Math.floor(random() * 40 * MINUTE_MS));
  }
  faults.on = false;
  await failed;
  return { sent: new Set(sent.keys()), faults: faults.happened };
}

async function waiting({ db }: TestContext): Promise<number> {
  const { count } = await db.one<{ count: number }>(sql`select count(*) as count from inbox`);
  return count;
}

/** Everything that waits comes to its end. */
async function letTimePass(ctx: TestContext): Promise<void> {
  await drain(ctx);
  for (let hours = 0; hours < 5; hours++) {
    ctx.clock.advance(61 * MINUTE_MS);
    await drain(ctx);
  }
}

async function membersByRule(ctx: TestContext): Promise<Record<string, string[]>> {
  const catalog = await loadCatalog(ctx.db);
  const found: Record<string, string[]> = {};
  for (const { key, rule } of AUDIENCES) {
    const query = populationQuery({ rule: Rule.parse(rule), catalog, on: PROFILES, now: ctx.clock.now() });
    const rows = await ctx.db.query<{ place: string }>(sql`
      select bucket || '/' || profile_id as place from (${query}) people order by bucket, profile_id`);
    found[key] = rows.map(({ place }) => place);
  }
  return found;
}

async function membersKept(ctx: TestContext, from: 'members' | 'states'): Promise<Record<string, string[]>> {
  const source =
    from === 'members'
      ? sql`select audience_key as key, bucket, profile_id from audience_member`
      : sql`select json_object_keys(audiences) as key, bucket, profile_id from profile_state`;
  const rows = await ctx.db.query<{ key: string; place: string }>(sql`
    select key, bucket || '/' || profile_id as place from (${source}) kept order by key, bucket, profile_id`);
  const kept: Record<string, string[]> = Object.fromEntries(AUDIENCES.map(({ key }) => [key, []]));
  for (const { key, place } of rows) kept[key]?.push(place);
  return kept;
}

for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
  test(`whatever fails, everything happens once (seed ${seed}, CARILLON_SEED repeats it)`, async () => {
    ctx = await createTestContext();
    await publishShop(ctx);
    const { sent, faults } = await play(ctx, seed);
    expect(faults).toBeGreaterThan(5);
    await letTimePass(ctx);
    await noEventIsLostAndNoneAppliedTwice(ctx, sent);
    await membershipsAreThoseOfTheRules(ctx);
    await noWaitIsForgotten(ctx);
    await noMessageIsWrittenTwice(ctx);
    await everythingAddsUp(ctx);
  }, 120_000);
}

async function noEventIsLostAndNoneAppliedTwice({ db }: TestContext, sent: ReadonlySet<number>): Promise<void> {
  const rows = await db.query<{ id: number }>(sql`select (properties ->> 'id')::int as id from event order by 1`);
  expect(rows.map(({ id }) => id)).toEqual([...sent].sort((a, b) => a - b));
  expect(await db.query(sql`select * from inbox`)).toEqual([]);
  expect(await db.query(sql`select * from dead_letter`)).toEqual([]);
}

async function membershipsAreThoseOfTheRules(ctx: TestContext): Promise<void> {
  const byRule = await membersByRule(ctx);
  expect(await membersKept(ctx, 'members')).toEqual(byRule);
  expect(await membersKept(ctx, 'states')).toEqual(byRule);
}

async function noWaitIsForgotten({ db, clock }: TestContext): Promise<void> {
  const at = new Date(clock.now());
  const waiting = await db.query(sql`
    select journey_key, state, wake_at from journey_instance where state <> 'ended' or wake_at <= ${at}`);
  expect(waiting).toEqual([]);
  expect(await db.query(sql`select * from profile_state where wake_at <= ${at}`)).toEqual([]);
  // Whoever ordered came in: each order once, or again after its instance had ended.
  const outside = await db.query(sql`
    select e.properties ->> 'order_id' as order_id from event e
    where e.name = 'Order Completed' and e.occurred_at > e.received_at - interval '20 hours' and not exists (
      select from journey_instance i where i.instance_key = e.properties ->> 'order_id')`);
  expect(outside).toEqual([]);
}

async function noMessageIsWrittenTwice({ db }: TestContext): Promise<void> {
  const rows = await db.query<{ messages: number; passed: number }>(sql`
    select (select count(*) from outbox o where o.instance_id = i.instance_id)
        + (select count(*) from message m where m.instance_id = i.instance_id) as messages,
      (select count(*) from journey_step s where s.instance_id = i.instance_id and s.node = 'mail' and s.what = 'left') as passed
    from journey_instance i where journey_key = 'payment'`);
  expect(rows.filter(({ messages, passed }) => messages !== passed || messages > 1)).toEqual([]);
}

async function everythingAddsUp(ctx: TestContext): Promise<void> {
  expect(await examine(ctx)).toMatchObject({ differences: [], findings: [] });
}
