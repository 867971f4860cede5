import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { createAuthenticator } from '../support/authenticator.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const ORIGIN = 'http://localhost:8080';
const OWNER = { name: 'Ana Owner', email: 'ana@example.com', password: 'a long password' };
const CHALLENGE_MS = 5 * 60_000;

let ctx: TestContext;
let server: ReturnType<typeof createServer>;
let ownerId = '';
let cookie = '';
let address = 0;

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  await server.ready();
  ownerId = (await server.inject({ method: 'POST', url: '/api/owner', payload: OWNER })).json().id;
  cookie = await signInWithPassword();
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});
beforeEach(async () => {
  // Each test comes from an address of its own, so that none waits for another's tries.
  address++;
  await ctx.db.execute(sql`delete from console_passkey`);
});

type Asked = { readonly payload?: object; readonly headers?: Record<string, string> };

function ask(method: 'GET' | 'POST' | 'DELETE', url: string, { payload, headers }: Asked = {}) {
  const from = { host: new URL(ORIGIN).host, origin: ORIGIN, ...headers };
  const body = method === 'POST' ? { payload: payload ?? {} } : {};
  return server.inject({ method, url, remoteAddress: `10.0.0.${address}`, headers: from, ...body });
}

async function signInWithPassword(): Promise<string> {
  const { email, password } = OWNER;
  return cookieOf(await ask('POST', '/api/auth/sign-in/email', { payload: { email, password } }));
}

function cookieOf(answer: Awaited<ReturnType<typeof ask>>): string {
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

async function challengeToAdd(): Promise<string> {
  const answer = await ask('POST', '/api/account/passkeys/challenge', { headers: { cookie } });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json().challenge;
}

async function challengeToSignIn(): Promise<string> {
  const answer = await ask('POST', '/api/auth/sign-in/passkey/challenge');
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json().challenge;
}

function add(credential: object, name = 'Laptop') {
  return ask('POST', '/api/account/passkeys', { headers: { cookie }, payload: { name, credential } });
}

/** A device with a passkey of the owner. */
async function enrolled() {
  const device = createAuthenticator(ownerId);
  const added = await add(device.make({ origin: ORIGIN, challenge: await challengeToAdd() }));
  expect(added.statusCode, added.body).toBe(201);
  return { device, passkeyId: added.json().passkey_id as string };
}

function signIn(answer: object, headers: Record<string, string> = {}) {
  return ask('POST', '/api/auth/sign-in/passkey', { payload: answer, headers });
}

async function audited(path: string) {
  const { items } = (await ask('GET', '/api/audit', { headers: { cookie } })).json();
  return items.filter((entry: { path: string }) => entry.path === path);
}

test('a passkey that was added signs its owner in, who need not say who they are', async () => {
  const { device, passkeyId } = await enrolled();
  const answer = await signIn(device.sign({ origin: ORIGIN, challenge: await challengeToSignIn() }));
  expect(answer.json()).toEqual({ user: { email: OWNER.email, name: OWNER.name } });
  expect(answer.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  const session = (await ask('GET', '/api/session', { headers: { cookie: cookieOf(answer) } })).json();
  expect(session).toMatchObject({ state: 'signed-in', user: { email: OWNER.email, role: 'owner' } });
  const [listed] = (await ask('GET', '/api/account/passkeys', { headers: { cookie } })).json();
  expect(listed).toMatchObject({ passkey_id: passkeyId, name: 'Laptop', site: 'localhost', refused_at: null });
  expect(Date.parse(listed.last_used_at)).toBe(ctx.clock.now());
});

test('what is asked of a device names its owner, wants them verified, and passes over devices that are known', async () => {
  const { device } = await enrolled();
  const { id } = device.sign({ origin: ORIGIN, challenge: 'any' });
  const toAdd = (await ask('POST', '/api/account/passkeys/challenge', { headers: { cookie } })).json();
  expect(toAdd).toMatchObject({
    rp: { id: 'localhost' },
    user: { id: Buffer.from(ownerId).toString('base64url'), name: OWNER.email },
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: [{ id }],
  });
  const toSignIn = (await ask('POST', '/api/auth/sign-in/passkey/challenge')).json();
  expect(toSignIn).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
  expect(toSignIn).not.toHaveProperty('allowCredentials');
});

describe('nobody is let in', () => {
  test('by an answer that was given before', async () => {
    const { device } = await enrolled();
    const answer = device.sign({ origin: ORIGIN, challenge: await challengeToSignIn() });
    expect((await signIn(answer)).statusCode).toBe(200);
    const again = await signIn(answer);
    expect(again.statusCode).toBe(400);
    expect(again.json()).toMatchObject({ code: 'CHALLENGE_EXPIRED' });
    expect(again.cookies).toEqual([]);
  });

  test('by a challenge that was tried once, even when that failed', async () => {
    const { device } = await enrolled();
    const challenge = await challengeToSignIn();
    const other = 'http://localhost:9999';
    expect((await signIn(device.sign({ origin: other, challenge }))).statusCode).toBe(401);
    expect((await signIn(device.sign({ origin: ORIGIN, challenge }))).statusCode).toBe(400);
  });

  test('by a challenge that is older than five minutes, or that is not ours', async () => {
    const { device } = await enrolled();
    const challenge = await challengeToSignIn();
    ctx.clock.advance(CHALLENGE_MS);
    expect((await signIn(device.sign({ origin: ORIGIN, challenge }))).statusCode).toBe(400);
    const invented = Buffer.alloc(32, 7).toString('base64url');
    expect((await signIn(device.sign({ origin: ORIGIN, challenge: invented }))).statusCode).toBe(400);
  });

  test('by a challenge that was for adding a passkey', async () => {
    const { device } = await enrolled();
    const challenge = await challengeToAdd();
    expect((await signIn(device.sign({ origin: ORIGIN, challenge }))).statusCode).toBe(400);
  });

  test('from another origin, be it another port or another scheme', async () => {
    const { device } = await enrolled();
    for (const origin of ['http://localhost:9999', 'https://localhost:8080', 'https://evil.example']) {
      const answer = device.sign({ origin, challenge: await challengeToSignIn(), site: 'localhost' });
      expect((await signIn(answer)).statusCode, origin).toBe(401);
    }
  });

  test('by a request that another site makes', async () => {
    const { device } = await enrolled();
    const answer = device.sign({ origin: ORIGIN, challenge: await challengeToSignIn() });
    expect((await signIn(answer, { origin: 'https://evil.example' })).statusCode).toBe(403);
  });

  test('for another site, or by a device that does not know who holds it', async () => {
    const { device } = await enrolled();
    const wishes = [{ site: 'example.com' }, { isVerified: false }];
    for (const wish of wishes) {
      const answer = device.sign({ origin: ORIGIN, challenge: await challengeToSignIn(), ...wish });
      expect((await signIn(answer)).statusCode).toBe(401);
    }
  });

  test('by a device that is not known, or that signs for somebody else', async () => {
    const { device } = await enrolled();
    const stranger = createAuthenticator(ownerId).sign({ origin: ORIGIN, challenge: await challengeToSignIn() });
    expect((await signIn(stranger)).statusCode).toBe(401);
    const borrowed = device.sign({ origin: ORIGIN, challenge: await challengeToSignIn() });
    const userHandle = Buffer.from('somebody else').toString('base64url');
    const theirs = { ...borrowed, response: { ...borrowed.response, userHandle } };
    expect((await signIn(theirs)).statusCode).toBe(401);
    const forged = { ...stranger, id: borrowed.id, rawId: borrowed.rawId };
    expect((await signIn(forged)).statusCode).toBe(400);
  });

  test('by a signature of another key under a known name', async () => {
    const { device } = await enrolled();
    const challenge = await challengeToSignIn();
    const { id, rawId } = device.sign({ origin: ORIGIN, challenge });
    const forged = { ...createAuthenticator(ownerId).sign({ origin: ORIGIN, challenge }), id, rawId };
    expect((await signIn(forged)).statusCode).toBe(401);
  });

  test('by junk', async () => {
    for (const junk of [
      {},
      { id: 'x' },
      { ...createAuthenticator('x').sign({ origin: ORIGIN, challenge: 'y' }), id: '' },
    ]) {
      expect((await signIn(junk)).statusCode).toBe(400);
    }
  });
});

test('a passkey whose counter goes back is refused, written down, and told of', async () => {
  const { device } = await enrolled();
  const at = async (counter: number) =>
    signIn(device.sign({ origin: ORIGIN, challenge: await challengeToSignIn(), counter }));
  expect((await at(5)).statusCode).toBe(200);
  const refused = await at(5);
  expect(refused.statusCode).toBe(403);
  expect(refused.json()).toMatchObject({ code: 'PASSKEY_COPIED' });
  expect((await at(4)).statusCode).toBe(403);
  const [listed] = (await ask('GET', '/api/account/passkeys', { headers: { cookie } })).json();
  expect(Date.parse(listed.refused_at)).toBe(ctx.clock.now());
  expect(await audited('/api/auth/sign-in/passkey')).toContainEqual(
    expect.objectContaining({ actor: OWNER.email, status: 403 }),
  );
});

test('a device that does not count is taken at every use', async () => {
  const device = createAuthenticator(ownerId);
  await add(device.make({ origin: ORIGIN, challenge: await challengeToAdd(), counter: 0 }));
  for (let use = 0; use < 2; use++) {
    const answer = device.sign({ origin: ORIGIN, challenge: await challengeToSignIn(), counter: 0 });
    expect((await signIn(answer)).statusCode).toBe(200);
  }
});

test('two who use a passkey at the same moment with the same count are not both let in', async () => {
  const { device } = await enrolled();
  const challenges = [await challengeToSignIn(), await challengeToSignIn()];
  const answers = challenges.map((challenge) => device.sign({ origin: ORIGIN, challenge, counter: 9 }));
  const statuses = (await Promise.all(answers.map((answer) => signIn(answer)))).map(({ statusCode }) => statusCode);
  expect(statuses.sort()).toEqual([200, 403]);
});

describe('no passkey is added', () => {
  test('twice, with an old challenge, or with that of signing in', async () => {
    const device = createAuthenticator(ownerId);
    const made = device.make({ origin: ORIGIN, challenge: await challengeToAdd() });
    expect((await add(made)).statusCode).toBe(201);
    expect((await add(made)).statusCode).toBe(422);
    expect((await add(device.make({ origin: ORIGIN, challenge: await challengeToAdd() }))).statusCode).toBe(409);
    const late = createAuthenticator(ownerId).make({ origin: ORIGIN, challenge: await challengeToAdd() });
    ctx.clock.advance(CHALLENGE_MS);
    expect((await add(late)).statusCode).toBe(422);
    const toSignIn = await challengeToSignIn();
    expect((await add(createAuthenticator(ownerId).make({ origin: ORIGIN, challenge: toSignIn }))).statusCode).toBe(
      422,
    );
  });

  test('from another origin, for another site, or without knowing who holds the device', async () => {
    for (const wish of [{ origin: 'http://localhost:9999' }, { site: 'example.com' }, { isVerified: false }]) {
      const made = createAuthenticator(ownerId).make({ origin: ORIGIN, challenge: await challengeToAdd(), ...wish });
      const answer = await add(made);
      expect(answer.statusCode).toBe(422);
      expect(answer.json().detail).toBe('The passkey could not be verified.');
    }
    expect((await ask('GET', '/api/account/passkeys', { headers: { cookie } })).json()).toEqual([]);
  });

  test('because another site asks for it, or with an API key', async () => {
    const made = createAuthenticator(ownerId).make({ origin: ORIGIN, challenge: await challengeToAdd() });
    const payload = { name: 'theirs', credential: made };
    const url = '/api/account/passkeys';
    expect((await ask('POST', url, { headers: { cookie, origin: 'https://evil.example' }, payload })).statusCode).toBe(
      403,
    );
    const key = (
      await ask('POST', '/api/keys', { headers: { cookie }, payload: { name: 'all', scopes: ['*'] } })
    ).json();
    const authorization = `Bearer ${key.secret}`;
    expect((await ask('GET', url, { headers: { authorization } })).statusCode).toBe(403);
    expect((await ask('POST', url, { payload })).statusCode).toBe(401);
  });
});

test('a passkey can be removed, by its owner alone, and then opens nothing', async () => {
  const { device, passkeyId } = await enrolled();
  const email = 'bo@example.com';
  const other = { name: 'Bo', email, password: 'another password', role: 'viewer' };
  expect((await ask('POST', '/api/users', { headers: { cookie }, payload: other })).statusCode).toBe(201);
  const theirs = cookieOf(
    await ask('POST', '/api/auth/sign-in/email', { payload: { email, password: other.password } }),
  );
  const url = `/api/account/passkeys/${passkeyId}`;
  expect((await ask('DELETE', url, { headers: { cookie: theirs } })).statusCode).toBe(404);
  expect((await ask('DELETE', url, { headers: { cookie } })).statusCode).toBe(204);
  const answer = device.sign({ origin: ORIGIN, challenge: await challengeToSignIn() });
  expect((await signIn(answer)).statusCode).toBe(401);
  await expect.poll(() => audited(url)).toContainEqual(expect.objectContaining({ method: 'DELETE', status: 204 }));
});

test('the last way to sign in cannot be removed', async () => {
  const first = await enrolled();
  const second = await enrolled();
  await ctx.db.execute(sql`update console_login set password = null where user_id = ${ownerId}`);
  const remove = (id: string) => ask('DELETE', `/api/account/passkeys/${id}`, { headers: { cookie } });
  const statuses = (await Promise.all([remove(first.passkeyId), remove(second.passkeyId)])).map((it) => it.statusCode);
  expect(statuses.sort()).toEqual([204, 409]);
});

test('adding a passkey and coming with it are in the audit log; asking for a challenge is not', async () => {
  const { device } = await enrolled();
  await signIn(device.sign({ origin: ORIGIN, challenge: await challengeToSignIn() }));
  await expect.poll(async () => (await audited('/api/auth/sign-in/passkey')).length).toBeGreaterThan(0);
  expect(await audited('/api/account/passkeys')).toContainEqual(
    expect.objectContaining({ actor: OWNER.email, method: 'POST', status: 201 }),
  );
  expect(await audited('/api/account/passkeys/challenge')).toEqual([]);
  expect(await audited('/api/auth/sign-in/passkey/challenge')).toEqual([]);
});

test('whoever tries passkeys without end is told to wait', async () => {
  const { device } = await enrolled();
  const answer = device.sign({ origin: ORIGIN, challenge: 'any' });
  const tries = [];
  for (let tried = 0; tried < 11; tried++) tries.push((await signIn(answer)).statusCode);
  expect(tries.slice(0, 10)).toEqual(Array(10).fill(400));
  expect(tries[10]).toBe(429);
});

test('at an address of numbers there are none, and it is said where there are', async () => {
  const headers = { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' };
  const session = (await ask('GET', '/api/session', { headers })).json();
  expect(session.passkeys).toEqual({ possible: false, why: 'ip-address', instead: 'http://localhost:8080' });
  const answer = await ask('POST', '/api/account/passkeys/challenge', { headers: { ...headers, cookie } });
  expect(answer.statusCode).toBe(409);
  expect(answer.json().detail).toContain('http://localhost:8080');
  expect((await ask('POST', '/api/auth/sign-in/passkey/challenge', { headers })).statusCode).toBe(403);
});
