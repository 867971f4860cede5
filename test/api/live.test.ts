// The stream of news over a real connection; time moves only when a test says so.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { plainDocument, saveDraft } from '../../src/services/definitions/index.ts';
import { createKey, revokeKey } from '../../src/services/keys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const TICK_MS = 1_500;
const POLL = { interval: 20, timeout: 10_000 };

let ctx: TestContext;
let server: ReturnType<typeof createServer>;
let url: string;
let looks = 0;

beforeAll(async () => {
  const plain = await createTestContext();
  const one: TestContext['db']['one'] = (statement) => {
    if (statement.parts.join('').includes('journey_count')) looks += 1;
    return plain.db.one(statement);
  };
  ctx = { ...plain, db: { ...plain.db, one } };
  server = createServer(ctx);
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

/** Listens with a new key of these scopes. */
async function listen(name: string, scopes: readonly string[]) {
  const key = await createKey(ctx, { name, scopes });
  const headers = { authorization: `Bearer ${key.secret}` };
  const asked = get(`${url}/api/live`, { headers, agent: false });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const heard = { text: '', ended: false };
  answer.on('data', (part) => {
    heard.text += part;
  });
  answer.on('close', () => {
    heard.ended = true;
  });
  return { key, answer, heard, stop: () => asked.destroy() };
}

const time = { ticks: 0 };
/** For polling: lets time pass and then looks. */
const after =
  <T>(ms: number, look: () => T) =>
  () => {
    ctx.clock.advance(ms);
    time.ticks += 1;
    return look();
  };

const news = (text: string) => [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '').nouns);

test('a listener hears of every noun that it may read first, and then of what changes', async () => {
  const all = await listen('all', ['*']);
  const some = await listen('some', ['sends:read', 'imports:read']);
  expect(all.answer.headers['content-type']).toBe('text/event-stream');
  await expect
    .poll(
      after(TICK_MS, () => news(some.heard.text)),
      POLL,
    )
    .toEqual([['imports', 'sends']]);
  await expect.poll(() => news(all.heard.text)[0], POLL).toContain('definitions');

  const document = plainDocument({ name: 'All', rule: { reachable: 'email' } });
  await saveDraft(ctx, { kind: 'audience', key: 'all', document });
  await expect
    .poll(
      after(TICK_MS, () => news(all.heard.text)[1]),
      POLL,
    )
    .toEqual(['definitions']);
  expect(news(some.heard.text)).toHaveLength(1);

  // Two listen, and the database is asked once per tick.
  const before = looks;
  const { ticks } = time;
  await expect
    .poll(
      after(TICK_MS, () => looks - before),
      POLL,
    )
    .toBeGreaterThan(5);
  expect(looks - before).toBeLessThanOrEqual(time.ticks - ticks + 1);
  all.stop();
  some.stop();
});

test('a key that is revoked hears nothing more', async () => {
  const { key, heard } = await listen('short', ['sends:read']);
  await revokeKey(ctx, key.key_id);
  await expect
    .poll(
      after(20_000, () => heard.ended),
      POLL,
    )
    .toBe(true);
});

test('a role without the scope is refused', async () => {
  const { answer } = await listen('imports', ['imports:read']);
  expect(answer.statusCode).toBe(403);
});

test('closing the server ends the streams at once', async () => {
  const { heard } = await listen('last', ['*']);
  await server.close();
  await expect.poll(() => heard.ended, POLL).toBe(true);
});
