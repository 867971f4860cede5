import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { createKey, listKeys, revokeKey } from '../../src/services/keys/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
const server = createServer({ ...ctx, config: { ...ctx.config, apiKey: 'the key of the environment' } });
const asOwner = { authorization: `Basic ${Buffer.from('the key of the environment:').toString('base64')}` };

async function bearer(...scopes: string[]) {
  const { secret } = await createKey(ctx, { name: 'a test', scopes });
  return { authorization: `Bearer ${secret}` };
}

beforeAll(async () => {
  await server.ready();
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

test('a request without a key, or with an unknown one, is refused as a problem document', async () => {
  for (const headers of [
    {},
    { authorization: 'Bearer nope' },
    { authorization: 'Basic Og==' },
    { authorization: 'x' },
  ]) {
    const answer = await server.inject({ url: '/api/keys', headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(answer.json()).toMatchObject({
      type: 'urn:carillon:problem:unauthorized',
      status: 401,
      code: 'unauthorized',
    });
  }
});

test('a key may do what its scopes say and nothing else', async () => {
  const cases: [scope: string, read: number, write: number][] = [
    ['*', 200, 201],
    ['keys:*', 200, 201],
    ['keys:write', 200, 201],
    ['keys:read', 200, 403],
    ['campaigns:*', 403, 403],
  ];
  for (const [scope, read, write] of cases) {
    const headers = await bearer(scope);
    const body = { name: 'made by a key', scopes: ['keys:read'] };
    expect((await server.inject({ url: '/api/keys', headers })).statusCode, scope).toBe(read);
    expect((await server.inject({ method: 'POST', url: '/api/keys', headers, body })).statusCode, scope).toBe(write);
  }
});

test('a key cannot make a key that may do more than itself', async () => {
  const cases: [held: string[], granted: string, status: number][] = [
    [['keys:write'], '*', 403],
    [['keys:write'], 'campaigns:read', 403],
    [['keys:write', 'campaigns:read'], 'campaigns:read', 201],
    [['keys:write', 'campaigns:read'], 'campaigns:write', 403],
    [['keys:write', 'campaigns:read'], 'campaigns:*', 403],
    [['keys:write', 'campaigns:write'], 'campaigns:*', 201],
    [['keys:write'], 'keys:*', 201],
    [['keys:write'], 'nonsense', 422],
    [['*'], 'compaigns:read', 422],
    [['*'], '*', 201],
  ];
  for (const [held, granted, status] of cases) {
    const headers = await bearer(...held);
    const body = { name: 'granted', scopes: [granted] };
    const answer = await server.inject({ method: 'POST', url: '/api/keys', headers, body });
    expect([held, granted, answer.statusCode]).toEqual([held, granted, status]);
  }
});

test('a secret is shown once, kept as a hash, and worth nothing after it is revoked', async () => {
  const made = await server.inject({
    method: 'POST',
    url: '/api/keys',
    headers: asOwner,
    body: { name: 'short life', scopes: ['keys:read'] },
  });
  const { secret, key_id } = made.json() as { secret: string; key_id: number };
  expect(secret).toMatch(/^carillon_[\w-]{43}$/);
  const headers = { authorization: `Bearer ${secret}` };
  const listed = await server.inject({ url: '/api/keys?limit=1000', headers });
  expect(listed.statusCode).toBe(200);
  expect(listed.body).not.toContain(secret);
  await revokeKey(ctx, key_id);
  expect((await server.inject({ url: '/api/keys', headers })).statusCode).toBe(401);
  await expect(revokeKey(ctx, key_id)).rejects.toMatchObject({ code: 'not_found' });
});

test('using a key is noted at most once a minute', async () => {
  const headers = await bearer('keys:read');
  const lastUse = async () => (await listKeys(ctx, { limit: 1_000 })).at(-1)?.last_used_at?.getTime();
  await server.inject({ url: '/api/keys', headers });
  const first = ctx.clock.now();
  expect(await lastUse()).toBe(first);
  ctx.clock.advance(59_999);
  await server.inject({ url: '/api/keys', headers });
  expect(await lastUse()).toBe(first);
  ctx.clock.advance(1);
  await server.inject({ url: '/api/keys', headers });
  expect(await lastUse()).toBe(first + 60_000);
});

test('walking the pages of a list shows each item once, also when items are added meanwhile', async () => {
  const before = await listKeys(ctx, { limit: 1_000 });
  const seen: number[] = [];
  let after: string | null = null;
  do {
    const url: string = `/api/keys?limit=3${after === null ? '' : `&after=${after}`}`;
    const page = (await server.inject({ url, headers: asOwner })).json() as {
      items: { key_id: number }[];
      next: string;
    };
    expect(page.items.length).toBeLessThanOrEqual(3);
    seen.push(...page.items.map((item) => item.key_id));
    if (seen.length === 3) await bearer('tables:read');
    after = page.next;
  } while (after !== null);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength(before.length + 1);
});

test('a request that needs no body may call it JSON', async () => {
  const headers = { ...asOwner, 'content-type': 'application/json' };
  const ask = (url: string) => server.inject({ method: 'POST', url, headers, payload: '' });
  // Nothing is asked for; something is, all of which may be left out; something that may not.
  expect((await ask('/api/sends/4711/stop')).statusCode).toBe(404);
  expect((await ask('/api/journeys/nowhere/pause')).statusCode).toBe(404);
  const bare = await server.inject({ method: 'POST', url: '/api/journeys/nowhere/pause', headers: asOwner });
  expect(bare.statusCode).toBe(404);
  expect((await ask('/api/journeys/nowhere/migrate')).statusCode).toBe(400);
});

test('every kind of bad input is answered with everything that is wrong with it', async () => {
  const post = (payload: string, type = 'application/json') =>
    server.inject({ method: 'POST', url: '/api/keys', headers: { ...asOwner, 'content-type': type }, payload });

  const wrong = await post(JSON.stringify({ name: 7, scope: ['a'] }));
  expect(wrong.statusCode).toBe(422);
  expect(wrong.json().problems).toEqual([
    { path: 'name', message: expect.any(String), expected: 'string' },
    { path: 'scopes', message: expect.any(String), expected: 'array' },
    { path: 'scope', message: 'Unknown key "scope".', expected: 'name | scopes', suggestion: 'scopes' },
  ]);

  const scopes = await post(JSON.stringify({ name: '', scopes: ['*', 'campaigns'] }));
  expect(scopes.json().problems.map((problem: { path: string }) => problem.path)).toEqual(['name', 'scopes.1']);
  const slip = await post(JSON.stringify({ name: 'a', scopes: ['compaigns:read'] }));
  expect(slip.json().problems).toMatchObject([{ path: 'scopes.0', suggestion: 'campaigns:read' }]);

  const malformed = await post('{"name": ');
  expect([malformed.statusCode, malformed.json().code]).toEqual([400, 'malformed']);
  expect((await post('{"__proto__": {"a": 1}}')).statusCode).toBe(400);
  expect((await post('')).statusCode).toBe(400);

  const foreign = await post('<key/>', 'application/xml');
  expect([foreign.statusCode, foreign.json().code]).toEqual([415, 'unsupported_media_type']);
  // What curl -d says unless it is told otherwise.
  const form = await post('{"name": "a", "scopes": ["*"]}', 'application/x-www-form-urlencoded');
  expect(form.json().detail).toBe(
    '"application/x-www-form-urlencoded" is not taken here; a body of JSON says "Content-Type: application/json".',
  );

  const large = await post(JSON.stringify({ name: 'x'.repeat(5_000_000), scopes: [] }));
  expect([large.statusCode, large.json().code]).toEqual([413, 'too_large']);
});

test('bad queries and paths are problems too, and say which part of the request they are in', async () => {
  const get = (url: string) => server.inject({ url, headers: asOwner });
  const limit = await get('/api/keys?limit=5000&atfer=x');
  expect(limit.statusCode).toBe(422);
  expect(limit.json().problems.map((problem: { path: string }) => problem.path)).toEqual([
    'query.limit',
    'query.atfer',
  ]);
  expect(limit.json().problems[1].suggestion).toBe('after');
  expect((await get('/api/keys?after=bm90IGpzb24')).json().problems[0].path).toBe('query.after');
  const path = await server.inject({ method: 'DELETE', url: '/api/keys/abc', headers: asOwner });
  expect(path.json().problems[0].path).toBe('path.key_id');
  const missing = await get('/api/nothing/here?secret=1');
  expect([missing.statusCode, missing.json().code]).toEqual([404, 'not_found']);
  expect(missing.headers['content-type']).toContain('application/problem+json');
});

test('what nobody foresaw is answered without its internals, and a database that is gone with 503', async () => {
  const broken = createServer({
    ...ctx,
    config: { ...ctx.config, apiKey: 'k' },
    db: {
      ...ctx.db,
      query: async () => {
        throw new Error('password=hunter2');
      },
      one: async () => {
        throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' });
      },
    },
  });
  const headers = { authorization: 'Bearer k' };
  const failed = await broken.inject({ url: '/api/keys', headers });
  expect(failed.statusCode).toBe(500);
  expect(failed.body).not.toContain('hunter2');
  expect(failed.json().instance).toBe(`urn:carillon:request:${failed.headers['x-request-id']}`);
  const gone = await broken.inject({ url: '/readyz' });
  expect([gone.statusCode, gone.headers['retry-after']]).toEqual([503, '5']);
  expect(gone.body).not.toContain('10.0.0.1');
  await broken.close();
});

test('operators can ask whether the process lives, is ready and how it does; answers carry the security headers', async () => {
  // The console where it was built, otherwise a page of words.
  expect((await server.inject({ url: '/' })).body).toContain('Carillon');
  expect((await server.inject({ url: '/healthz' })).json()).toEqual({ status: 'ok' });
  expect((await server.inject({ url: '/readyz' })).json()).toEqual({ status: 'ready' });
  const metrics = await server.inject({ url: '/metrics' });
  expect(metrics.body).toContain('carillon_http_request_seconds_count{method="GET",route="/healthz",status="200"} 1');
  const { headers } = await server.inject({ url: '/api/keys', headers: asOwner });
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
});

test('a route under /api that declares no scope keeps the server from starting', async () => {
  const careless = createServer(ctx);
  careless.register(async (scope) => {
    scope.get('/api/open-to-all', async () => 'oops');
  });
  await expect(careless.ready()).rejects.toThrow('/api/open-to-all declares no config.scope');
});

test('closing lets a running request end', async () => {
  const closing = createServer(ctx);
  let finish: () => void = () => undefined;
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  closing.register(async (scope) => {
    scope.get('/slow', async () => {
      started();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return 'done';
    });
  });
  const address = await closing.listen({ port: 0, host: '127.0.0.1' });
  const answer = fetch(`${address}/slow`);
  await running;
  const closed = closing.close();
  finish();
  expect(await (await answer).text()).toBe('done');
  await closed;
  await expect(fetch(`${address}/healthz`)).rejects.toThrow();
});
