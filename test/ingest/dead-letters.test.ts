import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { purgeDeadLetters, recordDeadLetters, replayDeadLetters } from '../../src/services/ingest/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { changeSettings, createSource } from '../../src/services/sources/index.ts';
import { deadLetters, emptyInbox, inbox, openShop } from './support.ts';

const shop = await openShop();
const { ctx, post, server, writeKey } = shop;
let key = '';
beforeAll(async () => {
  key = (await createKey(ctx, { name: 'test', scopes: ['sources:*'] })).secret;
});
afterAll(() => shop.close());
afterEach(() => emptyInbox(ctx));

const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) =>
  server.inject({ method, url, headers: { authorization: `Bearer ${key}` }, ...(payload ? { payload } : {}) });

/** What an older program would have refused, and the present one takes. */
const readable = (id: string) => ({ type: 'track', event: 'Ordered', userId: 'u1', messageId: id });

describe('a dead letter', () => {
  test('goes the way of any event once it can be read, with the time of its arrival, and only once', async () => {
    const receivedAt = ctx.clock.now() - 3_600_000;
    const base = { inlet: 'event', source: 'shop', reason: 'unknown_type', detail: 'It was new.', receivedAt } as const;
    await recordDeadLetters(ctx.db, [
      { ...base, body: JSON.stringify(readable('m1')) },
      { ...base, inlet: 'import', body: JSON.stringify(readable('m2')) },
      { ...base, body: '{"type":"track","event":"E"}' },
      { ...base, body: '{"type":' },
      { ...base, body: `"${'x'.repeat(100_000)}"` },
    ]);
    expect(await replayDeadLetters(ctx, {})).toEqual({ replayed: 2, refused: 2 });
    expect(await inbox(ctx)).toMatchObject([
      { messageId: 'm1', receivedAt, occurredAt: receivedAt },
      { messageId: 'm2', historical: true },
    ]);
    expect(
      (await deadLetters(ctx)).map(({ reason, complete, replayed_at }) => [reason, complete, !!replayed_at]),
    ).toEqual([
      ['unknown_type', true, true],
      ['unknown_type', true, true],
      ['missing_identity', true, false],
      ['invalid_json', true, false],
      ['unknown_type', false, false],
    ]);
    expect(await replayDeadLetters(ctx, {})).toEqual({ replayed: 0, refused: 2 });
  });

  test('of the engine goes back to the bucket that it was cut from', async () => {
    const item = { kind: 'touch', cause: 'rule' };
    const receivedAt = ctx.clock.now();
    const owner = { bucket: 7, profileId: 42 };
    const letter = { inlet: 'engine', source: 'engine', detail: 'Cut.', owner, receivedAt } as const;
    await recordDeadLetters(ctx.db, [
      { ...letter, reason: 'chain_too_long', body: JSON.stringify(item) },
      { ...letter, reason: 'not_processable', body: JSON.stringify({ timer: owner }) },
    ]);
    expect(await replayDeadLetters(ctx, { source: 'engine' })).toEqual({ replayed: 1, refused: 1 });
    expect(await ctx.db.query(sql`select bucket, profile_id, body from inbox`)).toEqual([
      { bucket: 7, profile_id: 42, body: item },
    ]);
  });

  test('of a webhook is read by the mapping that it has now', async () => {
    const settings = { event: { path: 'kind' }, identities: { email: 'mail' } };
    const hook = await createSource(ctx, { name: 'crm', kind: 'webhook', settings });
    const payload = { type: 'Called', mail: 'ana@example.com' };
    await server.inject({ method: 'POST', url: `/hooks/in/${hook.key}`, payload });
    expect(await deadLetters(ctx)).toMatchObject([{ reason: 'unmapped' }]);
    await changeSettings(ctx, hook.source_id, { event: { path: 'type' }, identities: { email: 'mail' } });
    expect(await replayDeadLetters(ctx, { source: 'crm' })).toEqual({ replayed: 1, refused: 0 });
    expect(await inbox(ctx)).toMatchObject([{ name: 'Called', source: 'crm' }]);
  });

  test('is deleted when it is a month old', async () => {
    await post('/v1/track', { userId: 'u1' });
    expect(await purgeDeadLetters(ctx)).toBe(0);
    ctx.clock.advance(31 * 86_400_000);
    expect(await purgeDeadLetters(ctx)).toBe(1);
  });
});

describe('the control API', () => {
  test('lists dead letters page by page, filters them and replays them', async () => {
    const batch = [{ type: 'track', userId: 'u1' }, { type: 'nothing' }, { type: 'track', userId: 'u2' }];
    await post('/v1/batch', { batch });
    const first = (await call('GET', '/api/dead-letters?limit=2')).json();
    const second = (await call('GET', `/api/dead-letters?limit=2&after=${first.next}`)).json();
    expect([...first.items, ...second.items].map(({ reason }) => reason)).toEqual([
      'missing_event_name',
      'unknown_type',
      'missing_event_name',
    ]);
    expect(second.next).toBeNull();
    const filtered = (await call('GET', '/api/dead-letters?reason=unknown_type&source=shop&replayed=false')).json();
    expect(filtered.items).toMatchObject([{ reason: 'unknown_type', body: '{"type":"nothing"}' }]);
    const replayed = await call('POST', '/api/dead-letters/replay', { ids: [first.items[0].dead_letter_id] });
    expect(replayed.json()).toEqual({ replayed: 0, refused: 1 });
  });

  test('makes, shows, changes and revokes sources', async () => {
    const made = await call('POST', '/api/sources', { kind: 'write_key', name: 'app' });
    expect(made.statusCode).toBe(201);
    expect(made.json().key).toMatch(/^wk_/);
    expect((await call('POST', '/api/sources', { kind: 'write_key', name: 'app' })).statusCode).toBe(409);
    expect(
      (await call('POST', '/api/sources', { kind: 'webhook', name: 'w', settings: { event: 'E' } })).statusCode,
    ).toBe(422);
    await post('/v1/batch', { batch: [readable('m1'), { type: 'track' }] });
    await expect
      .poll(
        async () => {
          ctx.clock.advance(5_000);
          return (await call('GET', '/api/sources')).json().items.find(({ name }: { name: string }) => name === 'shop');
        },
        { timeout: 15_000 },
      )
      .toMatchObject({ kind: 'write_key', accepted: 1, key_hint: writeKey.slice(0, 10), settings: null });
    const id = made.json().source_id;
    expect((await call('DELETE', `/api/sources/${id}`)).statusCode).toBe(204);
    expect((await call('DELETE', `/api/sources/${id}`)).statusCode).toBe(404);
  });

  test('shows what arrived lately and what was refused, and why', async () => {
    await post('/v1/batch', { batch: [readable('m1'), { type: 'track', userId: 'u1' }] });
    const { source_id: id } = (await call('GET', '/api/sources')).json().items[0];
    const recent = (await call('GET', `/api/sources/${id}/recent`)).json();
    expect(recent.events.slice(0, 2)).toMatchObject([
      { outcome: 'rejected', reason: 'missing_event_name' },
      {
        outcome: 'accepted',
        name: 'Ordered',
        message_id: 'm1',
        body: { name: 'Ordered', identities: [{ namespace: 'user_id', value: 'u1' }] },
      },
    ]);
    expect(recent.refused).toMatchObject([{ reason: 'missing_event_name', body: '{"type":"track","userId":"u1"}' }]);
    await server.inject({
      method: 'POST',
      url: '/v1/track',
      headers: { 'x-write-key': 'old-key-of-2019' },
      payload: '{}',
    });
    await expect
      .poll(
        async () => {
          ctx.clock.advance(5_000);
          return (await call('GET', '/api/unknown-keys')).json().items;
        },
        { timeout: 15_000 },
      )
      .toMatchObject([{ key_hint: 'old-key-of', attempts: 1 }]);
  });
});
