import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { type MessageReference, verpAddress } from '../../src/core/channels/index.ts';
import { messageReference } from '../../src/core/messages/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { keyedHash } from '../../src/services/tracking/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { countsOf, fakeChannel, GREETING, makePeople, makePopulation, prepare, publish, until } from './support.ts';

let ctx: TestContext;
let server: FastifyInstance;
let sendId = 0;
let headers: Record<string, string> = {};

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  server = createServer(ctx);
  const { secret } = await createKey(ctx, { name: 'mail server', scopes: ['suppressions:write'] });
  headers = { authorization: `Bearer ${secret}`, 'content-type': 'message/rfc822' };
  await makePeople(ctx, 1, 6);
  await publish(ctx, GREETING);
  sendId = (await prepare(ctx, await makePopulation(ctx, 'people', 1, 6))).sendId;
  const delivery = startDelivery(ctx, { openChannel: () => fakeChannel() });
  ctx.signals.raise('outbox');
  await until(async () => (await countsOf(ctx, sendId)).sent === 6);
  await delivery.stop();
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

const placeOf = (person: number) =>
  ctx.db.one<MessageReference>(sql`
    select bucket, message_id as "messageId" from message where profile_id = ${person}`);
const addressOf = (place: MessageReference, secret = ctx.secret) =>
  verpAddress(place, 'bounces.example.com', keyedHash(secret, 'bounce'));

const BOUNDARY = 'report';
/** What a mail server sends back, as Postfix writes it. */
function report(to: string, fields: readonly string[], quoted = ''): string {
  return [
    'Return-Path: <>',
    `To: ${to}`,
    'From: MAILER-DAEMON@mx.example.net (Mail Delivery System)',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${BOUNDARY}"`,
    '',
    `--${BOUNDARY}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'I am sorry to have to inform you that your message could not be delivered.',
    '',
    `--${BOUNDARY}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.net',
    '',
    'Final-Recipient: rfc822; somebody@example.com',
    ...fields,
    '',
    `--${BOUNDARY}`,
    'Content-Type: message/rfc822',
    '',
    quoted,
    'Subject: Hello',
    '',
    'Hello.',
    `--${BOUNDARY}--`,
    '',
  ].join('\r\n');
}
const UNKNOWN = ['Action: failed', 'Status: 5.1.1', 'Diagnostic-Code: smtp; 550 5.1.1 <p1@example.com>: no such user'];

async function post(payload: string, query = '') {
  const answer = await server.inject({ method: 'POST', url: `/api/returned-mail${query}`, headers, payload });
  return { status: answer.statusCode, body: answer.json() };
}
const logged = (person: number) =>
  ctx.db.one(sql`select state, reason, detail from message where profile_id = ${person}`);

test('a report that a mailbox does not exist fails its message, suppresses the address, and every count stays true', async () => {
  const place = await placeOf(1);
  const mail = report(addressOf(place), UNKNOWN);
  const expected = { message: messageReference(place), reason: 'hard_bounce' };
  expect(await post(mail)).toEqual({ status: 200, body: { outcome: 'bounced', ...expected } });
  expect(await logged(1)).toEqual({
    state: 'failed',
    reason: 'hard_bounce',
    detail: 'mailbox_unknown: 550 5.1.1 <p1@example.com>: no such user',
  });
  expect(await ctx.db.query(sql`select address, reason from suppression`)).toEqual([
    { address: 'p1@example.com', reason: 'hard_bounce' },
  ]);
  const counts = await countsOf(ctx, sendId);
  expect(counts).toMatchObject({ targeted: 6, sent: 5, 'failed hard_bounce': 1 });
  // The same report again, from a server that did not hear the answer.
  expect(await post(`From MAILER-DAEMON  Mon Mar  2 09:00:00 2026\n${mail}`)).toEqual({
    status: 200,
    body: { outcome: 'known', ...expected },
  });
  expect(await countsOf(ctx, sendId)).toEqual(counts);
  expect((await examine(ctx)).differences).toEqual([]);
});

test('the message is found by the envelope recipient, and by the header that the report quotes', async () => {
  const full = ['Action: failed', 'Status: 5.2.2', 'Diagnostic-Code: smtp; 552 5.2.2 over quota'];
  const recipient = encodeURIComponent(addressOf(await placeOf(2)).toUpperCase());
  expect((await post(report('postmaster@example.com', full), `?recipient=${recipient}`)).body).toMatchObject({
    outcome: 'bounced',
    reason: 'mailbox_full',
  });
  const quoted = `Return-Path: <${addressOf(await placeOf(3))}>`;
  expect((await post(report('postmaster@example.com', full, quoted))).body.outcome).toBe('bounced');
  expect(await logged(3)).toMatchObject({ state: 'failed', reason: 'mailbox_full' });
  expect(await ctx.db.query(sql`select from suppression where address <> 'p1@example.com'`)).toEqual([]);
});

test('nobody has an address suppressed whose message they did not get: a forged envelope sender names nothing', async () => {
  const place = await placeOf(4);
  const forged = [addressOf(place, 'another secret'), addressOf({ ...place, messageId: 99_999 }), 'b+aaaa@example.com'];
  for (const to of forged) {
    expect(await post(report(to, UNKNOWN))).toEqual({
      status: 200,
      body: { outcome: 'not_ours', message: null, reason: null },
    });
  }
  expect(await logged(4)).toMatchObject({ state: 'sent' });
});

test('a delay, an answering machine and what is no mail leave the message as it is', async () => {
  const to = addressOf(await placeOf(5));
  const away = `To: ${to}\r\nSubject: Out of office\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n`;
  for (const mail of [report(to, ['Action: delayed', 'Status: 4.4.1']), away, `${to}\0\xff--`]) {
    expect((await post(mail)).body.outcome).toBe('no_failure');
  }
  expect(await logged(5)).toMatchObject({ state: 'sent' });
  expect((await post('')).status).toBe(422);
  const { secret } = await createKey(ctx, { name: 'reader', scopes: ['suppressions:read'] });
  const mine = { ...headers, authorization: `Bearer ${secret}` };
  expect(
    (await server.inject({ method: 'POST', url: '/api/returned-mail', headers: mine, payload: 'x' })).statusCode,
  ).toBe(403);
});

test('a complaint suppresses the address and is a reaction of the person, once', async () => {
  const place = await placeOf(5);
  const complaint = (type: string) =>
    report('fbl@example.com', [], `Return-Path: <${addressOf(place)}>`)
      .replace('report-type=delivery-status', 'report-type=feedback-report')
      .replace('message/delivery-status', 'message/feedback-report')
      .replace('Reporting-MTA: dns; mx.example.net', `Feedback-Type: ${type}\r\nVersion: 1`);
  expect((await post(complaint('not-spam'))).body.outcome).toBe('no_failure');
  const message = messageReference(place);
  expect((await post(complaint('abuse'))).body).toEqual({ outcome: 'complained', message, reason: 'complaint' });
  expect((await post(complaint('abuse'))).body).toEqual({ outcome: 'known', message, reason: 'complaint' });
  expect(await ctx.db.query(sql`select reason from suppression where address = 'p5@example.com'`)).toEqual([
    { reason: 'complaint' },
  ]);
  expect(await ctx.db.query(sql`select kind, times, profile_id from reaction`)).toEqual([
    { kind: 'complained', times: 1, profile_id: 5 },
  ]);
  expect(await ctx.db.query(sql`select name from event where profile_id = 5`)).toEqual([{ name: 'Complained' }]);
  expect(await logged(5)).toMatchObject({ state: 'sent' });
});

test('a report that comes before the answer to its message was written down is to be sent again', async () => {
  const place = await placeOf(6);
  await ctx.db.execute(sql`
    insert into outbox (bucket, message_id, send_id, profile_id, lane, channel_key, address, domain, state, attempts, due_at, queued_at, worker_id)
    select bucket, message_id, send_id, profile_id, 'campaign', 'sandbox', address, 'example.com', 'sending', 1, created_at, created_at, 1
    from message where profile_id = 6`);
  await ctx.db.execute(sql`delete from message where profile_id = 6`);
  const answer = await server.inject({
    method: 'POST',
    url: '/api/returned-mail',
    headers,
    payload: report(addressOf(place), UNKNOWN),
  });
  expect(answer.statusCode).toBe(503);
});
