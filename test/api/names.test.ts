// Names that every object of JavaScript knows are names like any other, or are refused with a word that says so.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { publish, TEMPLATE, waitAndWrite } from '../journeys/service.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
const server = createServer({ ...ctx, config: { ...ctx.config, apiKey: 'owner' } });
const AT = Date.parse('2026-03-01T08:00:00Z');

beforeAll(async () => {
  await server.ready();
  await publish(ctx, TEMPLATE, waitAndWrite('nudge', { entry: { event: 'Cart Updated' } }));
  await publish(ctx, {
    kind: 'template',
    key: 'race',
    transactional: true,
    subject: 'Results',
    text: 'Won by {{ row.constructor }}.',
  });
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

async function post(url: string, payload: object | string, type = 'application/json') {
  const headers = { authorization: 'Bearer owner', 'content-type': type };
  const answer = await server.inject({ method: 'POST', url, headers, payload });
  return { status: answer.statusCode, body: answer.json() };
}

test('a file with a column of such a name is looked into', async () => {
  const { status, body } = await post(
    '/api/imports/inspect?into=profiles',
    'constructor,email\nx,a@b.cc\n',
    'text/csv',
  );
  expect(status).toBe(200);
  expect(body.columns.map(({ becomes }: { becomes: object }) => becomes)).toEqual([
    { as: 'trait', name: 'constructor' },
    { as: 'identity', name: 'email' },
  ]);
});

test('a variable of such a name is missing when nobody gives it, and is used when somebody does', async () => {
  const message = { template: 'race', to: { email: 'ana@example.com' }, category: 'transactional' };
  expect(await post('/v1/messages', message)).toMatchObject({
    status: 422,
    body: { problems: [{ path: 'variables.constructor' }] },
  });
  expect((await post('/v1/messages', { ...message, variables: { constructor: 'Ferrari' } })).status).toBe(202);
});

test.each(['constructor', 'toString', 'hasOwnProperty'])(
  'a reaction of the history to a step "%s" is one to none',
  async (step) => {
    const event = (name: string, minutes: number, properties: object) => ({
      type: 'track',
      event: name,
      userId: 'u1',
      messageId: `${name} ${minutes}`,
      timestamp: new Date(AT + minutes * 60_000).toISOString(),
      properties,
    });
    const events = [event('Cart Updated', 0, {}), event('Email Opened', 1, { journey: 'nudge', step })];
    expect(await post('/api/simulations', { key: 'nudge', events })).toMatchObject({ status: 200 });
  },
);

test('a body with a key that none may have is told so', async () => {
  for (const body of ['{"name": "x", "__proto__": {}}', '{"constructor": {"prototype": {}}}', '{']) {
    const answer = await post('/api/keys', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed' } });
    expect(answer.body.detail).toContain('"__proto__"');
  }
});
