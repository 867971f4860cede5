// Messages by API as people look at them: the newest first wherever they stand, found by whom they were for, and told to the end.
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { MessageRequest } from '../../src/core/messages/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { acceptMessages, cancelMessage } from '../../src/services/messages/index.ts';
import { enter, makePeople, publish, TEMPLATE, waitAndWrite } from '../journeys/service.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

let ctx: TestContext;
let server: FastifyInstance;
let authorization: string;

beforeAll(async () => {
  ctx = await createTestContext();
  server = createServer(ctx);
  const { secret } = await createKey(ctx, { name: 'desk', scopes: ['profiles:read', 'sends:read'] });
  authorization = `Bearer ${secret}`;
  await makePeople(ctx, 12);
  await publish(
    ctx,
    TEMPLATE,
    { kind: 'template', key: 'receipt', transactional: true, subject: 'Thanks', text: 'Thank you' },
    waitAndWrite('other', {
      start: 'mail',
      steps: { mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none' } },
    }),
  );
  await enter(ctx, 'other', 1, 3);
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

async function ask(path: string) {
  const answer = await server.inject({ method: 'GET', url: path, headers: { authorization } });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

async function send(template: string, category: 'transactional' | 'marketing', ...people: number[]) {
  const to = people.map((n) => ({ identity: { namespace: 'customer_id', value: `p${n}` } }));
  const request = MessageRequest.parse({ template, category, to, channel: 'sandbox' });
  return (await acceptMessages(ctx, request, undefined)).messages.map(({ id }) => id);
}

test('calls are listed the newest first, page by page, whether they wait or are settled; other messages are not', async () => {
  const first = await send('receipt', 'transactional', 1, 2, 3);
  // Nobody has agreed to marketing: left out at once.
  const second = await send('hello', 'marketing', 4);
  const third = await send('receipt', 'transactional', 5, 6);
  await cancelMessage(ctx, String(third[0]));
  const ids: string[] = [];
  let after = '';
  do {
    const page = await ask(`/api/messages?limit=4${after}`);
    ids.push(...page.items.map((item: { id: string }) => item.id));
    after = page.next === null ? '' : `&after=${page.next}`;
  } while (after !== '');
  expect(ids).toEqual([...first, ...second, ...third].reverse());
});

test('the first message of a send is listed though the send is a moment younger', async () => {
  await ctx.db.execute(sql`update send set created_at = created_at + interval '5 seconds'`);
  expect((await ask('/api/messages')).items).toHaveLength(6);
});

test('they are narrowed by template, lane, state and reason', async () => {
  const count = async (query: string) => (await ask(`/api/messages?${query}`)).items.length;
  expect(await count('template=receipt')).toBe(5);
  expect(await count('lane=campaign')).toBe(1);
  expect(await count('state=queued')).toBe(4);
  expect(await count('state=excluded')).toBe(2);
  expect(await count('reason=cancelled')).toBe(1);
  expect(await count('template=receipt&reason=no_consent')).toBe(0);
});

test('a search finds those of whom it names, by address or identity, and nobody else', async () => {
  const found = async (search: string) =>
    (await ask(`/api/messages?search=${search}`)).items.map((item: { address: string }) => item.address);
  expect(await found('p2@')).toEqual(['p2@example.com']);
  expect(await found('p6')).toEqual(['p6@example.com']);
  expect(await found('nobody')).toEqual([]);
});

test('more people than are looked at are not passed over in silence', async () => {
  expect((await ask('/api/messages?search=p')).cut).toBe(false);
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, created_at, updated_at)
    select n % 256, 100000 + n, 'person' || n || '@example.com', now(), now() from generate_series(1, 60) n`);
  expect((await ask('/api/messages?search=person')).cut).toBe(true);
});

test('each template and lane adds up', async () => {
  const { items } = await ask('/api/message-templates');
  expect(items).toMatchObject([
    { template: 'hello', lane: 'campaign', account: { targeted: 1, excluded: 1 } },
    { template: 'receipt', lane: 'transactional', account: { targeted: 5, excluded: 1, queued: 4, held: 0 } },
  ]);
});

test('one message tells everything that happened to it, in order', async () => {
  const [id] = await send('receipt', 'transactional', 7);
  expect((await ask(`/api/messages/${id}`)).steps.map((step: { what: string }) => step.what)).toEqual([
    'accepted',
    'waits',
  ]);
  await cancelMessage(ctx, String(id));
  expect(await ask(`/api/messages/${id}`)).toMatchObject({
    state: 'excluded',
    template: 'receipt',
    steps: [{ what: 'accepted' }, { what: 'excluded', reason: 'cancelled' }],
  });
});
