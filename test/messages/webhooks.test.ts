import { createHmac } from 'node:crypto';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { type CallsWorker, startCalls } from '../../src/services/calls/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { mergeProfiles } from '../../src/services/identity/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { createWebhookCalls, queueWebhooks } from '../../src/services/webhooks/index.ts';
import { fakeChannel, GREETING, makePeople, makePopulation, prepare, publish, until } from '../deliveries/support.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

type Received = { readonly headers: Record<string, string>; readonly body: string };

let ctx: TestContext;
let server: FastifyInstance;
let receiver: Server;
let worker: CallsWorker | undefined;
let key: string;
let status = 200;
const received: Received[] = [];

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  server = createServer(ctx);
  key = (await createKey(ctx, { name: 'test', scopes: ['webhooks:*', 'messages:read'] })).secret;
  await makePeople(ctx, 1, 20);
  await publish(ctx, GREETING);
  await publishAudience({ key: 'other', rule: { trait: 'tier', eq: 'gold' } });
  await ctx.db.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select bucket_of('customer', n::text), 'customer', n::text, n % 256, n, ${new Date(0)} from generate_series(1, 20) n`);
  receiver = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', () => resolve()));
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await ctx.db.execute(sql`delete from webhook`);
  await ctx.db.execute(sql`delete from http_call`);
  received.length = 0;
  status = 200;
});
afterAll(async () => {
  receiver.close();
  await server.close();
  await ctx.close();
});

async function publishAudience(body: object): Promise<void> {
  const documents = [plainDocument({ kind: 'audience', ...body })];
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
}

async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await server.inject({ method, url: `/api/webhooks${path}`, headers, ...(payload ? { payload } : {}) });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}

const make = async (more: object = {}) => {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const input = { name: 'test', url, events: ['audience.entered', 'audience.left'], allow_private: true, ...more };
  return (await call('POST', '', input)).body;
};
const change = (profileId: number, audience: string, what: 'entered' | 'left') => ({
  bucket: profileId % 256,
  profileId,
  audience,
  change: what,
  at: Date.parse('2026-03-02T09:00:00Z'),
  cause: 'event',
});
const tell = (changes: Parameters<typeof queueWebhooks>[1]) =>
  ctx.db.transaction((tx) => queueWebhooks(tx, changes, ctx.clock.now()));
const start = () => {
  worker = startCalls(ctx, { webhooks: createWebhookCalls(ctx) });
};
const typesOf = () => received.map(({ body }) => JSON.parse(body).type).sort();

/** A check of Standard Webhooks as a receiver would write it. */
function isSigned({ headers, body }: Received, secret: string): boolean {
  const bytes = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', bytes)
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    .digest('base64');
  return (headers['webhook-signature'] ?? '').split(' ').includes(`v1,${expected}`);
}

it('an audience whose changes nobody could tell is refused when it is asked for', async () => {
  const due = { event: 'Order Completed', where: { due: { within: '3d' } } };
  await publishAudience({ key: 'due', rule: due });
  await publishAudience({ key: 'picked', static: true });
  const url = 'https://crm.example.com/hook';
  const input = { name: 'test', url, events: ['audience.left'], audiences: ['othr', 'due', 'picked', 'other'] };
  const { problems } = (await call('POST', '', input)).body;
  expect(problems).toMatchObject([
    { path: 'audiences.0', suggestion: 'other' },
    { path: 'audiences.1', message: expect.stringContaining('compared with the present moment') },
    { path: 'audiences.2', message: expect.stringContaining('Campaigns and files fill it') },
  ]);
  const made = (await call('POST', '', { ...input, audiences: ['other'] })).body;
  expect((await call('PUT', `/${made.webhook_id}`, { ...input, audiences: ['due'] })).status).toBe(422);
});

it('a change of an audience is told to those who asked for it, signed, with the identities of the person', async () => {
  const all = await make();
  await make({ events: ['audience.left'] });
  await make({ audiences: ['other'] });
  expect(await tell([change(3, 'vip', 'entered'), change(4, 'vip', 'left')])).toBe(3);
  start();
  await until(() => received.length === 3);
  expect(typesOf()).toEqual(['audience.entered', 'audience.left', 'audience.left']);
  const entered = received.find(({ body }) => body.includes('entered')) as Received;
  expect(isSigned(entered, all.secret)).toBe(true);
  expect(isSigned({ ...entered, body: `${entered.body} ` }, all.secret)).toBe(false);
  expect(JSON.parse(entered.body)).toEqual({
    type: 'audience.entered',
    timestamp: '2026-03-02T09:00:00.000Z',
    data: { audience: 'vip', profile_id: 3, cause: 'event', identities: { customer: ['3'] } },
  });
  await until(async () => (await call('GET', `/${all.webhook_id}/deliveries`)).body.items.length === 2);
  expect((await call('GET', `/${all.webhook_id}/deliveries`)).body.items[0]).toMatchObject({ ok: true, final: true });
});

it('a person is told of with identities of every namespace, whatever it is called', async () => {
  await make();
  await ctx.db.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    values (bucket_of('constructor', 'x'), 'constructor', 'x', 5, 5, ${new Date(0)})`);
  await tell([change(5, 'vip', 'entered')]);
  start();
  await until(() => received.length === 1);
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
    data: { identities: { constructor: ['x'], customer: ['5'] } },
  });
});

it('what waits to be told of a person who is merged keeps its id, and has the identities of whom they became', async () => {
  await make();
  await tell([change(15, 'vip', 'entered')]);
  const [queued] = await ctx.db.query<{ call_id: number }>(sql`select call_id from http_call`);
  const [from, into] = [15, 16].map((profileId) => ({ bucket: profileId, profileId }));
  if (!from || !into) throw new Error('There is nobody.');
  expect(await mergeProfiles(ctx, { from, into, cause: 'api' })).toMatchObject({ kind: 'merged', dead: from });
  start();
  await until(() => received.length === 1);
  expect(JSON.parse(received[0]?.body ?? '').data.identities).toEqual({ customer: ['15', '16'] });
  expect(received[0]?.headers['webhook-id']).toBe(`call_15-${queued?.call_id}`);
});

it('a new secret signs at once, and the old one does for a day more', async () => {
  const webhook = await make();
  const rotated = (await call('POST', `/${webhook.webhook_id}/rotate-secret`)).body;
  expect(rotated.secret).not.toBe(webhook.secret);
  start();
  expect((await call('POST', `/${webhook.webhook_id}/ping`)).status).toBe(202);
  await until(() => received.length === 1);
  const [ping] = received as [Received];
  expect([webhook.secret, rotated.secret].map((secret) => isSigned(ping, secret))).toEqual([true, true]);
  await ctx.db.execute(sql`update webhook set rotated_at = rotated_at - interval '2 days'`);
  await call('POST', `/${webhook.webhook_id}/ping`);
  await until(() => received.length === 2);
  expect(isSigned(received[1] as Received, webhook.secret)).toBe(false);
});

it('what is refused waits for its next try, and a webhook that fails for days is disabled and says so', async () => {
  const webhook = await make();
  status = 500;
  start();
  await tell([change(5, 'vip', 'entered')]);
  ctx.signals.raise('calls');
  const show = async () => (await call('GET', `/${webhook.webhook_id}`)).body;
  await until(async () => (await show()).failing_since !== null);
  // Before its next try.
  await worker?.stop();
  expect((await call('GET', `/${webhook.webhook_id}/deliveries`)).body.items).toMatchObject([
    { event: 'audience.entered', ok: false, final: false, reason: '500' },
  ]);
  expect((await ctx.db.one<{ n: number }>(sql`select count(*) as n from http_call where state = 'queued'`)).n).toBe(1);
  await ctx.db.execute(sql`update webhook set failing_since = failing_since - interval '6 days'`);
  await ctx.db.execute(sql`update http_call set due_at = ${new Date()}`);
  start();
  await until(async () => (await show()).state === 'disabled');
  expect((await show()).reason).toContain('five days');
  expect(await tell([change(6, 'vip', 'entered')])).toBe(0);
  expect((await call('POST', `/${webhook.webhook_id}/ping`)).status).toBe(409);
  status = 200;
  expect((await call('POST', `/${webhook.webhook_id}/enable`)).body).toMatchObject({ state: 'active', reason: null });
  expect(await tell([change(6, 'vip', 'entered')])).toBe(1);
});

it('a try that got no answer says what the network said', async () => {
  const webhook = await make({ url: 'http://127.0.0.1:1/hook' });
  start();
  await tell([change(5, 'vip', 'entered')]);
  ctx.signals.raise('calls');
  const tries = async () => (await call('GET', `/${webhook.webhook_id}/deliveries`)).body.items;
  await until(async () => (await tries()).length === 1);
  expect(await tries()).toMatchObject([{ ok: false, final: false, reason: 'unreachable', error: 'ECONNREFUSED' }]);
});

it('messages are told when they are settled, by the id that the API knows them by', async () => {
  await make({ events: ['message.sent', 'message.failed', 'message.excluded'] });
  await ctx.db.execute(sql`update profile set email = null where profile_id = 10`);
  const channel = fakeChannel((to) =>
    to.startsWith('p11@')
      ? { kind: 'rejected', reason: 'user_unknown', detail: '550', hardBounce: true }
      : { kind: 'sent', detail: 'ok' },
  );
  const delivery = startDelivery(ctx, { openChannel: () => channel });
  start();
  await prepare(ctx, await makePopulation(ctx, 'told', 10, 12));
  ctx.signals.raise('outbox');
  await until(() => received.length === 3);
  await delivery.stop();
  expect(typesOf()).toEqual(['message.excluded', 'message.failed', 'message.sent']);
  const failed = received.find(({ body }) => body.includes('message.failed')) as Received;
  expect(JSON.parse(failed.body).data).toMatchObject({
    profile_id: 11,
    reason: 'hard_bounce',
    identities: { customer: ['11'] },
  });
  const { message } = JSON.parse(failed.body).data;
  const headers = { authorization: `Bearer ${key}` };
  const asked = await server.inject({ method: 'GET', url: `/v1/messages/${message}`, headers });
  expect(asked.json()).toMatchObject({ id: message, state: 'failed', profile_id: 11 });
});

it('an address of this machine or of a private network is refused when it is asked for, unless it is allowed', async () => {
  const input = { name: 'x', url: 'http://10.0.0.7/hook', events: ['audience.entered'] };
  for (const url of [input.url, 'http://127.0.0.1:8080/', 'http://[::1]/', 'http://169.254.169.254/latest']) {
    expect((await call('POST', '', { ...input, url })).body.problems).toMatchObject([{ path: 'url' }]);
  }
  const made = await call('POST', '', { ...input, allow_private: true });
  expect(made.status).toBe(201);
  expect((await call('PUT', `/${made.body.webhook_id}`, input)).status).toBe(422);
});

it('an address that is none, or an event that nobody knows, is refused; a deleted webhook is gone', async () => {
  expect((await call('POST', '', { name: 'x', url: 'ftp://x.example', events: ['audience.entered'] })).status).toBe(
    422,
  );
  expect(
    (await call('POST', '', { name: 'x', url: 'https://u:p@x.example', events: ['audience.entered'] })).status,
  ).toBe(422);
  expect((await call('POST', '', { name: 'x', url: 'https://x.example', events: ['all'] })).status).toBe(422);
  const webhook = await make();
  expect((await call('GET', '')).body.items).toHaveLength(1);
  expect(
    (await call('PUT', `/${webhook.webhook_id}`, { name: 'y', url: 'https://x.example', events: ['message.sent'] }))
      .body.name,
  ).toBe('y');
  expect((await call('DELETE', `/${webhook.webhook_id}`)).status).toBe(204);
  expect((await call('GET', `/${webhook.webhook_id}`)).status).toBe(404);
});
