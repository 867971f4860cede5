// The SDKs that people have, unmodified, against a server that listens.

import { jitsuAnalytics } from '@jitsu/js';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { emptyInbox, inbox, openShop } from './support.ts';

const shop = await openShop({ clock: systemClock, ingest: { pendingEventsMax: 20 } });
const { ctx, server, writeKey } = shop;
let host = '';
beforeAll(async () => {
  host = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => shop.close());
afterEach(() => emptyInbox(ctx));

const namesOf = async () => (await inbox(ctx)).map(({ name }) => name).sort();

describe('@segment/analytics-node', () => {
  test('delivers all its calls', async () => {
    const analytics = new Analytics({ writeKey, host });
    const errors: unknown[] = [];
    analytics.on('error', (error) => errors.push(error));
    analytics.identify({ userId: 'u1', traits: { email: 'Ana@Example.com', plan: 'pro' } });
    analytics.track({ userId: 'u1', event: 'Order Completed', properties: { total: 10 } });
    analytics.page({ userId: 'u1', name: 'Home', properties: { url: 'https://shop.example/' } });
    analytics.screen({ userId: 'u1', name: 'Basket' });
    analytics.group({ userId: 'u1', groupId: 'acme', traits: { seats: 3 } });
    analytics.alias({ userId: 'u1', previousId: 'anon-1' });
    analytics.track({ userId: 'u1', event: 'Long ago', timestamp: new Date('2025-01-01T00:00:00Z') });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    const events = await inbox(ctx);
    expect(await namesOf()).toEqual([
      'Alias',
      'Group Joined',
      'Identify',
      'Long ago',
      'Order Completed',
      'Page Viewed',
      'Screen Viewed',
    ]);
    const named = (name: string) => events.find((event) => event.name === name);
    expect(named('Identify')).toMatchObject({
      traits: { email: 'Ana@Example.com', plan: 'pro' },
      identities: [
        { namespace: 'user_id', value: 'u1' },
        { namespace: 'email', value: 'ana@example.com' },
      ],
      source: 'shop',
    });
    expect(named('Group Joined')?.group).toEqual({ key: 'acme', traits: { seats: 3 } });
    expect(named('Long ago')?.occurredAt).toBe(Date.parse('2025-01-01T00:00:00Z'));
    expect(named('Order Completed')?.messageId).toMatch(/^node-next-/);
  });

  test('is asked to come back while too much waits, and loses nothing', async () => {
    const analytics = new Analytics({ writeKey, host, flushAt: 15, flushInterval: 50 });
    const errors: unknown[] = [];
    const answers: number[] = [];
    analytics.on('error', (error) => errors.push(error));
    analytics.on('http_request', () => answers.push(1));
    await ctx.db.transaction(async (tx) => {
      // Nothing can be stored while this transaction lasts.
      await tx.execute(sql`lock table inbox in exclusive mode`);
      for (let at = 0; at < 45; at++) analytics.track({ userId: `u${at}`, event: 'Ordered' });
      await expect
        .poll(
          async () => {
            const text = (await server.inject('/metrics')).body;
            return /carillon_http_request_seconds_count\{method="POST",route="\/v1\/batch",status="429"\} [1-9]/.test(
              text,
            );
          },
          { timeout: 15_000 },
        )
        .toBe(true);
    });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    const ids = (await inbox(ctx)).map(({ messageId }) => messageId);
    expect([ids.length, new Set(ids).size]).toEqual([45, 45]);
    expect(answers.length).toBeGreaterThan(3);
  });

  test('drops what it sends with a key that is nobody, and says so', async () => {
    const analytics = new Analytics({ writeKey: 'nobody', host });
    const errors: unknown[] = [];
    analytics.on('error', (error) => errors.push(error));
    analytics.track({ userId: 'u1', event: 'Ordered' });
    await analytics.closeAndFlush();
    expect(errors).toHaveLength(1);
    expect(await inbox(ctx)).toEqual([]);
  });
});

test('@rudderstack/rudder-sdk-node delivers its gzip, whatever it calls it', async () => {
  const analytics = new RudderAnalytics(writeKey, { dataPlaneUrl: host, flushAt: 100, flushInterval: 60_000 });
  analytics.identify({ userId: 'u2', traits: { email: 'bob@example.com' } });
  analytics.track({ userId: 'u2', event: 'Order Completed', properties: { total: 5 } });
  analytics.page({ userId: 'u2', name: 'Home' });
  await analytics.flush();
  expect(await namesOf()).toEqual(['Identify', 'Order Completed', 'Page Viewed']);
  expect((await inbox(ctx))[1]).toMatchObject({ properties: { total: 5 }, traits: {} });
});

test('@jitsu/js delivers with its header, from a server and as a browser does', async () => {
  for (const s2s of [true, false]) {
    const analytics = jitsuAnalytics({ host, writeKey: `${writeKey}:secret`, s2s });
    await analytics.identify('u3', { email: 'eva@example.com' });
    await analytics.track('Order Completed', { total: 7 });
    await analytics.page({ name: 'Home' });
  }
  expect(await namesOf()).toEqual([
    'Identify',
    'Identify',
    'Order Completed',
    'Order Completed',
    'Page Viewed',
    'Page Viewed',
  ]);
  const [identify] = await inbox(ctx);
  expect(identify?.identities[0]).toEqual({ namespace: 'user_id', value: 'u3' });
});
