// What senders of events send, with anything in any place: it is taken or refused, and is never an internal error, nor takes along what
// others send meanwhile.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { createSource } from '../../src/services/sources/index.ts';
import { createTestContext } from '../support/context.ts';

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 600);
const TIMEOUT_MS = 240_000;
const ctx = await createTestContext();
const server = createServer(ctx);
let authorization = '';

beforeAll(async () => {
  await server.ready();
  const { key } = await createSource(ctx, { name: 'site', kind: 'write_key' });
  authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

const CALLS = ['track', 'identify', 'page', 'screen', 'group', 'alias', 'batch', 'import', 'cloudevents'];
const post = (call: string, payload: string) =>
  server.inject({
    method: 'POST',
    url: `/v1/${call}`,
    headers: { authorization, 'content-type': 'application/json' },
    payload,
  });

const ugly = fc.oneof(
  fc.constantFrom<unknown>(
    ...['', '\0', '\ud800', 'x'.repeat(5_000), '0000-00-00', '9999-99-99', '+275760-09-13T00:00:00Z'],
    ...['-000001-01-01T00:00:00Z', 'constructor', '1e400', 1e308, -1, 0, 8.64e15 + 2, 1e20, null, true, [], {}, [[]]],
  ),
  fc.jsonValue({ maxDepth: 3 }),
);
const or = (right: unknown) => fc.oneof(fc.constant(right), ugly);
const some = (model: Record<string, fc.Arbitrary<unknown>>) => fc.record(model, { requiredKeys: [] });
const traits = fc.oneof(ugly, fc.dictionary(fc.constantFrom('email', 'phone', 'locale', 'time_zone', 'a'), ugly));
const context = some({
  traits,
  externalIds: fc.oneof(ugly, fc.array(some({ type: ugly, id: ugly }))),
  timezone: ugly,
  page: ugly,
});
const event = some({
  ...{ type: fc.oneof(fc.constantFrom('track', 'identify', 'group', 'alias'), ugly), event: or('e'), userId: or('u') },
  ...{ anonymousId: ugly, previousId: ugly, groupId: ugly, messageId: ugly, timestamp: ugly, sentAt: ugly },
  ...{ originalTimestamp: ugly, properties: ugly, traits, context: fc.oneof(ugly, context) },
  ...{ specversion: or('1.0'), id: or('1'), source: or('s'), data: ugly, subject: ugly, time: ugly },
});
const body = fc.oneof(
  event,
  some({ batch: fc.oneof(ugly, fc.array(event, { maxLength: 4 })), sentAt: ugly, context }),
  ugly,
);

test(
  'whatever a sender of events sends, the answer is never an internal error',
  async () => {
    const property = fc.asyncProperty(fc.constantFrom(...CALLS), body, async (call, sent) => {
      const answer = await post(call, JSON.stringify(sent) ?? 'null');
      expect(answer.statusCode, answer.body).toBeLessThan(500);
    });
    await fc.assert(property, { numRuns: ROUNDS });
  },
  TIMEOUT_MS,
);

test('a request that was sent at no moment takes none along that come at the same time', async () => {
  const right = JSON.stringify({ event: 'Ordered', userId: 'u' });
  const wrong = JSON.stringify({ batch: [{ type: 'track' }], sentAt: 1e20 });
  const answers = await Promise.all([post('track', right), post('batch', wrong), post('track', right)]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
});
