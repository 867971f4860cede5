import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { createSource, revokeSource } from '../../src/services/sources/index.ts';
import { TEST_START } from '../support/context.ts';
import { basic, deadLetters, emptyInbox, inbox, openShop } from './support.ts';

const shop = await openShop();
const { ctx, post, server, writeKey } = shop;
afterAll(() => shop.close());
afterEach(() => emptyInbox(ctx));

const track = (more: object = {}) => ({ type: 'track', event: 'Ordered', userId: 'u1', messageId: 'm1', ...more });

describe('what a batch says about all its events', () => {
  const batch = Array.from({ length: 100 }, (_, at) => track({ messageId: `m${at}` }));

  test('stands behind what each of them says', async () => {
    const context = { traits: { email: 'ann@example.com' } };
    expect((await post('/v1/batch', { context, batch })).statusCode).toBe(200);
    expect((await inbox(ctx)).filter(({ traits }) => traits.email === 'ann@example.com')).toHaveLength(100);
  });

  test.each([
    ['large', JSON.stringify('x'.repeat(500_000))],
    ['deep', '['.repeat(500_000) + ']'.repeat(500_000)],
  ])('is refused when it is too %s to be said of each: a few bytes must not fill the memory', async (_, value) => {
    const answer = await post('/v1/batch', `{"context":{"more":${value}},"batch":${JSON.stringify(batch)}}`);
    expect(answer.statusCode).toBe(400);
    expect([await inbox(ctx), await deadLetters(ctx)]).toEqual([[], []]);
  });
});

describe('a 200 means that the events lie in the inbox', () => {
  test('of a batch, each in the bucket of its first identity, and within a bucket in order', async () => {
    const again = track({ event: 'Paid', messageId: 'm2' });
    const batch = [track(), again, track({ userId: 'u2' }), { type: 'page', anonymousId: 'a', name: 'Home' }];
    const answer = await post('/v1/batch', { batch, sentAt: new Date(TEST_START).toISOString() });
    expect([answer.statusCode, answer.body]).toEqual([200, '{"success":true}']);
    const events = await inbox(ctx);
    expect(events).toHaveLength(4);
    const ofFirst = events.filter(({ identities }) => identities[0]?.value === 'u1');
    expect(ofFirst.map(({ name }) => name)).toEqual(['Ordered', 'Paid']);
    expect(events.find(({ name }) => name === 'Page Viewed')?.identities).toEqual([
      { namespace: 'anonymous_id', value: 'a' },
    ]);
    const misplaced = await ctx.db.query(sql`
      select 1 from inbox where bucket <> bucket_of(body->'identities'->0->>'namespace', body->'identities'->0->>'value')`);
    expect(misplaced).toEqual([]);
  });

  test('ids that are numbers too long for JavaScript are taken digit by digit, so that nobody becomes somebody else', async () => {
    const of = (id: string) => `{"type":"track","event":"Ordered","userId":${id},"messageId":${id}}`;
    await post('/v1/batch', `{"batch":[${of('115310627314723954')},${of('115310627314723955')},${of('1e20')}]}`);
    expect((await inbox(ctx)).map(({ identities, messageId }) => [identities, messageId])).toEqual(
      expect.arrayContaining(
        ['115310627314723954', '115310627314723955'].map((id) => [[{ namespace: 'user_id', value: id }], id]),
      ),
    );
    expect(await deadLetters(ctx)).toMatchObject([{ reason: 'invalid_identity' }]);
  });

  test.each([
    ['/v1/track', 'track'],
    ['/v1/identify', 'identify'],
    ['/v1/page', 'page'],
    ['/v1/screen', 'screen'],
    ['/v1/group', 'group'],
    ['/v1/alias', 'alias'],
    ['/v1/t', 'track'],
    ['/v1/i', 'identify'],
    ['/v1/p', 'page'],
    ['/v1/s', 'screen'],
    ['/v1/g', 'group'],
    ['/v1/a', 'alias'],
    ['/api/s/track', 'track'],
    ['/api/s/s2s/identify', 'identify'],
  ])('of %s, whose path says the type', async (path, type) => {
    const answer = await post(path, { userId: 'u1', event: 'Ordered', groupId: 'g', previousId: 'p' });
    expect(answer.statusCode).toBe(200);
    expect((await inbox(ctx)).map((item) => item.type)).toEqual([type]);
  });

  test('of a request under any content type, gzip or not', async () => {
    const body = JSON.stringify({ batch: [track()], writeKey });
    const bare = (payload: string | Buffer, headers: Record<string, string>) =>
      server.inject({ method: 'POST', url: '/v1/b', payload, headers });
    const answers = [
      await bare(body, { 'content-type': 'text/plain' }),
      await bare(gzipSync(body), {
        'content-type': 'application/x-www-form-urlencoded',
        'content-encoding': 'gzip',
      }),
      await bare(gzipSync(body), { 'content-type': 'application/json' }),
      await bare(`\ufeff${body}`, {}),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect(await inbox(ctx)).toHaveLength(4);
  });

  test('the same message sent twice is stored under the same id, for the engine to count once', async () => {
    await post('/v1/batch', { batch: [track()] });
    await post('/v1/batch', { batch: [track()] });
    expect((await inbox(ctx)).map(({ messageId }) => messageId)).toEqual(['m1', 'm1']);
  });

  test('an import fills history only', async () => {
    await post('/v1/import', { batch: [track({ timestamp: '2024-01-01T00:00:00Z' })] });
    expect(await inbox(ctx)).toMatchObject([{ historical: true, occurredAt: Date.parse('2024-01-01T00:00:00Z') }]);
  });
});

describe('a file of events posted as an import', () => {
  test('as CSV fills the history like the same events in JSON, and keeps the rows that cannot be read', async () => {
    const csv = [
      'event,user_id,email,timestamp,total,gift,traits.tier',
      'Order Completed,u1,Ann@example.com,2024-01-01T00:00:00Z,12.5,true,gold',
      'Order Completed,u2,,2024-01-02T00:00:00Z,,,',
      'Order Completed,u3,,yesterday,1,,',
      'Order Completed,u4',
      ',u5,,2024-01-02T00:00:00Z,1,,',
    ].join('\n');
    expect((await post('/v1/import', csv, { 'content-type': 'text/csv' })).statusCode).toBe(200);
    const taken = (await inbox(ctx)).sort((a, b) => a.occurredAt - b.occurredAt);
    expect(taken).toMatchObject([
      {
        ...{
          historical: true,
          name: 'Order Completed',
          properties: { total: 12.5, gift: true },
          traits: { tier: 'gold' },
        },
        occurredAt: Date.parse('2024-01-01T00:00:00Z'),
        identities: [
          { namespace: 'user_id', value: 'u1' },
          { namespace: 'email', value: 'ann@example.com' },
        ],
      },
      { properties: {}, identities: [{ namespace: 'user_id', value: 'u2' }] },
    ]);
    const letters = await deadLetters(ctx);
    expect(letters.map(({ reason }) => reason)).toEqual(['invalid_timestamp', 'invalid_json', 'missing_event_name']);
    expect(letters[1]).toMatchObject({ body: 'Order Completed,u4', detail: 'It has 2 fields instead of 7.' });
    expect((await post('/v1/import', 'sku,price\na,1\n')).statusCode).toBe(400);
  });

  test('as lines of JSON keeps the line that is none as it came, for somebody to look at', async () => {
    expect((await post('/v1/import', `${JSON.stringify(track())}\n{"type":"track\n`)).statusCode).toBe(200);
    expect(await inbox(ctx)).toHaveLength(1);
    expect(await deadLetters(ctx)).toMatchObject([{ reason: 'invalid_json', body: '{"type":"track', complete: true }]);
  });
});

describe('the write key', () => {
  const send = (headers: Record<string, string>, body: object = {}) =>
    server.inject({ method: 'POST', url: '/v1/track', headers, payload: JSON.stringify({ ...track(), ...body }) });

  test('is taken from Basic, from x-write-key, from the body and from Bearer', async () => {
    const answers = [
      await send({ authorization: basic(writeKey) }),
      await send({ 'x-write-key': writeKey }),
      await send({ 'x-write-key': `${writeKey}:secret` }),
      await send({}, { writeKey }),
      await send({ authorization: `Bearer ${writeKey}` }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
  });

  test('that is nobody answers 401, and is counted', async () => {
    const answers = [await send({ authorization: basic('mistyped-key-1') }), await send({})];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
    expect(await inbox(ctx)).toEqual([]);
    await expect
      .poll(
        () => {
          ctx.clock.advance(5_000);
          return ctx.db.query(sql`select key_hint, attempts from unknown_key order by key_hint`);
        },
        { timeout: 15_000 },
      )
      .toEqual([
        { key_hint: '(none)', attempts: 1 },
        { key_hint: 'mistyped-k', attempts: 1 },
      ]);
  });

  test('works at once when it is made, and no longer once it is revoked', async () => {
    const made = await createSource(ctx, { name: 'app', kind: 'write_key' });
    expect((await send({ 'x-write-key': made.key })).statusCode).toBe(200);
    expect(await inbox(ctx)).toMatchObject([{ source: 'app' }]);
    await revokeSource(ctx, made.source_id);
    ctx.clock.advance(5_000);
    expect((await send({ 'x-write-key': made.key })).statusCode).toBe(401);
  });

  test('of a webhook is none for SDKs', async () => {
    const settings = { event: 'Paid', identities: { email: 'email' } };
    const made = await createSource(ctx, { name: 'bank', kind: 'webhook', settings });
    expect((await send({ 'x-write-key': made.key })).statusCode).toBe(401);
  });
});

describe('what cannot be taken', () => {
  test('of a batch is kept with its reason, and the rest is taken', async () => {
    const traits = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`t${at}`, at]));
    const batch = [
      track(),
      { type: 'identify', userId: 'u1', traits },
      { type: 'track', userId: 'u1' },
      { type: 'track', event: 'Ordered' },
      { type: 'purchase', userId: 'u1' },
      'text',
      track({ userId: 'undefined' }),
      track({ timestamp: 'yesterday' }),
      track({ timestamp: '1970-01-01T00:00:00Z' }),
      track({ properties: { text: 'x'.repeat(40_000) } }),
      track({
        properties: JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`.replace(/^\[/, '{"a":[').replace(/\]$/, ']}')),
      }),
      { type: 'group', userId: 'u1' },
    ];
    const answer = await post('/v1/batch', { batch });
    expect(answer.statusCode).toBe(200);
    expect(await inbox(ctx)).toHaveLength(1);
    const letters = await deadLetters(ctx);
    expect(letters.map(({ reason }) => reason)).toEqual([
      'too_many_keys',
      'missing_event_name',
      'missing_identity',
      'unknown_type',
      'not_an_object',
      'invalid_identity',
      'invalid_timestamp',
      'timestamp_too_old',
      'too_large',
      'too_deep',
      'missing_group_id',
    ]);
    expect(letters.every(({ source, complete }) => source === 'shop' && complete)).toBe(true);
    expect(JSON.parse(letters[1]?.body ?? '')).toEqual({ type: 'track', userId: 'u1' });
    const { success, rejected, problems } = JSON.parse(answer.body);
    expect({ success, rejected }).toEqual({ success: true, rejected: letters.length });
    expect(problems.map((problem: { reason: string }) => problem.reason)).toEqual(letters.map(({ reason }) => reason));
    expect(problems[1]).toEqual({
      index: batch.findIndex((event) => JSON.stringify(event) === letters[1]?.body),
      reason: 'missing_event_name',
      detail: letters[1]?.detail,
    });
  });

  test('is told to whoever sent it, of the first twenty events', async () => {
    const answer = await post('/v1/batch', { batch: [track(), ...Array.from({ length: 50 }, () => 1)] });
    const { rejected, problems } = JSON.parse(answer.body);
    expect(rejected).toBe(50);
    expect(problems.map(({ index }: { index: number }) => index)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
  });

  test('because of an encoding that is not read says which one; a character set in its place does no harm', async () => {
    const body = JSON.stringify({ batch: [track()] });
    for (const encoding of ['br', 'deflate', 'zstd']) {
      const answer = await post('/v1/batch', body, { 'content-encoding': encoding });
      expect([answer.statusCode, JSON.parse(answer.body).detail]).toEqual([400, expect.stringContaining(encoding)]);
    }
    expect((await post('/v1/batch', body, { 'content-encoding': 'utf-8' })).statusCode).toBe(200);
  });

  test('because it is no JSON answers 400, and is kept when its sender is known', async () => {
    expect((await post('/v1/batch', '{"batch": [')).statusCode).toBe(400);
    expect((await post('/v1/batch', '')).statusCode).toBe(400);
    expect((await post('/v1/batch', '{"batch": 1}')).statusCode).toBe(400);
    expect((await server.inject({ method: 'POST', url: '/v1/batch', payload: '{' })).statusCode).toBe(400);
    expect(await deadLetters(ctx)).toMatchObject([{ reason: 'invalid_json', body: '{"batch": [' }]);
  });

  test('because it is too large answers 400, also when it is small until it is inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    expect((await post('/v1/batch', bomb, { 'content-encoding': 'gzip' })).statusCode).toBe(400);
    const large = await post('/v1/batch', Buffer.alloc(5 * 1024 * 1024, ' '));
    expect([large.statusCode, JSON.parse(large.body).detail]).toEqual([400, 'The body has more than 4194304 bytes.']);
    expect((await post('/v1/batch', { batch: Array.from({ length: 5_001 }, () => 1) })).statusCode).toBe(400);
    expect((await post('/v1/batch', Buffer.from([0x1f, 0x8b, 1, 2, 3]))).statusCode).toBe(400);
    expect(await inbox(ctx)).toEqual([]);
  });

  test('a body nested a million levels deep fails nobody else', async () => {
    const deep = `{"type":"track","event":"E","userId":"u1","properties":{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}}`;
    expect((await post('/v1/batch', `{"batch":[${deep},${JSON.stringify(track())}]}`)).statusCode).toBe(200);
    expect(await inbox(ctx)).toHaveLength(1);
    expect(await deadLetters(ctx)).toMatchObject([{ reason: 'too_deep' }]);
  });

  test('characters that no database can hold are taken out, and the event is taken', async () => {
    const text =
      '{"type":"track","event":"E","userId":"u1","properties":{"a\\u0000":"x\\u0000y\\ud800z \\ud83d\\ude00"}}';
    expect((await post('/v1/track', text)).statusCode).toBe(200);
    const rows = await ctx.db.query(
      sql`select body->'properties' as properties from inbox where body::jsonb is not null`,
    );
    expect(rows).toEqual([{ properties: { a: 'xy\ufffdz 😀' } }]);
  });
});

test('a property may change its type from one event to the next', async () => {
  const values = [1, '1', true, null, { deep: 1 }, [1]];
  await post('/v1/batch', { batch: values.map((total) => track({ properties: { total } })) });
  expect((await inbox(ctx)).map(({ properties }) => properties.total)).toEqual(values);
});

test('browsers of any page may send', async () => {
  const headers = {
    origin: 'https://shop.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };
  const asked = await server.inject({ method: 'OPTIONS', url: '/v1/t', headers });
  expect(asked.statusCode).toBe(204);
  expect(asked.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization,content-type',
    'access-control-max-age': '86400',
  });
  const refused = await server.inject({ method: 'POST', url: '/v1/t', payload: '{}' });
  expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([401, '*']);
  const settings = await server.inject({ url: `/v1/projects/${writeKey}/settings` });
  expect(settings.json().integrations['Segment.io']).toMatchObject({ apiKey: writeKey, apiHost: 'localhost:8080/v1' });
  expect((await server.inject({ method: 'POST', url: '/v1/m', payload: '{}' })).statusCode).toBe(200);
});

test('the browser SDK of RudderStack finds here what it needs to start, and beacons its last events', async () => {
  const authorization = basic(writeKey);
  for (const url of [`/sourceConfig/?p=npm&v=3.34.1&writeKey=${writeKey}`, '/sourceConfig']) {
    const asked = await server.inject({
      method: 'OPTIONS',
      url,
      headers: { 'access-control-request-headers': 'authorization' },
    });
    expect([asked.statusCode, asked.headers['access-control-allow-headers']]).toEqual([204, 'authorization']);
    const { source } = (await server.inject({ url, headers: { authorization } })).json();
    // What the SDK insists on, and that it loads nothing and reports nothing elsewhere.
    expect(source).toMatchObject({ id: 'shop', enabled: true, destinations: [], config: expect.any(Object) });
    expect(source.config.statsCollection).toEqual({ errors: { enabled: false }, metrics: { enabled: false } });
  }
  expect((await server.inject({ url: '/sourceConfig/?writeKey=none' })).statusCode).toBe(401);
  const beacon = { method: 'POST' as const, url: `/beacon/v1/batch?writeKey=${writeKey}` };
  const sent = await server.inject({
    ...beacon,
    headers: { 'content-type': 'text/plain' },
    payload: { batch: [track()] },
  });
  expect(sent.statusCode).toBe(200);
  expect(await inbox(ctx)).toHaveLength(1);
});
