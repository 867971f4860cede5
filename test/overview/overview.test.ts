// What Home is told: it adds up, forgets what is older than a day, and names what waits for a person.
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { fakeChannel, GREETING, makePeople, makePopulation, prepare, publish } from '../deliveries/support.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const HOUR_MS = 3_600_000;
const POLL = { interval: 20, timeout: 20_000 };

let ctx: TestContext;
let server: FastifyInstance;
let delivery: ReturnType<typeof startDelivery>;
let sendId = 0;
const keys: Record<string, string> = {};

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  for (const scopes of [['*'], ['sends:read'], ['imports:read']]) {
    keys[scopes.join()] = (await createKey(ctx, { name: scopes.join(), scopes })).secret;
  }
  await makePeople(ctx, 1, 10);
  await publish(ctx, GREETING);
  await ctx.db.execute(sql`update profile set email = null where profile_id = 3`);
  const population = await makePopulation(ctx, 'people', 1, 10);
  ({ sendId } = await prepare(ctx, population, { hold: true, campaignKey: 'spring' }));
  const channel = fakeChannel((to) =>
    to === 'p4@example.com'
      ? { kind: 'rejected', reason: 'hard_bounce', detail: 'No such person', hardBounce: true }
      : { kind: 'sent', detail: 'ok' },
  );
  delivery = startDelivery(ctx, { openChannel: async () => channel });
});
afterAll(async () => {
  await delivery.stop();
  await server.close();
  await ctx.close();
});

async function overview(key = '*') {
  // Everybody who looks within a second gets the same answer.
  ctx.clock.advance(1_000);
  const answer = await server.inject({ url: '/api/overview', headers: { authorization: `Bearer ${keys[key]}` } });
  return { status: answer.statusCode, ...answer.json() };
}

function adds(account: Record<string, number>): number {
  const { targeted = 0, ...parts } = account;
  return Object.values(parts).reduce((sum, part) => sum + part, 0) - targeted;
}

test('a send that is to be confirmed waits for a person, with how many it would reach and leave out', async () => {
  const { account, waits, sends } = await overview();
  expect(account).toMatchObject({ targeted: 10, excluded: 1, held: 9, queued: 0, sent: 0 });
  expect(waits).toMatchObject([{ kind: 'confirm', send_id: sendId, campaign_key: 'spring', count: 9, excluded: 1 }]);
  expect(sends).toMatchObject([{ send_id: sendId, state: 'prepared', account: { targeted: 10, held: 9 } }]);
});

test('what was sent is told by lane and channel, and adds up', async () => {
  await server.inject({
    method: 'POST',
    url: `/api/sends/${sendId}/confirm`,
    headers: { authorization: `Bearer ${keys['*']}` },
  });
  await expect.poll(async () => (await overview()).account, POLL).toMatchObject({ sent: 8, failed: 1, queued: 0 });
  const { account, waits, lanes, channels } = await overview();
  expect(adds(account)).toBe(0);
  expect(waits).toEqual([]);
  expect(lanes.find(({ lane }: { lane: string }) => lane === 'campaign').account).toEqual(account);
  expect(channels).toMatchObject([{ channel_key: 'sandbox', sent: 8, failed: 1, bounced: 1 }]);
});

test('a day later it is gone from the account, although its counters stay', async () => {
  const standing = await prepare(ctx, await makePopulation(ctx, 'later', 1, 3), { hold: true, campaignKey: 'later' });
  const marks = sql`
    select from send_mark where (send_id, name) in ((${sendId}, 'sent'), (${standing.sendId}, 'excluded'))`;
  for (let hour = 0; hour < 27; hour += 1) {
    ctx.clock.advance(HOUR_MS);
    // What was counted by then is known once delivery has marked it.
    await expect.poll(() => ctx.db.query(marks), POLL).toHaveLength(2);
    expect((await overview()).status).toBe(200);
  }
  // The one left out was left out before; those who wait still do.
  const { account, sends } = await overview();
  expect(account).toMatchObject({ targeted: 2, held: 2, sent: 0, excluded: 0 });
  expect(sends).toMatchObject([{ send_id: standing.sendId }]);
});

test('messages of which nobody knows whether they left, failed runs and dead letters wait for a person', async () => {
  const at = new Date(ctx.clock.now());
  await ctx.db.execute(sql`
    insert into send_count (send_id, slot, name, reason, value) values (${sendId}, 3, 'uncertain', 'worker_lost', 2)`);
  await ctx.db.execute(sql`
    insert into campaign_run (campaign_key, version, mode, state, body, reason, starts_at, created_at, updated_at)
    values ('autumn', 1, 'live', 'failed', '{"name": "Autumn"}', 'mail: no such column', ${at}, ${at}, ${at})`);
  await ctx.db.execute(sql`
    insert into dead_letter (inlet, source, reason, detail, body, complete, received_at)
    values ('event', 'shop', 'too_old', '', '{}', true, ${at}), ('event', 'shop', 'too_old', '', '{}', true, ${at})`);
  const { waits } = await overview();
  const counts = new Map(waits.map(({ kind, count }: { kind: string; count: number }) => [kind, count]));
  expect(Object.fromEntries(counts)).toEqual({ uncertain: 2, confirm: 2, 'failed-run': 1, 'dead-letters': 2 });
  const since = waits.map(({ at }: { at: string }) => at);
  expect(since).toEqual([...since].sort());
  // Who may not read sources or campaigns does not hear of theirs.
  const seen = await overview('sends:read');
  expect(seen.waits.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['confirm', 'uncertain']);
  expect(await overview('imports:read')).toMatchObject({ status: 403 });
});

test('all journeys are added up, and the fullest are named', async () => {
  await ctx.db.execute(sql`
    insert into journey_version (journey_key, version, state, body, started_at, updated_at)
    select 'j' || n, 1, 'live', '{}', now(), now() from generate_series(1, 25) n`);
  await ctx.db.execute(sql`
    insert into journey_count (journey_key, version, slot, node, name, value)
    select 'j' || n, 1, slot, '', name, case name when 'entered' then 2 * n else n end
    from generate_series(1, 25) n, generate_series(0, 1) slot, unnest(array['entered', 'ended']) name`);
  const { journeys, journeys_in_force: inForce, inside } = await overview();
  expect([inForce, inside]).toEqual([25, 2 * 325]);
  expect(journeys).toHaveLength(20);
  expect(journeys[0]).toMatchObject({ key: 'j25', inside: 50, entered: 100, ended: 50 });
});
