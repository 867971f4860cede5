import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { advanceCampaigns } from '../../src/services/campaigns/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { GREETING, makePeople, publish } from '../deliveries/support.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

let ctx: TestContext;
let server: FastifyInstance;
let key: string;

/** People 1 to 20 are vip; of them 1 to 12 said yes, 13 said no, 5 bounced for good. */
beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  key = (await createKey(ctx, { name: 'test', scopes: ['messages:write'] })).secret;
  await makePeople(ctx, 1, 50);
  await ctx.db.execute(sql`update profile set traits = traits || '{"vip": true}' where profile_id <= 20`);
  await ctx.db.execute(sql`
    insert into consent (bucket, profile_id, channel, status, source, updated_at)
    select n % 256, n, 'email', case when n = 13 then 'refused' else 'granted' end, 'test', ${new Date(0)} from generate_series(1, 13) n`);
  await ctx.db.execute(sql`
    insert into suppression (channel, address, reason, created_at) values ('email', 'p5@example.com', 'hard_bounce', ${new Date(0)})`);
  await publish(ctx, GREETING);
  await publish(ctx, { kind: 'template', key: 'reset', transactional: true, subject: 'Reset', text: 'Your code.' });
  const documents = [plainDocument({ kind: 'audience', key: 'vip', rule: { trait: 'vip', eq: true } })];
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

async function call(method: 'GET' | 'POST', url: string, payload?: object, headers = {}) {
  const response = await server.inject({
    method,
    url,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(payload ? { payload } : {}),
  });
  return { status: response.statusCode, body: response.json() };
}

const MAILING = { template: 'greeting', audience: 'vip', variables: { total: 7 } };
const EXCLUDED = { no_consent: 8, suppressed: 1 };

test('one call sends a template to an audience that opted in, and counts the others by reason', async () => {
  const { status, body } = await call('POST', '/v1/mailings', { ...MAILING, name: 'Spring' });
  expect(status).toBe(202);
  expect(body).toMatchObject({ name: 'Spring', state: 'preparing', summary: null, repeated: false });
  await advanceCampaigns(ctx);
  const shown = await call('GET', `/v1/mailings/${body.id}`);
  expect(shown.body).toMatchObject({
    state: 'sending',
    summary: { targeted: 20, excluded: 9, queued: 11, excluded_by: EXCLUDED },
  });
  const rows = await ctx.db.query(sql`select distinct data from outbox where send_id = ${shown.body.send_id}`);
  expect(rows).toEqual([{ data: { total: 7 } }]);
  // It is a campaign like any other: its report, its rows and its log are there.
  const run = await server.inject({
    url: `/api/campaigns/${body.id}/runs/${body.run_id}`,
    headers: { authorization: `Bearer ${(await createKey(ctx, { name: 'c', scopes: ['campaigns:read'] })).secret}` },
  });
  expect(run.json()).toMatchObject({ name: 'Spring', sends: [{ summary: { targeted: 20 } }] });
  expect(await examine(ctx)).toMatchObject({ healthy: true });
});

test('a rule in the place of an audience, counts that wait to be confirmed, and cancelling for what has not left', async () => {
  const rule = {
    all: [
      { trait: 'vip', eq: true },
      { trait: 'first_name', in: ['Name 1', 'Name 2', 'Name 14'] },
    ],
  };
  const { body } = await call('POST', '/v1/mailings', {
    template: 'greeting',
    rule,
    variables: { total: 1 },
    confirm: true,
  });
  await advanceCampaigns(ctx);
  const held = await call('GET', `/v1/mailings/${body.id}`);
  expect(held.body).toMatchObject({
    state: 'held',
    summary: { targeted: 3, excluded_by: { no_consent: 1 }, queued: 2 },
  });
  expect((await call('POST', `/v1/mailings/${body.id}/confirm`)).body).toMatchObject({ state: 'sending' });
  expect((await call('POST', `/v1/mailings/${body.id}/confirm`)).status).toBe(409);
  const cancelled = await call('POST', `/v1/mailings/${body.id}/cancel`);
  expect(cancelled.body).toMatchObject({ state: 'cancelled', summary: { targeted: 3, excluded: 3, queued: 0 } });
  expect((await call('POST', `/v1/mailings/${body.id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
  expect(await examine(ctx)).toMatchObject({ healthy: true });
});

test('a call with an idempotency key is done once, also when two come at the same moment', async () => {
  const headers = { 'idempotency-key': 'spring-1' };
  const answers = await Promise.all([1, 2].map(() => call('POST', '/v1/mailings', MAILING, headers)));
  expect(answers.map(({ body }) => body.repeated).sort()).toEqual([false, true]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  const other = await call('POST', '/v1/mailings', { ...MAILING, confirm: true }, headers);
  expect(other.status).toBe(409);
  // The same key at the messages is another call too.
  const message = {
    template: 'greeting',
    category: 'marketing',
    to: { email: 'p1@example.com' },
    variables: { total: 1 },
  };
  expect((await call('POST', '/v1/messages', message, headers)).status).toBe(409);
  expect((await call('GET', '/v1/messages?idempotency_key=spring-1')).status).toBe(404);
});

test('a mailing for later waits for its time, and can be taken back before anybody has been chosen', async () => {
  const send_at = new Date(ctx.clock.now() + 3_600_500).toISOString();
  const { body } = await call('POST', '/v1/mailings', { ...MAILING, send_at });
  expect(body).toMatchObject({ state: 'scheduled', summary: null });
  expect(Date.parse(body.starts_at)).toBeGreaterThanOrEqual(Date.parse(send_at));
  await advanceCampaigns(ctx);
  expect((await call('GET', `/v1/mailings/${body.id}`)).body.state).toBe('scheduled');
  ctx.clock.advance(3_602_000);
  await advanceCampaigns(ctx);
  expect((await call('GET', `/v1/mailings/${body.id}`)).body).toMatchObject({
    state: 'sending',
    summary: { targeted: 20 },
  });
  const later = await call('POST', '/v1/mailings', {
    ...MAILING,
    send_at: new Date(ctx.clock.now() + 60_000).toISOString(),
  });
  expect((await call('POST', `/v1/mailings/${later.body.id}/cancel`)).body).toMatchObject({
    state: 'cancelled',
    summary: null,
  });
  const list = await call('GET', '/v1/mailings?limit=2');
  expect(list.body.items.map((one: { id: string }) => one.id)).toEqual([later.body.id, body.id]);
});

test('what is wrong is said of the request, and nothing is begun', async () => {
  const problemsOf = async (payload: object) => {
    const { status, body } = await call('POST', '/v1/mailings', payload);
    return [status, ...(body.problems ?? []).map((one: { path: string }) => one.path)];
  };
  const before = await ctx.db.one(sql`select count(*) as runs from campaign_run`);
  expect(await problemsOf({ ...MAILING, audience: 'vips' })).toEqual([422, 'audience']);
  expect(await problemsOf({ ...MAILING, template: 'greetings' })).toEqual([422, 'template']);
  expect(await problemsOf({ ...MAILING, variables: {} })).toEqual([422, 'template']);
  expect(await problemsOf({ ...MAILING, template: 'reset' })).toEqual([422, 'template']);
  expect(await problemsOf({ ...MAILING, rule: { trait: 'vip', eq: true } })).toEqual([422, '']);
  expect(await problemsOf({ template: 'greeting' })).toEqual([422, '']);
  expect(await problemsOf({ ...MAILING, channel: 'no-such' })).toEqual([422, 'channel']);
  expect(await problemsOf({ ...MAILING, variables: { 'not a name': 1, total: 1 } })).toEqual([
    422,
    'variables.not a name',
  ]);
  expect((await call('GET', '/v1/mailings/api-none')).status).toBe(404);
  expect(await ctx.db.one(sql`select count(*) as runs from campaign_run`)).toEqual(before);
});
