import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { MessageRequest } from '../../src/core/messages/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql, toText } from '../../src/platform/sql/index.ts';
import { type Delivery, ensureMessagePartition, startDelivery } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { mergeProfiles } from '../../src/services/identity/index.ts';
import { createKey, revokeKey } from '../../src/services/keys/index.ts';
import { acceptMessages } from '../../src/services/messages/index.ts';
import { fakeChannel, GREETING, makePeople, publish, until } from '../deliveries/support.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

let ctx: TestContext;
let server: FastifyInstance;
let key: string;
let worker: Delivery | undefined;

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  server = createServer(ctx);
  key = (await createKey(ctx, { name: 'test', scopes: ['messages:write'] })).secret;
  await makePeople(ctx, 1, 50);
  await ctx.db.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select bucket_of('customer', n::text), 'customer', n::text, n % 256, n, ${new Date(0)} from generate_series(1, 50) n`);
  await ctx.db.execute(sql`
    insert into consent (bucket, profile_id, channel, status, source, updated_at)
    select n % 256, n, 'email', 'granted', 'test', ${new Date(0)} from generate_series(1, 10) n`);
  await publish(ctx, GREETING);
  await publish(ctx, {
    kind: 'template',
    key: 'reset',
    transactional: true,
    subject: 'Reset for {{ profile.first_name }}',
    text: 'Your code is {{ row.code }}.',
    defaults: { 'profile.first_name': 'you' },
  });
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  expect(await examine(ctx)).toMatchObject({ differences: [], findings: [] });
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

type Answer = {
  readonly status: number;
  readonly body: {
    id: string;
    messages: { id: string; state: string; reason: string | null }[];
    items: { id: string; state: string }[];
    problems: { path: string }[];
    [name: string]: unknown;
  };
};

async function call(method: 'GET' | 'POST', url: string, payload?: object, headers = {}): Promise<Answer> {
  const response = await server.inject({
    method,
    url,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(payload ? { payload } : {}),
  });
  return { status: response.statusCode, body: response.json() };
}

const send = (payload: object, idempotencyKey?: string) =>
  call('POST', '/v1/messages', payload, idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey });
const reset = (to: object, more: object = {}) => ({
  template: 'reset',
  category: 'transactional',
  to,
  variables: { code: '123' },
  ...more,
});
const idOf = (answer: Answer) => answer.body.messages[0]?.id ?? '';
const show = async (id: string) => (await call('GET', `/v1/messages/${id}`)).body;
const inHour = () => new Date(Date.now() + 3_600_000).toISOString();
const queued = async () => (await ctx.db.one<{ n: number }>(sql`select count(*) as n from outbox`)).n;

function start() {
  const channel = fakeChannel();
  worker = startDelivery(ctx, { openChannel: () => channel });
  return channel;
}

describe('a message by API', () => {
  it('reaches one person by identity, and tells what became of it', async () => {
    const channel = start();
    const answer = await send(reset({ identity: { namespace: 'customer', value: '7' } }));
    expect(answer).toMatchObject({ status: 202, body: { queued: 1, excluded: 0, repeated: false } });
    await until(async () => (await show(idOf(answer))).state === 'sent');
    expect(channel.sent.map((mail) => mail.to)).toEqual(['p7@example.com']);
    expect(channel.sent[0]?.raw.replaceAll('=\r\n', '')).toContain('Your code is 123.');
    expect(channel.sent[0]?.raw).not.toContain('List-Unsubscribe');
    expect(await show(idOf(answer))).toMatchObject({
      template: 'reset',
      lane: 'transactional',
      profile_id: 7,
      reactions: [],
    });
  });

  it('finds the person of an address, makes one for an address that nobody has, and writes where it is told', async () => {
    const channel = start();
    const to = [
      { email: 'P8@Example.com' },
      { email: 'new@example.com', variables: { code: 'n' } },
      { identity: { namespace: 'customer', value: '9' }, email: 'other@example.com' },
    ];
    const answer = await send(reset(to));
    expect(answer.body.queued).toBe(3);
    await until(() => channel.sent.length === 3);
    expect(channel.sent.map((mail) => mail.to).sort()).toEqual([
      'P8@Example.com',
      'new@example.com',
      'other@example.com',
    ]);
    const shown = await Promise.all(answer.body.messages.map(({ id }) => show(id)));
    expect([shown[0]?.profile_id, shown[2]?.profile_id]).toEqual([8, 9]);
    const again = await send(reset({ email: 'new@example.com' }));
    expect((await show(idOf(again))).profile_id).toBe(shown[1]?.profile_id);
    await until(() => channel.sent.length === 4);
  });

  it('finds the person whom events know by an address beyond ASCII', async () => {
    await ctx.db.execute(sql`
      insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
      values (bucket_of('email', 'ann@bücher.example'), 'email', 'ann@bücher.example', 45, 45, ${new Date(0)})`);
    const to = [{ email: ' Ann@bücher.example' }, { email: 'new@bücher.example' }];
    const answer = await send(reset(to, { send_at: inHour() }));
    const [known, made] = await Promise.all(answer.body.messages.map(({ id }) => show(id)));
    expect(known?.profile_id).toBe(45);
    const again = await send(reset({ email: 'NEW@bücher.example' }, { send_at: inHour() }));
    expect((await show(idOf(again))).profile_id).toBe(made?.profile_id);
    for (const { id } of [...answer.body.messages, ...again.body.messages])
      await call('POST', `/v1/messages/${id}/cancel`);
  });

  it('says for each recipient why it gets none, and counts it', async () => {
    await ctx.db.execute(sql`
      insert into suppression (channel, address, reason, created_at) values ('email', 'p3@example.com', 'hard_bounce', ${new Date(0)})`);
    const to = ['1', '3', '11', 'unknown'].map((value) => ({ identity: { namespace: 'customer', value } }));
    const marketing = await send({
      template: 'greeting',
      category: 'marketing',
      to: [...to, { email: 'not an address' }],
      variables: { total: 5 },
      send_at: inHour(),
    });
    expect(marketing.body.messages.map(({ state, reason }) => reason ?? state)).toEqual([
      'scheduled',
      'suppressed',
      'no_consent',
      'no_profile',
      'invalid_address',
    ]);
    const transactional = await send(reset(to, { send_at: inHour() }));
    expect(transactional.body.messages.map(({ state, reason }) => reason ?? state)).toEqual([
      'scheduled',
      'suppressed',
      'scheduled',
      'no_profile',
    ]);
    for (const { id, state } of [...marketing.body.messages, ...transactional.body.messages]) {
      if (state === 'scheduled') await call('POST', `/v1/messages/${id}/cancel`);
    }
    await ctx.db.execute(sql`delete from suppression`);
  });

  it('is refused when the template reads a variable that is not given, naming every recipient', async () => {
    const to = [{ email: 'p1@example.com', variables: { code: null } }, { email: 'p2@example.com' }];
    const answer = await send({ template: 'reset', category: 'transactional', to }, 'refused');
    expect(answer.status).toBe(422);
    expect(answer.body.problems.map(({ path }) => path)).toEqual(['to.1.variables.code']);
    expect((await send({ template: 'reset', category: 'marketing', to: to[0] ?? {} })).body.problems[0]?.path).toBe(
      'template',
    );
    expect((await send(reset({ email: 'p1@example.com' }, { template: 'none' }))).status).toBe(404);
    expect((await send(reset({ email: 'p1@example.com' }, { channel: 'none' }))).status).toBe(404);
    expect((await send(reset({}))).status).toBe(422);
    expect(await queued()).toBe(0);
    // A refused call leaves its key free for the right one.
    expect((await send(reset({ email: 'p1@example.com' }, { send_at: inHour() }), 'refused')).body.repeated).toBe(
      false,
    );
    const [item] = (await call('GET', '/v1/messages?idempotency_key=refused')).body.items;
    await call('POST', `/v1/messages/${item?.id}/cancel`);
  });
});

it('a message reaches who is merged with another while it is accepted', async () => {
  const [from, into] = [47, 48].map((profileId) => ({ bucket: profileId, profileId }));
  if (!from || !into) throw new Error('There is nobody.');
  let merged: Promise<unknown> | undefined;
  const transaction: typeof ctx.db.transaction = (work, options) =>
    ctx.db.transaction((tx) => {
      const query: typeof tx.query = async (statement, haste) => {
        if (toText(statement).includes('left join suppression')) {
          merged ??= mergeProfiles(ctx, { from, into, cause: 'api' });
          await merged;
        }
        return tx.query(statement, haste);
      };
      return work({ ...tx, query });
    }, options);
  const request = MessageRequest.parse(
    reset({ identity: { namespace: 'customer', value: '47' } }, { send_at: inHour() }),
  );
  const { messages } = await acceptMessages({ ...ctx, db: { ...ctx.db, transaction } }, request);
  expect(messages).toMatchObject([{ state: 'scheduled', reason: null }]);
  expect(await show(messages[0]?.id ?? '')).toMatchObject({ address: 'p48@example.com' });
  await call('POST', `/v1/messages/${messages[0]?.id}/cancel`);
  expect(await merged).toMatchObject({ kind: 'merged', survivor: into });
});

it('a call with a key that has just been revoked is refused and leaves nothing, known as the key was a moment before', async () => {
  const { key_id: keyId, secret } = await createKey(ctx, { name: 'short-lived', scopes: ['messages:write'] });
  const as = { authorization: `Bearer ${secret}` };
  const payload = reset({ identity: { namespace: 'customer', value: '49' } }, { send_at: inHour() });
  const first = await call('POST', '/v1/messages', payload, as);
  expect(first.status).toBe(202);
  expect(await call('POST', '/v1/messages', payload, as)).toMatchObject({ status: 202 });
  const before = await queued();
  await revokeKey(ctx, keyId);
  const withKey = { ...as, 'idempotency-key': 'revoked' };
  expect(await call('POST', '/v1/messages', payload, withKey)).toMatchObject({ status: 401 });
  expect(await call('POST', '/v1/messages', payload, as)).toMatchObject({ status: 401 });
  expect(await queued()).toBe(before);
  expect(await call('GET', '/v1/messages?idempotency_key=revoked')).toMatchObject({ status: 404 });
  await ctx.db.execute(sql`update outbox set due_at = ${new Date(0)}, not_before = null`);
  start();
  await until(async () => (await queued()) === 0);
});

describe('an idempotency key', () => {
  it('makes one message of equal calls that come at once, and gives all the same answer', async () => {
    const payload = reset({ identity: { namespace: 'customer', value: '20' } });
    const reordered = { variables: payload.variables, to: payload.to, category: payload.category, template: 'reset' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => send(index % 2 === 0 ? payload : reordered, 'at once')),
    );
    expect(new Set(answers.map(idOf)).size).toBe(1);
    expect(answers.filter((answer) => !answer.body.repeated)).toHaveLength(1);
    expect(await queued()).toBe(1);
    const channel = start();
    await until(async () => (await show(idOf(answers[0] as Answer))).state === 'sent');
    expect((await send(payload, 'at once')).body.repeated).toBe(true);
    expect(channel.sent).toHaveLength(1);
    expect((await call('GET', '/v1/messages?idempotency_key=at%20once')).body.items).toMatchObject([{ state: 'sent' }]);
  });

  it('under a key from long ago is made once like any other', async () => {
    const request = reset({ email: 'p22@example.com' }, { send_at: inHour() });
    const first = await send(request, 'key-old');
    await ctx.db.execute(sql`
      update message_request set created_at = created_at - interval '30 days' where idempotency_key = 'key-old'`);
    // The key may be forgotten by now, and then this is a call of its own; one that comes after it is its repetition.
    const again = await send(request, 'key-old');
    expect(idOf(await send(request, 'key-old'))).toBe(idOf(again));
    for (const one of new Set([idOf(first), idOf(again)])) await call('POST', `/v1/messages/${one}/cancel`);
  });

  it('is refused with another request, and may stand in the body', async () => {
    const to = { email: 'p21@example.com' };
    const first = await send(reset(to, { send_at: inHour(), idempotency_key: 'body' }));
    expect(first.status).toBe(202);
    expect((await send(reset(to, { variables: { code: 'other' }, idempotency_key: 'body' }))).status).toBe(409);
    expect((await send(reset(to, { idempotency_key: 'body' }), 'header')).status).toBe(422);
    await call('POST', `/v1/messages/${idOf(first)}/cancel`);
  });
});

describe('variables', () => {
  it('are kept for each message, and refused when they would fill the memory of whoever sends it', async () => {
    const outbox = () => ctx.db.one(sql`select count(*) as waiting from outbox`);
    const before = await outbox();
    const one = await send(reset({ email: 'p40@example.com' }, { variables: { code: 'x'.repeat(140_000) } }));
    expect([one.status, one.body.problems.map(({ path }) => path)]).toEqual([422, ['variables']]);
    const everybody = Array.from({ length: 400 }, (_, n) => ({ email: `p${n}@example.com` }));
    const many = await send({ ...reset({}), to: everybody, variables: { code: 'x'.repeat(50_000) } });
    expect([many.status, many.body.problems.map(({ path }) => path)]).toEqual([422, ['variables']]);
    expect(await outbox()).toEqual(before);
    // What the template does not read is not kept, and counts for nothing.
    const unread = { variables: { code: '1', more: 'x'.repeat(140_000) }, send_at: inHour() };
    const taken = await send(reset({ email: 'p40@example.com' }, unread));
    expect(taken.status).toBe(202);
    await call('POST', `/v1/messages/${idOf(taken)}/cancel`);
  });
});

describe('a scheduled message', () => {
  it('waits for its time, which its deadline counts from, and goes then', async () => {
    const channel = start();
    const answer = await send(reset({ email: 'p30@example.com' }, { send_at: inHour() }));
    expect(await show(idOf(answer))).toMatchObject({ state: 'scheduled' });
    const now = await send(reset({ email: 'p31@example.com' }));
    await until(async () => (await show(idOf(now))).state === 'sent');
    expect(channel.sent.map((mail) => mail.to)).toEqual(['p31@example.com']);
    // As if it had been queued four days ago for now: older than any deadline that counts from then, and perhaps of the month before.
    await ctx.db.transaction((tx) => ensureMessagePartition(tx, Date.now() - 4 * 86_400_000));
    await ctx.db.execute(sql`
      update outbox set queued_at = queued_at - interval '4 days', not_before = ${new Date()}, due_at = ${new Date()}`);
    ctx.signals.raise('outbox');
    await until(async () => (await show(idOf(answer))).state === 'sent');
  });
});

describe('cancelling', () => {
  it('takes back what has not left, once, and refuses the rest', async () => {
    const answer = await send(reset({ email: 'p40@example.com' }, { send_at: inHour() }));
    const cancel = () => call('POST', `/v1/messages/${idOf(answer)}/cancel`);
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'excluded', reason: 'cancelled' } });
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'excluded', reason: 'cancelled' } });
    expect((await call('POST', '/v1/messages/msg_zzz/cancel')).status).toBe(404);
    start();
    const gone = await send(reset({ email: 'p41@example.com' }));
    await until(async () => (await show(idOf(gone))).state === 'sent');
    expect((await call('POST', `/v1/messages/${idOf(gone)}/cancel`)).status).toBe(409);
  });

  it('finds a message that went to another bucket when its person was merged', async () => {
    const answer = await send(reset({ email: 'p42@example.com' }, { send_at: inHour() }));
    await ctx.db.execute(sql`update outbox set bucket = 7 where profile_id = 42`);
    expect(await show(idOf(answer))).toMatchObject({ id: idOf(answer), state: 'scheduled', profile_id: 42 });
    expect(await call('POST', `/v1/messages/${idOf(answer)}/cancel`)).toMatchObject({
      status: 200,
      body: { id: idOf(answer), reason: 'cancelled' },
    });
  });

  it('and sending never both happen, whoever comes first', async () => {
    const to = Array.from({ length: 40 }, (_, index) => ({ email: `p${index + 1}@example.com` }));
    const { body } = await send(reset(to));
    const channel = start();
    const answers = await Promise.all(body.messages.map(({ id }) => call('POST', `/v1/messages/${id}/cancel`)));
    const cancelled = answers.filter(({ status }) => status === 200).length;
    await until(async () => (await queued()) === 0);
    expect(channel.sent).toHaveLength(40 - cancelled);
    for (const [index, { id }] of body.messages.entries()) {
      expect((await show(id)).state).toBe(answers[index]?.status === 200 ? 'excluded' : 'sent');
    }
  });
});

it('a thousand recipients are one call and few statements', async () => {
  const to = Array.from({ length: 1_000 }, (_, index) => ({ email: `bulk${index}@example.com` }));
  const answer = await send({ template: 'reset', category: 'transactional', to, variables: { code: '1' } }, 'bulk');
  expect(answer.body).toMatchObject({ queued: 1_000, excluded: 0 });
  const channel = start();
  await until(() => channel.sent.length === 1_000);
  await until(async () => (await queued()) === 0);
  expect(new Set(channel.sent.map((mail) => mail.to)).size).toBe(1_000);
  expect((await send({ template: 'reset', category: 'transactional', to: [...to, ...to] })).status).toBe(422);
});

it('calls with the same template share a send, and a new version of it makes another', async () => {
  const sends = async () => (await ctx.db.one<{ n: number }>(sql`select count(*) as n from send where standing`)).n;
  const before = await sends();
  const one = () => send(reset({ email: 'p5@example.com' }, { send_at: inHour() }));
  const first = await one();
  expect(await sends()).toBe(before);
  await ctx.db.execute(sql`
    insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
    select kind, key, 2, state, replace(body::text, 'Your code', 'The code')::json, created_at, updated_at, published_at
    from definition where key = 'reset'`);
  const second = await one();
  expect(await sends()).toBe(before + 1);
  for (const answer of [first, second]) await call('POST', `/v1/messages/${idOf(answer)}/cancel`);
});
