import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { makePeople, pass, publish, settle, TEMPLATE, waitAndWrite } from './service.ts';

let ctx: TestContext;
let server: ReturnType<typeof createServer>;
let authorization: string;

beforeAll(async () => {
  ctx = await createTestContext();
  await makePeople(ctx, 3);
  await publish(ctx, TEMPLATE, waitAndWrite('welcome', { name: 'Welcome' }));
  const { secret } = await createKey(ctx, { name: 'test', scopes: ['journeys:*', 'profiles:read'] });
  authorization = `Bearer ${secret}`;
  server = createServer(ctx);
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

async function call(method: 'GET' | 'POST', url: string, payload?: object) {
  const reply = await server.inject({ method, url, headers: { authorization }, ...(payload ? { payload } : {}) });
  return { status: reply.statusCode, body: reply.body === '' ? undefined : reply.json() };
}

test('people are let in, found at their step and traced, a page at a time', async () => {
  const people = ['p1', 'p2', 'nobody'].map((value) => ({ namespace: 'customer_id', value, data: { plan: 'pro' } }));
  const entered = await call('POST', '/api/journeys/welcome/enter', { people });
  expect(entered).toMatchObject({ status: 202, body: { accepted: 2 } });
  expect(entered.body.people.map((one: { status: string }) => one.status)).toEqual(['accepted', 'accepted', 'unknown']);
  await settle(ctx);
  const shown = await call('GET', '/api/journeys/welcome');
  expect(shown.body).toMatchObject({ name: 'Welcome', state: 'live', entered: 2, inside: 2 });
  expect(shown.body.nodes[0]).toMatchObject({ node: 'hour', type: 'wait', waiting: 2 });
  const first = await call('GET', '/api/journeys/welcome/people?node=hour&limit=1');
  expect(first.body.items).toHaveLength(1);
  const second = await call('GET', `/api/journeys/welcome/people?node=hour&limit=1&after=${first.body.next}`);
  expect(second.body.next).toBeNull();
  const emails = [...first.body.items, ...second.body.items].map((one: { email: string }) => one.email);
  expect(emails.sort()).toEqual(['p1@example.com', 'p2@example.com']);
  const trace = await call('GET', '/api/journeys/welcome/people/customer_id/p1');
  expect(trace.body.instances[0].steps[0]).toMatchObject({ node: 'hour', what: 'entered' });
  expect((await call('GET', '/api/journeys/welcome/people?node=nowhere')).status).toBe(404);
  expect((await call('GET', '/api/journeys/nothing')).status).toBe(404);
});

test('a journey is shown as a graph in words, with what it wrote accounted for by step and by person', async () => {
  const shape = await call('GET', '/api/journeys/welcome/shape');
  expect(shape.body).toMatchObject({
    version: 1,
    state: 'published',
    entry: 'whom another system lets in',
    start: 'hour',
  });
  expect(shape.body.steps[1]).toMatchObject({
    node: 'mail',
    does: 'sends the email "hello" through sandbox',
    outlets: [
      { name: 'next', target: 'later', means: 'was sent "hello"' },
      { name: 'refused', target: 'later' },
      { name: 'failed', target: 'later' },
    ],
  });
  const inFrench = (await call('GET', '/api/journeys?language=fr')).body.items[0];
  expect(inFrench.entry).toBe('qui un autre système fait entrer');
  expect((await call('GET', '/api/journeys')).body.items[0]).toMatchObject({
    entry: 'whom another system lets in',
    entered_today: 2,
  });
  const draft = plainDocument({ ...waitAndWrite('welcome', { name: 'Welcome' }), description: 'Another try' });
  await applyDefinitions(ctx, { documents: [draft], publish: false, dryRun: false });
  expect((await call('GET', '/api/journeys/welcome/versions')).body.items).toMatchObject([
    { version: 2, state: 'draft', summary: null },
    { version: 1, state: 'live', summary: { entered: 2, inside: 2 } },
  ]);
  await pass(ctx, 2 * 3_600_000);
  const report = await call('GET', '/api/journeys/welcome/report');
  expect(report.body).toMatchObject({
    summary: { targeted: 2 },
    sends: [{ node: 'mail', template_key: 'hello', summary: { targeted: 2 } }],
    days: [{ entered: 2 }],
  });
  const first = await call('GET', '/api/journeys/welcome/recipients?node=mail&limit=1');
  expect(first.body.items).toMatchObject([{ node: 'mail', state: 'queued' }]);
  const second = await call('GET', `/api/journeys/welcome/recipients?limit=1&after=${first.body.next}`);
  expect(second.body.next).toBeNull();
  const url = '/api/journeys/welcome/recipients/export';
  const file = await server.inject({ method: 'GET', url, headers: { authorization } });
  expect(file.body.trim().split('\r\n')).toHaveLength(3);
  expect((await call('GET', '/api/journeys/welcome/recipients?node=later')).status).toBe(404);
});

test('a text that is being written is drawn as far as it can be', async () => {
  const text = [
    'kind: journey',
    'entry: { event: Signed Up }',
    'start: first',
    'steps:',
    '  first: { type: wait, for: 1h, next: second }',
    '  second: { type: e-mail, next: first, else: end }',
  ].join('\n');
  const reply = await server.inject({
    method: 'POST',
    url: '/api/journey-shape',
    headers: { authorization, 'content-type': 'application/yaml' },
    payload: text,
  });
  expect(reply.json()).toMatchObject({
    entry: 'whoever did "Signed Up"',
    start: 'first',
    steps: [
      { node: 'first', does: 'waits 1 hour', outlets: [{ name: 'next', target: 'second' }] },
      {
        node: 'second',
        type: 'e-mail',
        outlets: [
          { name: 'next', target: 'first' },
          { name: 'else', target: null },
        ],
      },
    ],
  });
});

test('commands answer what the version is then, and 409 when it cannot be', async () => {
  expect(await call('POST', '/api/journeys/welcome/pause', { hold: 'hold' })).toEqual({
    status: 200,
    body: { key: 'welcome', version: 1, state: 'paused' },
  });
  expect((await call('POST', '/api/journeys/welcome/pause', {})).status).toBe(409);
  expect((await call('POST', '/api/journeys/resume', { keys: ['welcome'], rate: 10 })).body.done).toEqual([
    { key: 'welcome', version: 1, state: 'live' },
  ]);
  expect((await call('POST', '/api/journeys/welcome/migrate', { from: 1, to: 7 })).status).toBe(409);
  expect((await call('POST', '/api/journeys/welcome/archive', {})).status).toBe(409);
  expect((await call('POST', '/api/journeys/welcome/archive', { people: 'stop' })).status).toBe(204);
  const stopped = (await call('GET', '/api/journeys/welcome?version=1')).body;
  expect(stopped).toMatchObject({ state: 'stopped', inside: 0, ended_by: { stopped: 2 } });
  expect(stopped.nodes.find((one: { node: string }) => one.node === 'later')).toMatchObject({
    ended: 2,
    ended_by: { stopped: 2 },
  });
  expect(stopped.endings).toEqual({ stopped: 'was inside when the journey was stopped' });
  expect((await call('GET', '/api/journeys')).body.items).toEqual([]);
});

test('a key without the scope is refused', async () => {
  const { secret } = await createKey(ctx, { name: 'other', scopes: ['journeys:read'] });
  const headers = { authorization: `Bearer ${secret}` };
  const reply = await server.inject({ method: 'POST', url: '/api/journeys/welcome/stop', headers, payload: {} });
  expect(reply.statusCode).toBe(403);
  for (const personal of ['people', 'people/customer_id/p1', 'recipients', 'recipients/export']) {
    const person = await server.inject({ method: 'GET', url: `/api/journeys/welcome/${personal}`, headers });
    expect(person.statusCode, personal).toBe(403);
  }
});

test('a journey is copied to a draft under another key, which has nothing of its people', async () => {
  await publish(ctx, waitAndWrite('original', { name: 'Welcome' }));
  const copied = await call('POST', '/api/journeys/original/duplicate', { to: 'welcome-again' });
  expect(copied).toEqual({ status: 201, body: { key: 'welcome-again', version: 1 } });
  const { body } = await call('GET', '/api/journeys?limit=100');
  const copy = body.items.find(({ key }: { key: string }) => key === 'welcome-again');
  expect(copy).toMatchObject({ name: 'Welcome', published_version: null, draft_version: 1, versions: [] });
  expect((await call('POST', '/api/journeys/original/duplicate', { to: 'welcome-again' })).status).toBe(409);
});

test('who would stay and leave at a resumption with a filter is counted, and a filter that means nothing refused', async () => {
  const filter = { trait: 'tier', eq: 'gold' };
  const counted = await call('POST', '/api/journeys/original/resume/count', { filter });
  expect(counted).toMatchObject({ status: 200, body: { held: 0, staying: 0, leaving: 0 } });
  expect((await call('POST', '/api/journeys/original/resume/count', { filter: { audience: 'none' } })).status).toBe(
    422,
  );
});
