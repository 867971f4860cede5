import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { readConfig } from '../../src/platform/config.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { type Auth, createOwner } from '../../src/services/accounts/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

let ctx: TestContext;
let server: ReturnType<typeof createServer>;

const OWNER = { name: 'Ana Owner', email: 'Ana@Example.com', password: 'a long password' };
const ORIGIN = 'http://127.0.0.1:8080';
const HOST = { host: '127.0.0.1:8080', origin: ORIGIN };

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  await server.ready();
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

async function signIn(email: string, password: string): Promise<string> {
  const answer = await server.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    headers: HOST,
    payload: { email, password },
  });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

function stateOf(cookie?: string) {
  return server
    .inject({ url: '/api/session', headers: cookie === undefined ? {} : { cookie } })
    .then((it) => it.json());
}

test('the first visit makes the owner, once, even when two people try at the same moment', async () => {
  expect(await stateOf()).toMatchObject({ state: 'needs-owner', user: null });
  const answers = await Promise.all(
    [OWNER, { ...OWNER, email: 'bob@example.com' }].map((payload) =>
      server.inject({ method: 'POST', url: '/api/owner', payload }),
    ),
  );
  expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 409]);
  expect(await stateOf()).toMatchObject({ state: 'signed-out' });
  await ctx.db.execute(sql`update console_user set email = ${OWNER.email.toLowerCase()}`);
});

test('who asks to be owner where there is one costs no hash of a password', async () => {
  const auth = {
    get $context(): never {
      throw new Error('A hash was asked for.');
    },
  } as unknown as Auth;
  await expect(createOwner(ctx, auth, OWNER)).rejects.toMatchObject({ code: 'conflict' });
});

test('signing in gives a session in a cookie that scripts cannot read; signing out ends it', async () => {
  const answer = await server.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    headers: HOST,
    payload: { email: OWNER.email, password: OWNER.password },
  });
  expect(answer.statusCode, answer.body).toBe(200);
  const [cookie] = answer.cookies;
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  const header = `${cookie?.name}=${encodeURIComponent(cookie?.value ?? '')}`;
  expect(await stateOf(header)).toMatchObject({ state: 'signed-in', user: { role: 'owner', scopes: ['*'] } });
  const out = await server.inject({
    method: 'POST',
    url: '/api/auth/sign-out',
    headers: { ...HOST, cookie: header },
    payload: {},
  });
  expect(out.statusCode, out.body).toBe(200);
  expect(await stateOf(header)).toMatchObject({ state: 'signed-out' });
});

test('a wrong password and an unknown address are told apart by nobody', async () => {
  const answers = await Promise.all(
    [OWNER.email, 'nobody@example.com'].map((email) =>
      server.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        headers: HOST,
        payload: { email, password: 'not this one' },
      }),
    ),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
  expect(answers[0]?.json()).toEqual(answers[1]?.json());
});

test('nobody signs up by themselves', async () => {
  const answer = await server.inject({
    method: 'POST',
    url: '/api/auth/sign-up/email',
    headers: HOST,
    payload: { name: 'Eve', email: 'eve@example.com', password: 'a long password', role: 'owner' },
  });
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
});

test('a role is enforced on every route, and what it refuses is written down', async () => {
  const owner = await signIn(OWNER.email, OWNER.password);
  const made = await server.inject({
    method: 'POST',
    url: '/api/users',
    headers: { ...HOST, cookie: owner },
    payload: { name: 'Vi', email: 'vi@example.com', password: 'another password', role: 'viewer' },
  });
  expect(made.statusCode, made.body).toBe(201);
  const viewer = await signIn('vi@example.com', 'another password');
  const as = (cookie: string, method: 'GET' | 'POST', url: string) =>
    server.inject({ method, url, headers: { ...HOST, cookie }, ...(method === 'POST' ? { payload: {} } : {}) });
  expect((await as(viewer, 'GET', '/api/campaigns')).statusCode).toBe(200);
  // A question changes nothing, however it is asked.
  expect((await as(owner, 'POST', '/api/definitions/validate')).statusCode).toBe(200);
  expect((await as(viewer, 'GET', '/api/profiles')).statusCode).toBe(403);
  expect((await as(viewer, 'GET', '/api/users')).statusCode).toBe(403);
  expect((await as(viewer, 'POST', '/api/keys')).statusCode).toBe(403);
  await expect.poll(async () => (await as(owner, 'GET', '/api/audit')).json().items.length).toBeGreaterThanOrEqual(4);
  const { items: rows } = (await as(owner, 'GET', '/api/audit')).json();
  expect(rows).toContainEqual(
    expect.objectContaining({ actor: 'vi@example.com', method: 'POST', path: '/api/keys', status: 403 }),
  );
  expect(rows).toContainEqual(
    expect.objectContaining({ actor: OWNER.email.toLowerCase(), path: '/api/users', status: 201 }),
  );
  expect(rows.map(({ path }: { path: string }) => path)).not.toContain('/api/definitions/validate');
});

test('another site cannot make the browser of somebody who is signed in change anything', async () => {
  const cookie = await signIn(OWNER.email, OWNER.password);
  const from = (headers: Record<string, string>) =>
    server.inject({
      method: 'POST',
      url: '/api/keys',
      headers: { cookie, host: HOST.host, ...headers },
      payload: { name: 'stolen', scopes: ['*'] },
    });
  expect((await from({ origin: 'https://evil.example' })).statusCode).toBe(403);
  expect((await from({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
  expect((await from({})).statusCode).toBe(403);
  expect((await from({ origin: ORIGIN })).statusCode).toBe(201);
});

test('there is always an owner', async () => {
  const cookie = await signIn(OWNER.email, OWNER.password);
  const users = (await server.inject({ url: '/api/users', headers: { cookie } })).json();
  const owner = users.find((user: { role: string }) => user.role === 'owner');
  const headers = { ...HOST, cookie };
  const demoted = await server.inject({
    method: 'PUT',
    url: `/api/users/${owner.id}/role`,
    headers,
    payload: { role: 'viewer' },
  });
  expect(demoted.statusCode).toBe(409);
  const removed = await server.inject({ method: 'DELETE', url: `/api/users/${owner.id}`, headers });
  expect(removed.statusCode).toBe(409);
});

test('who is removed is signed out at once', async () => {
  const cookie = await signIn(OWNER.email, OWNER.password);
  const headers = { ...HOST, cookie };
  const payload = { name: 'Max', email: 'max@example.com', password: 'another password', role: 'marketer' };
  const { id } = (await server.inject({ method: 'POST', url: '/api/users', headers, payload })).json();
  const max = await signIn(payload.email, payload.password);
  expect((await server.inject({ method: 'DELETE', url: `/api/users/${id}`, headers })).statusCode).toBe(204);
  expect((await server.inject({ url: '/api/campaigns', headers: { cookie: max } })).statusCode).toBe(401);
});

async function guess(
  at: ReturnType<typeof createServer>,
  remoteAddress: string,
  forwarded: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const answer = await at.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    remoteAddress,
    headers: { ...HOST, 'x-forwarded-for': forwarded, ...headers },
    payload: { email: OWNER.email, password: 'not this one' },
  });
  return answer.statusCode;
}

test('behind a trusted proxy each client has its own tries at signing in; what others say about theirs is ignored', async () => {
  const config = readConfig({ CARILLON_TRUSTED_PROXIES: '192.0.2.0/28' });
  const proxied = createServer({ ...ctx, config: { ...ctx.config, trustedProxies: config.trustedProxies } });
  await proxied.ready();
  const tenTries = async (one: (at: number) => Promise<number>) => {
    for (let at = 0; at < 10; at += 1) expect(await one(at)).toBe(401);
  };
  // Through the proxy: the last address that it did not vouch for is the client, whatever the client wrote before it.
  await tenTries((at) => guess(proxied, '192.0.2.1', `203.0.113.${at}, 198.51.100.1, 192.0.2.2`));
  expect(await guess(proxied, '192.0.2.1', '198.51.100.1')).toBe(429);
  expect(await guess(proxied, '192.0.2.1', '198.51.100.2')).toBe(401);
  // Past the proxy.
  await tenTries((at) => guess(proxied, '192.0.2.99', `198.51.100.${100 + at}`));
  expect(await guess(proxied, '192.0.2.99', '198.51.100.120')).toBe(429);
  await proxied.close();
  // Without the setting nobody is believed.
  await tenTries((at) => guess(server, '192.0.2.3', `198.51.100.${200 + at}`));
  expect(await guess(server, '192.0.2.3', '198.51.100.220')).toBe(429);
});

test('a host or scheme that is none, from a client or a proxy, is no internal error', async () => {
  const config = { ...ctx.config, trustedProxies: ['192.0.2.4'] };
  const proxied = createServer({ ...ctx, config });
  await proxied.ready();
  for (const host of ['a b', 'x:99999', '[::', 'a%00']) {
    expect(
      await guess(proxied, '192.0.2.4', '', { host, 'x-forwarded-host': host, 'x-forwarded-proto': host }),
      host,
    ).toBeLessThan(500);
  }
  await proxied.close();
});

test('people sign in where the public URL has a path', async () => {
  const below = createServer({ ...ctx, config: { ...ctx.config, publicUrl: 'http://127.0.0.1:8080/mail' } });
  await below.ready();
  const payload = { email: OWNER.email, password: OWNER.password };
  const answer = await below.inject({ method: 'POST', url: '/api/auth/sign-in/email', headers: HOST, payload });
  expect(answer.statusCode, answer.body).toBe(200);
  await below.close();
});
