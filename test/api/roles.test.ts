import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { DEFINITION_KINDS } from '../../src/core/definitions/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const HOST = { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' };
const PASSWORD = 'a long password';
const AUDIENCE = { kind: 'audience', key: 'spain', name: 'In Spain', rule: { trait: 'country', eq: 'ES' } };

let ctx: TestContext;
let server: ReturnType<typeof createServer>;
const cookies: Record<string, string> = {};

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  await server.ready();
  const owner = { name: 'owner', email: 'owner@example.com', password: PASSWORD };
  await server.inject({ method: 'POST', url: '/api/owner', payload: owner });
  cookies.owner = await signIn('owner');
  for (const role of ['marketer', 'analyst', 'viewer']) {
    const payload = { name: role, email: `${role}@example.com`, password: PASSWORD, role };
    await ask('POST', '/api/users', { cookie: cookies.owner }, payload);
    cookies[role] = await signIn(role);
  }
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

async function signIn(role: string): Promise<string> {
  const payload = { email: `${role}@example.com`, password: PASSWORD };
  const answer = await ask('POST', '/api/auth/sign-in/email', {}, payload);
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, who: Record<string, string>, payload?: object) {
  return server.inject({ method, url, headers: { ...HOST, ...who }, ...(payload ? { payload } : {}) });
}

/** The kinds of which whoever asks may change definitions: what is wrong with an empty one is not that it is forbidden. */
async function changeable(who: Record<string, string>): Promise<string[]> {
  const found: string[] = [];
  for (const kind of DEFINITION_KINDS) {
    const { statusCode } = await ask('PUT', `/api/definitions/${kind}/any`, who, {});
    if (statusCode !== 403) found.push(kind);
  }
  return found;
}

test('a role changes the definitions of what it may change, and of nothing else', async () => {
  const found = Object.fromEntries(
    await Promise.all(
      Object.entries(cookies).map(async ([role, cookie]) => [role, await changeable({ cookie })] as const),
    ),
  );
  expect(found).toEqual({
    owner: DEFINITION_KINDS,
    marketer: ['computed-trait', 'fragment', 'template', 'audience', 'campaign', 'journey', 'placement', 'decision'],
    analyst: ['audience'],
    viewer: [],
  });
});

test('an analyst saves, publishes, reads and archives an audience', async () => {
  const who = { cookie: cookies.analyst ?? '' };
  const url = '/api/definitions/audience/spain';
  expect((await ask('PUT', url, who, AUDIENCE)).statusCode).toBe(201);
  expect((await ask('POST', `${url}/publish`, who)).statusCode).toBe(200);
  expect((await ask('GET', '/api/audiences/spain/count', who)).statusCode).toBe(200);
  expect((await ask('POST', `${url}/archive`, who)).statusCode).toBe(204);
  expect((await ask('POST', '/api/definitions/apply', who, AUDIENCE)).statusCode).toBe(403);
});

test('a key changes definitions of every kind, or of those that its scopes name', async () => {
  const make = async (scopes: string[]) => {
    const key = (await ask('POST', '/api/keys', { cookie: cookies.owner ?? '' }, { name: 'a key', scopes })).json();
    return { authorization: `Bearer ${key.secret}` };
  };
  expect(await changeable(await make(['definitions:write']))).toEqual(DEFINITION_KINDS);
  expect(await changeable(await make(['audiences:write', 'tables:*']))).toEqual(['table', 'audience']);
  expect(await changeable(await make(['definitions:read', 'audiences:read']))).toEqual([]);
});

test('a viewer reads campaigns, and nothing that answers about one person', async () => {
  const who = { cookie: cookies.viewer ?? '' };
  expect((await ask('GET', '/api/campaigns', who)).statusCode).toBe(200);
  const identity = { namespace: 'email', value: 'ana@example.com' };
  const answers = [
    await ask('GET', '/v1/messages/msg_1', who),
    await ask('GET', '/v1/messages?idempotency_key=a', who),
    await ask('POST', '/v1/decide', who, { identity }),
    await ask('GET', '/api/sandbox/messages', who),
    await ask('GET', '/api/profiles/email/ana@example.com', who),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 403));
});

test('a proof for a person needs the right to see people', async () => {
  const { secret } = (
    await ask('POST', '/api/keys', { cookie: cookies.owner ?? '' }, { name: 'a key', scopes: ['templates:write'] })
  ).json();
  const proof = { to: ['me@example.com'], person: { email: 'ana@example.com' } };
  const answer = await ask('POST', '/api/templates/any/proof', { authorization: `Bearer ${secret}` }, proof);
  expect(answer.json()).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('profiles:read') });
});

test('a key cannot make a user, or give somebody a role, that may do more than itself', async () => {
  const owner = { cookie: cookies.owner ?? '' };
  const forViewers = (await ask('GET', '/api/session', { cookie: cookies.viewer ?? '' })).json().user
    .scopes as string[];
  const user = { name: 'made', password: PASSWORD, role: 'viewer' };
  const { id } = (await ask('POST', '/api/users', owner, { ...user, email: 'raised@example.com' })).json();
  const cases: [scopes: string[], role: string, made: number, raised: number][] = [
    [['users:write'], 'owner', 403, 403],
    [['users:*'], 'owner', 403, 403],
    [['users:write'], 'viewer', 403, 403],
    [['users:write', ...forViewers], 'viewer', 201, 200],
    [['users:write', ...forViewers], 'analyst', 403, 403],
    [['*'], 'owner', 201, 200],
  ];
  for (const [at, [scopes, role, made, raised]] of cases.entries()) {
    const { secret } = (await ask('POST', '/api/keys', owner, { name: 'a key', scopes })).json();
    const who = { authorization: `Bearer ${secret}` };
    const answers = [
      await ask('POST', '/api/users', who, { ...user, email: `made-${at}@example.com`, role }),
      await ask('PUT', `/api/users/${id}/role`, who, { role }),
    ];
    expect([scopes, role, ...answers.map(({ statusCode }) => statusCode)]).toEqual([scopes, role, made, raised]);
  }
});
