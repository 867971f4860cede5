import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const ORIGIN = 'http://localhost:8080';
const OWNER = { name: 'Ana Owner', email: 'ana@example.com', password: 'a long password' };
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1';

let ctx: TestContext;
let server: ReturnType<typeof createServer>;
let address = 0;

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  await server.ready();
  await server.inject({ method: 'POST', url: '/api/owner', payload: OWNER });
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});
beforeEach(async () => {
  address++;
});

function ask(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  { cookie, payload = {}, agent = FIREFOX }: { cookie?: string; payload?: object; agent?: string } = {},
) {
  return server.inject({
    method,
    url,
    remoteAddress: `10.0.0.${address}`,
    headers: { host: new URL(ORIGIN).host, origin: ORIGIN, 'user-agent': agent, ...(cookie ? { cookie } : {}) },
    ...(method === 'POST' ? { payload } : {}),
  });
}

function cookieOf(answer: Awaited<ReturnType<typeof ask>>): string {
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

async function signIn(agent = FIREFOX, password = OWNER.password, email = OWNER.email): Promise<string> {
  return cookieOf(await ask('POST', '/api/auth/sign-in/email', { payload: { email, password }, agent }));
}

async function isSignedIn(cookie: string): Promise<boolean> {
  return (await ask('GET', '/api/session', { cookie })).json().state === 'signed-in';
}

type Listed = { readonly session_id: string; readonly here: boolean; readonly client: object };

async function sessions(cookie: string): Promise<Listed[]> {
  return (await ask('GET', '/api/account/sessions', { cookie })).json();
}

test('one sees where one is signed in, with what, and which of them is here', async () => {
  const laptop = await signIn();
  const phone = await signIn(SAFARI);
  expect(await sessions(laptop)).toEqual([
    expect.objectContaining({ here: false, client: { browser: 'Safari', system: 'iPhone' }, ip_address: '10.0.0.1' }),
    expect.objectContaining({ here: true, client: { browser: 'Firefox', system: 'Linux' } }),
  ]);
  expect(JSON.stringify(await sessions(laptop))).not.toContain('token');
  await ask('DELETE', '/api/account/sessions', { cookie: phone });
});

test('one signs out there and stays signed in here', async () => {
  const laptop = await signIn();
  const phone = await signIn(SAFARI);
  const there = (await sessions(laptop)).find(({ here }) => !here);
  const url = `/api/account/sessions/${there?.session_id}`;
  expect((await ask('DELETE', url, { cookie: laptop })).statusCode).toBe(204);
  expect([await isSignedIn(laptop), await isSignedIn(phone)]).toEqual([true, false]);
  expect((await ask('DELETE', url, { cookie: laptop })).statusCode).toBe(404);
});

test('one signs out everywhere, oneself alone', async () => {
  const owner = await signIn();
  const payload = { name: 'Bo', email: 'bo@example.com', password: 'another password', role: 'viewer' };
  await ask('POST', '/api/users', { cookie: owner, payload });
  const viewers = [
    await signIn(FIREFOX, payload.password, payload.email),
    await signIn(SAFARI, payload.password, payload.email),
  ];
  const [viewer = ''] = viewers;
  const [{ session_id } = { session_id: '' }] = await sessions(owner);
  expect((await ask('DELETE', `/api/account/sessions/${session_id}`, { cookie: viewer })).statusCode).toBe(404);
  expect((await ask('DELETE', '/api/account/sessions', { cookie: viewer })).statusCode).toBe(204);
  for (const cookie of viewers) expect(await isSignedIn(cookie)).toBe(false);
  expect(await isSignedIn(owner)).toBe(true);
});

test('a new password wants the present one, and ends every other session whatever the client asks for', async () => {
  const laptop = await signIn();
  const phone = await signIn(SAFARI);
  const change = (currentPassword: string, newPassword: string) =>
    ask('POST', '/api/auth/change-password', {
      cookie: laptop,
      payload: { currentPassword, newPassword, revokeOtherSessions: false },
    });
  const wrong = await change('not this one', 'a new password');
  expect(wrong.statusCode).toBe(400);
  expect(wrong.json()).toMatchObject({ code: 'INVALID_PASSWORD' });
  expect((await change(OWNER.password, 'short')).statusCode).toBe(400);
  expect(await isSignedIn(phone)).toBe(true);

  const changed = await change(OWNER.password, 'a new password');
  const now = cookieOf(changed);
  expect([await isSignedIn(now), await isSignedIn(phone)]).toEqual([true, false]);
  expect(await sessions(now)).toHaveLength(1);
  const former = { email: OWNER.email, password: OWNER.password };
  expect((await ask('POST', '/api/auth/sign-in/email', { payload: former })).statusCode).toBe(401);
  await signIn(FIREFOX, 'a new password');
  await ask('POST', '/api/auth/change-password', {
    cookie: now,
    payload: { currentPassword: 'a new password', newPassword: OWNER.password },
  });
});

test('coming, going, a new password and signing out elsewhere are in the audit log', async () => {
  const laptop = await signIn();
  const phone = await signIn(SAFARI);
  const there = (await sessions(laptop)).find(({ here }) => !here);
  await ask('DELETE', `/api/account/sessions/${there?.session_id}`, { cookie: laptop });
  expect(await isSignedIn(phone)).toBe(false);
  await ask('POST', '/api/auth/sign-out', { cookie: laptop });
  const cookie = await signIn();
  const audited = async () =>
    (await ask('GET', '/api/audit', { cookie }))
      .json()
      .items.map((it: Record<string, string>) => `${it.actor} ${it.path}`);
  const paths = [
    'auth/sign-in/email',
    'auth/change-password',
    'auth/sign-out',
    `account/sessions/${there?.session_id}`,
  ];
  await expect.poll(audited).toEqual(expect.arrayContaining(paths.map((path) => `${OWNER.email} /api/${path}`)));
});

test('whoever tries passwords without end is told to wait, also when they change one', async () => {
  const cookie = await signIn();
  const tries = [];
  for (let tried = 0; tried < 11; tried++) {
    const payload = { currentPassword: `guess ${tried}`, newPassword: 'a new password' };
    tries.push((await ask('POST', '/api/auth/change-password', { cookie, payload })).statusCode);
  }
  expect(tries[9]).toBe(400);
  expect(tries[10]).toBe(429);
});

test('of the sign-in library nothing else can be reached', async () => {
  const cookie = await signIn();
  for (const path of ['update-user', 'revoke-sessions', 'verify-password', 'sign-up/email', 'request-password-reset']) {
    expect((await ask('POST', `/api/auth/${path}`, { cookie })).statusCode, path).toBe(404);
  }
  for (const path of ['list-sessions', 'get-session']) {
    expect((await ask('GET', `/api/auth/${path}`, { cookie })).statusCode, path).toBe(404);
  }
});

test('asking, however much is said with it, is no change for the audit log', async () => {
  const cookie = await signIn();
  const rule = { field: 'email', op: 'is-set' };
  await ask('POST', '/api/definitions/validate', {
    cookie,
    payload: { kind: 'audience', key: 'asked', name: 'x', rule },
  });
  await ask('POST', '/api/auth/sign-out', { cookie });
  const again = await signIn();
  const paths = async () =>
    (await ask('GET', '/api/audit', { cookie: again })).json().items.map((it: { path: string }) => it.path);
  await expect.poll(paths).toContain('/api/auth/sign-out');
  expect(await paths()).not.toContain('/api/definitions/validate');
});
