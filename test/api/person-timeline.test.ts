// One person's time as a page tells it: what an event caused stands with it, what did not go out says why.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { createIngest, receiveEvents } from '../../src/services/ingest/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import { publish, settle, TEMPLATE } from '../journeys/service.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const DAY_MS = 86_400_000;

let ctx: TestContext;
let server: ReturnType<typeof createServer>;
let headers: { authorization: string };

beforeAll(async () => {
  ctx = await createTestContext();
  await publish(
    ctx,
    TEMPLATE,
    { kind: 'audience', key: 'buyers', rule: { event: 'Order Completed', within: '5d' } },
    {
      kind: 'journey',
      key: 'thanks',
      name: 'Thank you',
      entry: { event: 'Order Completed' },
      start: 'pause',
      steps: {
        pause: { type: 'wait', for: '1d', next: 'mail' },
        mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'opt-in', next: 'rest' },
        rest: { type: 'wait', for: '30d' },
      },
    },
  );
  const ada = ProfileInput.parse({ identities: { user_id: 'ada' }, columns: { email: 'ada@example.com' } });
  await ctx.db.transaction((tx) => upsertProfiles(tx, [ada], { now: ctx.clock.now(), source: 'test' }));
  await drain(ctx);
  for (const [messageId, event] of [
    ['m1', 'Page Viewed'],
    ['m2', 'Order Completed'],
  ]) {
    ctx.clock.advance(60_000);
    const raws = [{ type: 'track', event, userId: 'ada', messageId }];
    await receiveEvents(ctx, createIngest(ctx), { inlet: 'event', raws, source: 'shop' });
    await drain(ctx);
  }
  for (let day = 0; day < 7; day++) {
    ctx.clock.advance(DAY_MS);
    await settle(ctx);
  }
  const { secret } = await createKey(ctx, { name: 'test', scopes: ['profiles:read'] });
  headers = { authorization: `Bearer ${secret}` };
  server = createServer(ctx);
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

async function timeline(query: string) {
  const url = `/api/profiles/user_id/ada/timeline?${query}`;
  const reply = await server.inject({ method: 'GET', url, headers });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json() as { items: Record<string, unknown>[]; next: string | null };
}

test('what an event caused stands with it, what time caused stands for itself, and refused messages say why', async () => {
  const { items } = await timeline('show=all');
  expect(items).toMatchObject([
    { kind: 'move', moves: [{ into: 'audience', key: 'buyers', change: 'left', cause: 'time' }] },
    { kind: 'message', state: 'excluded', reason: 'no_consent', journey_key: 'thanks', activity: 'mail' },
    {
      kind: 'event',
      name: 'Order Completed',
      caused: [
        { into: 'audience', key: 'buyers', change: 'entered' },
        { into: 'journey', key: 'thanks', change: 'entered' },
      ],
    },
    { kind: 'event', name: 'Page Viewed', caused: [] },
  ]);
});

test('it is read page by page, and by what one wants to see', async () => {
  const all = await timeline('show=all');
  const paged: Record<string, unknown>[] = [];
  for (let after = ''; ; ) {
    const page = await timeline(`show=all&limit=1${after}`);
    paged.push(...page.items);
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  // A page that ends between an event and what it caused shows the two one after the other.
  const kinds = (items: readonly Record<string, unknown>[]) => items.filter(({ kind }) => kind !== 'move').length;
  expect(kinds(paged)).toBe(kinds(all.items));
  expect((await timeline('show=not-sent')).items).toHaveLength(1);
  expect((await timeline('show=messages')).items.map(({ kind }) => kind)).toEqual(['message']);
  expect((await timeline('show=events')).items.map(({ kind }) => kind)).toEqual(['move', 'event', 'event']);
});

test('the journeys of a profile carry their names', async () => {
  const reply = await server.inject({ method: 'GET', url: '/api/profiles/user_id/ada', headers });
  expect(reply.json().journeys).toMatchObject([{ journey_key: 'thanks', journey_name: 'Thank you', steps: ['rest'] }]);
});
