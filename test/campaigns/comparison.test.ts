// What a split dealt by lot is compared as it happened: exact counts, the goal counted person by person, intervals around them.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { ensureMonthPartitions, id, sql } from '../../src/platform/sql/index.ts';
import { advanceCampaigns, compareRun } from '../../src/services/campaigns/index.ts';
import { listTransitions } from '../../src/services/campaigns/store.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { createTestContext, TEST_START, type TestContext } from '../support/context.ts';
import { addPeople, beginRun, declareShop, emptyShop } from './shop.ts';

const HOUR = 3_600_000;
const all = { type: 'build-audience', next: 'lots' } as const;
const mail = { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none' } as const;
const VARIANTS = {
  all,
  lots: {
    type: 'split',
    holdout: 10,
    then: { a: { limit: 15, next: 'mail-a' }, b: { next: 'mail-b' } },
  },
  'mail-a': mail,
  'mail-b': mail,
} as const;

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
  await declareShop(ctx);
  const template = { kind: 'template', key: 'hello', subject: 'Hello', text: 'Hi {{ message.unsubscribe_url }}' };
  await applyDefinitions(ctx, { documents: [plainDocument(template)], publish: true, dryRun: false });
  await ensureMonthPartitions(ctx.db, 'event', [TEST_START]);
});
afterAll(() => ctx.close());
beforeEach(async () => {
  await emptyShop(ctx);
  await ctx.db.execute(sql`truncate event, profile_alias`);
  await addPeople(
    ctx,
    Array.from({ length: 40 }, (_, n) => ({ name: `p${n}`, email: `p${n}@a.org` })),
  );
});

/** Begins a live run that has come as far as it can. */
async function dealt(activities: Parameters<typeof beginRun>[1]) {
  const runId = await beginRun(ctx, activities, { mode: 'live' });
  await advanceCampaigns(ctx);
  const arrows = await listTransitions(ctx.db, runId);
  const peopleOf = async (outlet: string) => {
    const table = arrows.find((it) => it.activity === 'lots' && it.outlet === outlet)?.table_name ?? '';
    return ctx.db.query<{ bucket: number; profile_id: number }>(
      sql`select bucket, profile_id from ${id('work', table)} order by profile_id`,
    );
  };
  return { address: { campaignKey: 'example', runId }, peopleOf };
}

async function count(activity: string, counters: Readonly<Record<string, number>>): Promise<void> {
  for (const [counter, value] of Object.entries(counters)) {
    const [name, reason = ''] = counter.split(' ');
    await ctx.db.execute(sql`
      insert into send_count (send_id, slot, name, reason, value)
      select max(send_id), 99, ${name}, ${reason}, ${value} from send where activity = ${activity}`);
  }
}

async function happen(person: { bucket: number; profile_id: number } | undefined, at: number): Promise<void> {
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, source, received_at)
    values (${person?.bucket}, ${person?.profile_id}, ${new Date(at)}, 'Order Completed', 'test', ${new Date(at)})`);
}

test('each variant has its own counts and an interval against the first, machines apart', async () => {
  const { address } = await dealt(VARIANTS);
  await count('mail-a', { sent: 1_000, 'opened human': 100, 'opened machine': 400, 'clicked human': 20 });
  await count('mail-b', { sent: 1_000, 'opened human': 150, 'clicked human': 22, 'unsubscribed human': 3 });
  const [deal] = await compareRun(ctx, address);
  const [holdout, a, b] = deal?.parts ?? [];
  expect([holdout, a, b].map((part) => [part?.name, part?.dealt, part?.sent])).toEqual([
    ['holdout', 10, 0],
    ['a', 15, 1_000],
    ['b', 15, 1_000],
  ]);
  expect(a?.measures.opened).toMatchObject({ part: 100, whole: 1_000, difference: null });
  expect(a?.machines).toEqual({ opened: 400, clicked: 0 });
  expect(b?.measures.opened?.difference).toMatchObject({ control: 'a', verdict: 'more' });
  expect(b?.measures.clicked?.difference?.verdict).toBe('open');
  expect(b?.measures.unsubscribed).toMatchObject({ part: 3, whole: 1_000 });
  expect(holdout?.measures).toEqual({ opened: null, clicked: null, unsubscribed: null, goal: null });
});

test('the goal is counted once per person, in its time only, against those held out', async () => {
  const { address, peopleOf } = await dealt(VARIANTS);
  const [inA, inB, held] = [await peopleOf('a'), await peopleOf('b'), await peopleOf('holdout')];
  for (const person of inA.slice(0, 9)) await happen(person, TEST_START + HOUR);
  await happen(inA[0], TEST_START + 2 * HOUR);
  // Before they were dealt, and after the time is over.
  await happen(inB[0], TEST_START - HOUR);
  await happen(inB[1], TEST_START + 25 * HOUR);
  await happen(held[0], TEST_START + HOUR);
  const goal = { event: 'Order Completed', withinMs: 24 * HOUR };
  const [deal] = await compareRun(ctx, { ...address, goal });
  const told = Object.fromEntries((deal?.parts ?? []).map(({ name, measures }) => [name, measures.goal]));
  expect(told).toMatchObject({
    holdout: { part: 1, whole: 10, difference: null },
    a: { part: 9, whole: 15, difference: { control: 'holdout', verdict: 'more' } },
    b: { part: 0, whole: 15, difference: { control: 'holdout', verdict: 'open' } },
  });
  expect(deal?.until).toEqual(new Date(TEST_START + 24 * HOUR));
});

test('who was merged into somebody else since is followed', async () => {
  const { address, peopleOf } = await dealt(VARIANTS);
  const [gone, stays] = await peopleOf('a');
  await ctx.db.execute(sql`
    insert into profile_alias (bucket, profile_id, to_bucket, to_profile_id, cause, merged_at)
    values (${gone?.bucket}, ${gone?.profile_id}, ${stays?.bucket}, ${stays?.profile_id}, 'api', ${new Date(TEST_START)})`);
  await happen(stays, TEST_START + HOUR);
  const [deal] = await compareRun(ctx, { ...address, goal: { event: 'Order Completed', withinMs: HOUR } });
  expect(deal?.parts.find(({ name }) => name === 'a')?.measures.goal).toMatchObject({ part: 1, whole: 14 });
});

test('where the rows are gone it says so instead of counting nobody', async () => {
  const { address } = await dealt(VARIANTS);
  await ctx.db.execute(sql`update campaign_transition set table_name = null where run_id = ${address.runId}`);
  const [deal] = await compareRun(ctx, { ...address, goal: { event: 'Order Completed', withinMs: HOUR } });
  expect(deal).toMatchObject({ purged: true });
  expect(deal?.parts.map(({ measures }) => measures.goal)).toEqual([null, null, null]);
});

test('the API tells the same, and refuses a time that is none', async () => {
  const { address } = await dealt(VARIANTS);
  const { secret } = await createKey(ctx, { name: 'comparer', scopes: ['campaigns:read'] });
  const server = createServer(ctx);
  const ask = (query: string) =>
    server.inject({
      method: 'GET',
      url: `/api/campaigns/example/runs/${address.runId}/comparison${query}`,
      headers: { authorization: `Bearer ${secret}` },
    });
  const answer = await ask('?event=Order%20Completed&within=3d');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    confidence: 0.95,
    deals: [{ node: 'lots', at: '2026-03-02T09:00:00.000Z', until: '2026-03-05T09:00:00.000Z' }],
  });
  expect((await ask('?event=x&within=soon')).statusCode).toBe(422);
  await server.close();
});
