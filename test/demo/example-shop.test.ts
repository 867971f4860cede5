// The example shop, loaded into a running server from the console.
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { startEngine } from '../../src/services/engine/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const POLL = { interval: 100, timeout: 60_000 };
const SMALL = { customers: 3_000 };

let ctx: TestContext;
let server: FastifyInstance;
let engine: ReturnType<typeof startEngine>;
let secret = '';

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  server = createServer(ctx);
  engine = startEngine(ctx);
  secret = (await createKey(ctx, { name: 'test', scopes: ['*'] })).secret;
});
afterAll(async () => {
  await server.close();
  await engine.stop();
  await ctx.close();
});

async function call(method: 'GET' | 'POST', url: string, payload?: object) {
  const headers = { authorization: `Bearer ${secret}` };
  const answer = await server.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: answer.statusCode, body: answer.json() };
}

test('an empty server loads it once, saying how far it is, and ends with people inside the journeys', async () => {
  expect((await call('GET', '/api/example-shop')).body).toEqual({ state: 'absent' });
  const answers = await Promise.all([1, 2].map(() => call('POST', '/api/example-shop', SMALL)));
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  const seen = new Set<string>();
  const state = async () => {
    const { body } = await call('GET', '/api/example-shop');
    seen.add(body.doing);
    return body;
  };
  await expect.poll(state, POLL).toMatchObject({ state: 'loaded', step: 6, steps: 6, error: null });
  expect(seen.size).toBeGreaterThan(1);
  expect((await call('GET', '/api/definitions?kind=campaign')).body.items).toMatchObject([{ key: 'spring-preview' }]);
  const inside = async () => {
    const { journeys } = (await call('GET', '/api/overview')).body;
    return journeys.reduce((sum: number, journey: { inside: number }) => sum + journey.inside, 0);
  };
  await expect.poll(inside, POLL).toBeGreaterThan(10);
});

test('what is there is not mixed with it', async () => {
  expect(await call('POST', '/api/example-shop', SMALL)).toMatchObject({ status: 409 });
});
