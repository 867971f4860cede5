import { createHmac } from 'node:crypto';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/platform/config.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { replayDeadLetters } from '../../src/services/ingest/index.ts';
import { changeSettings, createSource } from '../../src/services/sources/index.ts';
import { TEST_START } from '../support/context.ts';
import { deadLetters, emptyInbox, inbox, openShop } from './support.ts';

const SECRETS = {
  BANK_SECRET: 'bank bank',
  SHOP_SECRET: `whsec_${Buffer.from('shop shop').toString('base64')}`,
  STRIPE_SECRET: 'whsec_stripe stripe',
};
const shop = await openShop();
const { ctx, post, server, writeKey } = shop;
Object.assign(ctx.config, { secretNamed: readConfig(SECRETS).secretNamed });
afterAll(() => shop.close());
afterEach(() => emptyInbox(ctx));

describe('CloudEvents over HTTP', () => {
  const cloud = {
    specversion: '1.0',
    id: '1',
    source: '/orders',
    type: 'Order Completed',
    subject: 'u1',
    time: '2026-03-02T08:00:00Z',
    data: { total: 10 },
  };
  const expected = {
    name: 'Order Completed',
    messageId: '/orders#1',
    identities: [{ namespace: 'user_id', value: 'u1' }],
    occurredAt: TEST_START - 3_600_000,
    properties: { total: 10 },
  };

  test('are taken structured', async () => {
    const answer = await post('/v1/cloudevents', cloud, { 'content-type': 'application/cloudevents+json' });
    expect(answer.statusCode).toBe(200);
    expect(await inbox(ctx)).toMatchObject([expected]);
  });

  test('are taken in batches, and what is no CloudEvent is kept apart', async () => {
    const answer = await post('/v1/cloudevents', [cloud, { ...cloud, id: '2' }, { id: '3' }]);
    expect(answer.statusCode).toBe(200);
    expect((await inbox(ctx)).map(({ messageId }) => messageId)).toEqual(['/orders#1', '/orders#2']);
    expect(await deadLetters(ctx)).toMatchObject([{ inlet: 'cloudevent', reason: 'not_a_cloud_event' }]);
  });

  test('are taken in binary form, with their attributes in headers', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '/orders',
      'ce-type': 'Order%20Completed',
      'ce-subject': 'u1',
      'ce-time': '2026-03-02T08:00:00Z',
    };
    const answer = await post('/v1/cloudevents', { total: 10 }, headers);
    expect(answer.statusCode).toBe(200);
    expect(await inbox(ctx)).toMatchObject([expected]);
  });

  test('answer 400 when there is nothing to read, 401 when nobody sends it', async () => {
    expect((await post('/v1/cloudevents', '{')).statusCode).toBe(400);
    expect((await server.inject({ method: 'POST', url: '/v1/cloudevents', payload: '{}' })).statusCode).toBe(401);
    expect(await deadLetters(ctx)).toMatchObject([{ inlet: 'cloudevent', reason: 'invalid_json', body: '{' }]);
  });
});

describe('a webhook of another system', () => {
  const settings = {
    each: 'events',
    event: { path: 'type', names: { 'invoice.paid': 'Invoice Paid' }, others: 'ignore' },
    identities: { user_id: 'data.customer.id', email: 'data.customer.email', crm_id: 'data.crm' },
    properties: { amount: 'data.amount', first: 'data.lines.0.sku' },
    traits: { first_name: 'data.customer.name' },
    timestamp: 'created',
    message_id: 'id',
  };
  const paid = {
    id: 'evt_1',
    type: 'invoice.paid',
    created: TEST_START / 1_000 - 60,
    data: { amount: 5, customer: { id: 7, email: 'Ana@Example.com', name: 'Ana' }, crm: 'c9', lines: [{ sku: 'A' }] },
  };
  const deliver = (key: string, payload: string, headers: Record<string, string> = {}) =>
    server.inject({ method: 'POST', url: `/hooks/in/${key}`, payload, headers });

  test('becomes events as its mapping says', async () => {
    const { key } = await createSource(ctx, { name: 'billing', kind: 'webhook', settings });
    const body = { events: [paid, { ...paid, type: 'invoice.drafted' }, { data: {} }] };
    expect((await deliver(key, JSON.stringify(body))).statusCode).toBe(200);
    expect(await inbox(ctx)).toMatchObject([
      {
        name: 'Invoice Paid',
        messageId: 'billing#evt_1',
        source: 'billing',
        occurredAt: TEST_START - 60_000,
        properties: { amount: 5, first: 'A' },
        traits: { first_name: 'Ana' },
        identities: [
          { namespace: 'user_id', value: '7' },
          { namespace: 'email', value: 'ana@example.com' },
          { namespace: 'crm_id', value: 'c9' },
        ],
      },
    ]);
    expect(await deadLetters(ctx)).toMatchObject([{ inlet: 'webhook', source: 'billing', reason: 'unmapped' }]);
  });

  test('that has nothing where its events should be is kept whole, and read again once the mapping is right', async () => {
    const hook = await createSource(ctx, { name: 'slip', kind: 'webhook', settings: { ...settings, each: 'event' } });
    expect((await deliver(hook.key, JSON.stringify({ events: [paid, { ...paid, id: 'evt_2' }] }))).statusCode).toBe(
      200,
    );
    expect(await inbox(ctx)).toHaveLength(0);
    const detail = 'The body has nothing at event, where its events should be.';
    expect(await deadLetters(ctx)).toMatchObject([{ source: 'slip', reason: 'unmapped', detail }]);
    await changeSettings(ctx, hook.source_id, settings);
    expect(await replayDeadLetters(ctx, { source: 'slip' })).toEqual({ replayed: 1, refused: 0 });
    expect((await inbox(ctx)).map(({ messageId }) => messageId)).toEqual(['slip#evt_1', 'slip#evt_2']);
  });

  test('has numbers of its own: the same one of two systems is two events, of one system it is one', async () => {
    const [shop, desk] = [
      await createSource(ctx, { name: 'orders', kind: 'webhook', settings }),
      await createSource(ctx, { name: 'desk', kind: 'webhook', settings }),
    ];
    const body = JSON.stringify({ events: [{ ...paid, id: 1_001 }] });
    for (const key of [shop.key, desk.key, shop.key]) expect((await deliver(key, body)).statusCode).toBe(200);
    await drain(ctx);
    const events = await ctx.db.query(sql`select source from event order by event_id`);
    expect(events).toEqual([{ source: 'orders' }, { source: 'desk' }]);
  });

  test('that names nobody says where the mapping looked for a name', async () => {
    const { key } = await createSource(ctx, { name: 'nameless', kind: 'webhook', settings });
    await deliver(key, JSON.stringify({ events: [{ type: 'invoice.paid', data: {} }] }));
    const detail = 'The event names nobody: it has nothing at data.customer.email, data.crm, data.customer.id.';
    expect(await deadLetters(ctx)).toMatchObject([{ reason: 'missing_identity', detail }]);
  });

  test('is refused without the signature that it should have', async () => {
    const base = { event: 'Paid', identities: { email: 'email' } };
    const hmac = { scheme: 'hmac-sha256', secret: 'BANK_SECRET', header: 'X-Signature', prefix: 'sha256=' };
    const bank = await createSource(ctx, { name: 'bank', kind: 'webhook', settings: { ...base, signature: hmac } });
    const payload = '{"email":"a@example.com"}';
    const signature = `sha256=${createHmac('sha256', 'bank bank').update(payload).digest('hex')}`;
    expect((await deliver(bank.key, payload)).statusCode).toBe(401);
    expect((await deliver(bank.key, `${payload} `, { 'x-signature': signature })).statusCode).toBe(401);
    expect((await deliver(bank.key, payload, { 'x-signature': signature })).statusCode).toBe(200);

    const scheme = { scheme: 'standard-webhooks', secret: 'SHOP_SECRET' };
    const standard = await createSource(ctx, {
      name: 'std',
      kind: 'webhook',
      settings: { ...base, signature: scheme },
    });
    const signed = (at: number) => {
      const timestamp = String(at / 1_000);
      const mac = createHmac('sha256', 'shop shop').update(`msg_1.${timestamp}.${payload}`).digest('base64');
      return { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,AAAA v1,${mac}` };
    };
    expect((await deliver(standard.key, payload, signed(TEST_START))).statusCode).toBe(200);
    expect((await deliver(standard.key, payload, signed(TEST_START - 600_000))).statusCode).toBe(401);
    expect((await deliver(standard.key, payload)).statusCode).toBe(401);
    expect(await inbox(ctx)).toHaveLength(2);
  });

  test("of Stripe is taken with Stripe's own signature, also while its secret is being changed", async () => {
    const signature = { scheme: 'stripe', secret: 'STRIPE_SECRET' };
    const settings = { event: { path: 'type' }, identities: { stripe_id: 'data.object.customer' }, signature };
    const { key } = await createSource(ctx, { name: 'stripe', kind: 'webhook', settings });
    const payload = '{"type":"invoice.paid","data":{"object":{"customer":"cus_1"}}}';
    const signed = (at: number, secret = SECRETS.STRIPE_SECRET) => {
      const mac = createHmac('sha256', secret)
        .update(`${at / 1_000}.${payload}`)
        .digest('hex');
      return { 'stripe-signature': `t=${at / 1_000},v1=${'0'.repeat(64)},v1=${mac},v0=${mac}` };
    };
    expect((await deliver(key, payload, signed(TEST_START))).statusCode).toBe(200);
    for (const refused of [
      signed(TEST_START - 600_000),
      signed(TEST_START, 'other'),
      { 'stripe-signature': 't=,v1=' },
    ]) {
      expect((await deliver(key, payload, refused)).statusCode).toBe(401);
    }
    expect((await deliver(key, `${payload} `, signed(TEST_START))).statusCode).toBe(401);
    expect(await inbox(ctx)).toMatchObject([{ name: 'invoice.paid', identities: [{ value: 'cus_1' }] }]);
  });

  test('whose key nobody has answers 401, and so does a write key', async () => {
    expect((await deliver('hook_nobody', '{}')).statusCode).toBe(401);
    expect((await deliver(writeKey, '{}')).statusCode).toBe(401);
  });
});
