import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { type CallsWorker, startCalls } from '../../src/services/calls/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { defineEndpoint, json, queueCall, resultsFor, resultsOf, startTarget } from './support.ts';

let ctx: TestContext;
let worker: CallsWorker;
const closing: (() => Promise<void>)[] = [];

/** The system's clock put ahead to a full hour: no period of a cap ends while the tests run. */
function clockOfFullHour(): Clock {
  const ahead = 3_600_000 - (Date.now() % 3_600_000);
  return {
    now: () => Date.now() + ahead,
    sleepUntil: (instant, signal) => systemClock.sleepUntil(instant - ahead, signal),
  };
}

beforeAll(async () => {
  ctx = await createTestContext({ clock: clockOfFullHour() });
  const config = { ...ctx.config, secretNamed: (name: string) => (name === 'CRM_KEY' ? 'the-key' : undefined) };
  Object.assign(ctx, { config });
});
beforeEach(async () => {
  await ctx.db.execute(sql`truncate inbox, http_call, endpoint_use`);
  worker = startCalls(ctx);
});
afterEach(async () => {
  await worker.stop();
  for (const close of closing.splice(0)) await close();
});
afterAll(() => ctx.close());

async function target(handler: Parameters<typeof startTarget>[0]) {
  const started = await startTarget(handler);
  closing.push(started.close);
  return started;
}

test('an answer comes back through the inbox, and the call is gone in the same transaction', async () => {
  const crm = await target((request, reply) => json(reply, { seen: JSON.parse(request.body) }));
  await defineEndpoint(ctx, {
    key: 'crm',
    url: `${crm.url}/v1/`,
    headers: { 'X-Shop': 'main' },
    auth: { type: 'api-key', header: 'X-Api-Key', value: { secret: 'CRM_KEY' } },
  });
  await queueCall(ctx, { instanceId: 1, endpoint: 'crm', url: '/people?x=1', body: { id: 7 } });
  expect(await resultsFor(ctx, [1])).toEqual([{ kind: 'answered', status: 200, body: { seen: { id: 7 } } }]);
  expect(crm.received[0]).toMatchObject({ method: 'POST', path: '/v1/people?x=1' });
  expect(crm.received[0]?.headers).toMatchObject({ 'x-api-key': 'the-key', 'x-shop': 'main' });
  expect(crm.received[0]?.headers['idempotency-key']).toMatch(/^1-\d+$/);
  expect(await ctx.db.query(sql`select * from http_call`)).toEqual([]);
});

test('500 and then 200 is 200, under one key; 404 is not asked again', async () => {
  let asked = 0;
  const crm = await target((request, reply) => {
    asked++;
    if (request.path === '/gone') return json(reply, { error: 'gone' }, 404);
    json(reply, { try: asked }, asked === 1 ? 500 : 200);
  });
  await defineEndpoint(ctx, { key: 'flaky', url: crm.url });
  await queueCall(ctx, { instanceId: 1, endpoint: 'flaky' });
  expect(await resultsFor(ctx, [1])).toEqual([{ kind: 'answered', status: 200, body: { try: 2 } }]);
  expect(new Set(crm.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  await queueCall(ctx, { instanceId: 2, endpoint: 'flaky', url: '/gone' });
  expect(await resultsFor(ctx, [2])).toEqual([{ kind: 'answered', status: 404, body: { error: 'gone' } }]);
  expect(crm.received.filter(({ path }) => path === '/gone')).toHaveLength(1);
});

test('429 is asked again after the pause that it names, and answered as it is when that is too long', async () => {
  const crm = await target((request, reply) => {
    const pause = request.path === '/long' ? '60' : '1';
    if (crm.received.filter(({ path }) => path === request.path).length > 1) return json(reply, {});
    reply.writeHead(429, { 'retry-after': pause }).end();
  });
  await defineEndpoint(ctx, { key: 'busy', url: crm.url, timeout: '2s' });
  await queueCall(ctx, { instanceId: 1, endpoint: 'busy', url: '/short' });
  await queueCall(ctx, { instanceId: 2, endpoint: 'busy', url: '/long' });
  expect(await resultsFor(ctx, [1, 2])).toEqual([
    { kind: 'answered', status: 200, body: {} },
    { kind: 'answered', status: 429, body: null },
  ]);
  const [first, second] = crm.received.filter(({ path }) => path === '/short');
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(950);
});

test('an endpoint that hangs times out, and does not hold up the calls of another', async () => {
  let isHanging = true;
  const held: ServerResponse[] = [];
  const slow = await target((_, reply) => (isHanging ? held.push(reply) : json(reply, {})));
  const fast = await target((_, reply) => json(reply, {}));
  const mute = await target(() => undefined);
  await defineEndpoint(ctx, { key: 'slow', url: slow.url, timeout: '30s' });
  await defineEndpoint(ctx, { key: 'fast', url: fast.url });
  await defineEndpoint(ctx, { key: 'mute', url: mute.url, timeout: '1s' });
  const hanging = Array.from({ length: 80 }, (_, i) => ({ instanceId: i + 1, endpoint: 'slow', timeoutMs: 30_000 }));
  await queueCall(ctx, ...hanging, { instanceId: 500, endpoint: 'fast' });
  await resultsFor(ctx, [500]);
  expect([...(await resultsOf(ctx)).keys()]).toEqual([500]);
  await queueCall(ctx, { instanceId: 501, endpoint: 'mute' });
  expect(await resultsFor(ctx, [501])).toEqual([{ kind: 'timed-out' }]);
  isHanging = false;
  for (const reply of held) json(reply, {});
});

test('garbage, huge, deep and unfinished answers fail with their reason; text and nothing are kept as they are', async () => {
  const odd = await target((request, reply) => {
    const answers: Record<string, () => void> = {
      '/garbage': () => reply.writeHead(200, { 'content-type': 'application/json' }).end('{"a": '),
      '/huge': () => reply.writeHead(200).end(Buffer.alloc(2_000_000, 'x')),
      '/deep': () =>
        reply.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(5_000) + ']'.repeat(5_000)),
      '/cut': () => {
        reply.writeHead(200, { 'content-length': '100' });
        reply.write('half');
        reply.destroy();
      },
      '/text': () => reply.writeHead(200, { 'content-type': 'text/plain' }).end('a\0b'),
      '/nothing': () => reply.writeHead(204).end(),
    };
    answers[request.path]?.();
  });
  await defineEndpoint(ctx, { key: 'odd', url: odd.url, retries: 0 });
  const paths = ['/garbage', '/huge', '/deep', '/cut', '/text', '/nothing'];
  for (const [i, url] of paths.entries()) await queueCall(ctx, { instanceId: i + 1, endpoint: 'odd', url });
  expect(await resultsFor(ctx, [1, 2, 3, 4, 5, 6])).toEqual([
    { kind: 'failed', reason: 'answer_not_json' },
    { kind: 'failed', reason: 'answer_too_large' },
    { kind: 'failed', reason: 'answer_too_deep' },
    { kind: 'failed', reason: 'unreachable', error: 'UND_ERR_SOCKET' },
    { kind: 'answered', status: 200, body: 'ab' },
    { kind: 'answered', status: 204, body: null },
  ]);
});

test('a call that gets no answer says what the network said: nobody listens, nobody has that name', async () => {
  const gone = await target((_, reply) => json(reply, {}));
  await gone.close();
  await defineEndpoint(ctx, { key: 'gone', url: gone.url, retries: 0 });
  await defineEndpoint(ctx, { key: 'nameless', url: 'http://nobody.invalid', retries: 0 });
  await queueCall(ctx, { instanceId: 1, endpoint: 'gone' });
  await queueCall(ctx, { instanceId: 2, endpoint: 'nameless' });
  expect(await resultsFor(ctx, [1, 2])).toEqual([
    { kind: 'failed', reason: 'unreachable', error: 'ECONNREFUSED' },
    { kind: 'failed', reason: 'unreachable', error: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) },
  ]);
});

test('private addresses are refused: written out, by name, behind a redirect and for tokens', async () => {
  const inner = await target((_, reply) => json(reply, { secret: true }));
  const outer = await target((request, reply) => {
    const to = request.path === '/loop' ? '/loop' : `${inner.url}/metadata`;
    reply.writeHead(302, { location: to }).end();
  });
  const named = outer.url.replace('127.0.0.1', 'localhost');
  await defineEndpoint(ctx, { key: 'literal', url: inner.url, retries: 0 });
  await defineEndpoint(ctx, { key: 'named', url: named, allow_private: false, retries: 0 });
  await defineEndpoint(ctx, { key: 'redirecting', url: outer.url, retries: 0 });
  const token = { type: 'token', url: inner.url, path: 'secret' } as const;
  await defineEndpoint(ctx, { key: 'tokened', url: 'https://example.com', auth: token, retries: 0 });
  // As they were published before it was said when they are saved.
  await ctx.db.execute(sql`
    update definition set body = (body::jsonb || '{"allow_private": false}')::json
    where kind = 'endpoint' and key in ('literal', 'tokened')`);
  await queueCall(ctx, { instanceId: 1, endpoint: 'literal' });
  await queueCall(ctx, { instanceId: 2, endpoint: 'named' });
  await queueCall(ctx, { instanceId: 3, endpoint: 'redirecting' });
  await queueCall(ctx, { instanceId: 4, endpoint: 'redirecting', url: '/loop' });
  await queueCall(ctx, { instanceId: 5, endpoint: 'tokened' });
  await queueCall(ctx, {
    instanceId: 6,
    endpoint: '[::ffff:127.0.0.1]',
    url: `http://[::ffff:127.0.0.1]:${inner.port}/`,
  });
  const reasons = (await resultsFor(ctx, [1, 2, 3, 4, 5, 6])).map((it) => (it.kind === 'failed' ? it.reason : it.kind));
  expect(reasons).toEqual([
    'private_address',
    'private_address',
    'private_address',
    'too_many_redirects',
    'private_address',
    'private_address',
  ]);
  expect(inner.received).toEqual([]);
});

test('a call that leaves its endpoint, or cannot be made, never goes out', async () => {
  const crm = await target((_, reply) => json(reply, {}));
  await defineEndpoint(ctx, { key: 'narrow', url: `${crm.url}/v1/`, methods: ['GET'] });
  await defineEndpoint(ctx, { key: 'locked', url: crm.url, auth: { type: 'bearer', token: { secret: 'NOT_SET' } } });
  const calls = [
    { endpoint: 'narrow', method: 'GET', url: '/../admin' },
    { endpoint: 'narrow', method: 'GET', url: 'http://elsewhere.example/' },
    { endpoint: 'narrow', method: 'POST', url: '/x' },
    { endpoint: 'locked', method: 'GET', url: '/x' },
    { endpoint: 'unknown', method: 'GET', url: '/x' },
    { endpoint: 'narrow', method: 'GET', url: '/x', headers: { 'x-name': 'a\r\nx-evil: 1' } },
  ] as const;
  for (const [i, call] of calls.entries()) await queueCall(ctx, { instanceId: i + 1, ...call });
  const results = await resultsFor(ctx, [1, 2, 3, 4, 5, 6]);
  expect(results.map((it) => (it.kind === 'failed' ? it.reason : it))).toEqual([
    'outside_endpoint',
    'outside_endpoint',
    'method_not_allowed',
    'secret_missing:NOT_SET',
    'endpoint_missing',
    'invalid_request',
  ]);
  expect(crm.received).toEqual([]);
});

test('a token is asked for once, used by all calls, and asked for again when it is refused', async () => {
  let valid = 0;
  const api = await target((request, reply) => {
    if (request.path === '/token') return json(reply, { data: { token: `t${++valid}` } });
    const ok = request.headers['x-token'] === `Token t${valid}`;
    json(reply, {}, ok ? 200 : 401);
  });
  const auth = {
    type: 'token',
    url: `${api.url}/token`,
    form: { key: { secret: 'CRM_KEY' } },
    path: 'data.token',
    header: 'X-Token',
    prefix: 'Token ',
  } as const;
  await defineEndpoint(ctx, { key: 'oauth', url: `${api.url}/api/`, auth });
  for (let i = 1; i <= 5; i++) await queueCall(ctx, { instanceId: i, endpoint: 'oauth' });
  const all = await resultsFor(ctx, [1, 2, 3, 4, 5]);
  expect(all.every((it) => it.kind === 'answered' && it.status === 200)).toBe(true);
  expect(api.received.filter(({ path }) => path === '/token')).toMatchObject([{ body: 'key=the-key' }]);
  valid = 50;
  await queueCall(ctx, { instanceId: 6, endpoint: 'oauth' });
  expect(await resultsFor(ctx, [6])).toMatchObject([{ kind: 'answered', status: 200 }]);
  expect(api.received.filter(({ path }) => path === '/token')).toHaveLength(2);
});

test('above a cap calls are refused, and exactly as many get through as it allows, whoever makes them', async () => {
  const api = await target((_, reply) => json(reply, {}));
  await defineEndpoint(ctx, { key: 'capped', url: api.url, capping: { calls: 7, per: '1h' } });
  const other = startCalls(ctx);
  const instances = Array.from({ length: 20 }, (_, i) => i + 1);
  for (const instanceId of instances) await queueCall(ctx, { instanceId, endpoint: 'capped' });
  const results = await resultsFor(ctx, instances);
  await other.stop();
  expect(results.filter((it) => it.kind === 'answered')).toHaveLength(7);
  expect(results.filter((it) => it.kind === 'failed' && it.reason === 'capped')).toHaveLength(13);
  expect(api.received).toHaveLength(7);
});

test('above a throttle calls wait for their turn and all get through', async () => {
  const api = await target((_, reply) => json(reply, {}));
  await defineEndpoint(ctx, { key: 'slowly', url: api.url, throttling: { per_second: 10 } });
  const instances = Array.from({ length: 20 }, (_, i) => i + 1);
  const before = Date.now();
  for (const instanceId of instances) await queueCall(ctx, { instanceId, endpoint: 'slowly' });
  const results = await resultsFor(ctx, instances);
  expect(results.every((it) => it.kind === 'answered')).toBe(true);
  // A second's worth at once, and the other ten at ten per second.
  expect(Math.max(...api.received.map(({ at }) => at)) - before).toBeGreaterThanOrEqual(1_000);
});

test('what has waited for its turn too long fails as throttled', async () => {
  const api = await target((_, reply) => json(reply, {}));
  await defineEndpoint(ctx, { key: 'jammed', url: api.url, throttling: { per_second: 0.001, wait: '1h' } });
  await queueCall(ctx, { instanceId: 1, endpoint: 'jammed' });
  await resultsFor(ctx, [1]);
  await worker.stop();
  await queueCall(ctx, { instanceId: 2, endpoint: 'jammed' });
  await ctx.db.execute(
    sql`update http_call set due_at = due_at - interval '2 hours', queued_at = queued_at - interval '2 hours'`,
  );
  worker = startCalls(ctx);
  expect(await resultsFor(ctx, [2])).toEqual([{ kind: 'failed', reason: 'throttled' }]);
  expect(api.received).toHaveLength(1);
});

test('an answer that the database does not take ends its call as failed, once, and the answers beside it are recorded', async () => {
  const api = await target((request, reply) => json(reply, { said: request.path }));
  await defineEndpoint(ctx, { key: 'odd-one', url: api.url });
  await ctx.db.execute(sql`
    alter table inbox add constraint refuses check (not body::jsonb @> '{"result": {"body": {"said": "/poison"}}}')`);
  closing.push(async () => {
    await ctx.db.execute(sql`alter table inbox drop constraint refuses`);
  });
  const paths = ['/a', '/poison', '/b', '/c'];
  await queueCall(ctx, ...paths.map((url, i) => ({ instanceId: i + 1, endpoint: 'odd-one', url })));
  expect(await resultsFor(ctx, [1, 2, 3, 4])).toEqual([
    { kind: 'answered', status: 200, body: { said: '/a' } },
    { kind: 'failed', reason: 'answer_unstorable' },
    { kind: 'answered', status: 200, body: { said: '/b' } },
    { kind: 'answered', status: 200, body: { said: '/c' } },
  ]);
  expect(api.received).toHaveLength(4);
  expect(await ctx.db.query(sql`select * from http_call`)).toEqual([]);
});
