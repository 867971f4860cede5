import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChannel } from '../../src/channels/providers/index.ts';
import { type MessageReference, verpAddress } from '../../src/core/channels/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { startEngine } from '../../src/services/engine/index.ts';
import { takeReturnedMail } from '../../src/services/returned-mail/index.ts';
import { keyedHash } from '../../src/services/tracking/index.ts';
import { explainWhy, type SaidReason } from '../../src/services/why/index.ts';
import { until } from '../deliveries/support.ts';
import { publish, TEMPLATE } from '../journeys/service.ts';
import { createTestContext } from '../support/context.ts';
import { accept, eventOf } from './events.ts';

const ctx = await createTestContext({ clock: systemClock });
const engine = startEngine(ctx);
const delivery = startDelivery(ctx, { openChannel: (definition) => openChannel(ctx, definition) });
afterAll(async () => {
  await delivery.stop();
  await engine.stop();
  await ctx.close();
});

beforeAll(() =>
  publish(ctx, TEMPLATE, {
    kind: 'journey',
    key: 'arrives',
    entry: { event: 'Signed Up' },
    start: 'mail',
    steps: {
      mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none', next: 'arrives' },
      arrives: {
        type: 'wait-for',
        any: { there: { message: 'mail', reaction: 'delivered' }, gone: { message: 'mail', reaction: 'bounced' } },
        timeout: '1d',
        then: { there: 'glad', gone: 'sad', 'timed-out': 'end' },
      },
      glad: { type: 'update-profile', set: { reached: true } },
      sad: { type: 'update-profile', set: { reached: false } },
    },
  }),
);

const texts = (reasons: readonly SaidReason[]): string[] =>
  reasons.flatMap(({ text, because }) => [text, ...texts(because)]);

test('a journey that waits for what becomes of its mail hears of the delivery and of the bounce', async () => {
  const addresses = { ann: 'ann@example.com', bob: 'bounce+bob@example.com' };
  await accept(
    ctx,
    Object.entries(addresses).map(([userId, email]) =>
      eventOf(userId, 'Signed Up', { now: ctx.clock.now(), traits: { email } }),
    ),
  );
  const reached = () =>
    ctx.db.query(
      sql`select email, traits ->> 'reached' as reached from profile where traits ? 'reached' order by email`,
    );
  await until(async () => (await reached()).length === 2);
  expect(await reached()).toEqual([
    { email: 'ann@example.com', reached: 'true' },
    { email: 'bounce+bob@example.com', reached: 'false' },
  ]);
  const { reasons } = await explainWhy(ctx, { profile: addresses.bob, question: { journey: 'arrives' } });
  expect(texts(reasons)).toContain('the message of mail bounced');
});

test('a journey that waits for the bounce hears of a report that comes after the mail was delivered', async () => {
  await publish(ctx, {
    kind: 'journey',
    key: 'returns',
    entry: { event: 'Moved Away' },
    start: 'mail',
    steps: {
      mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none', next: 'returns' },
      returns: {
        type: 'wait-for',
        message: 'mail',
        reaction: 'bounced',
        timeout: '5d',
        then: { happened: 'gone', 'timed-out': 'end' },
      },
      gone: { type: 'update-profile', set: { gone: true } },
    },
  });
  const email = 'cid@example.com';
  await accept(ctx, [eventOf('cid', 'Moved Away', { now: ctx.clock.now(), traits: { email } })]);
  const sent = () =>
    ctx.db.maybeOne<MessageReference>(sql`
      select bucket, message_id as "messageId" from message where address = ${email} and state = 'sent'`);
  await until(async () => (await sent()) !== undefined);
  const recipient = verpAddress(
    (await sent()) ?? { bucket: 0, messageId: 0 },
    'bounces.example.com',
    keyedHash(ctx.secret, 'bounce'),
  );
  const raw = [
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.net',
    '',
    'Action: failed',
    'Status: 5.1.1',
    '--b--',
  ].join('\r\n');
  expect(await takeReturnedMail(ctx, { raw, recipient })).toMatchObject({ outcome: 'bounced' });
  await until(
    async () => (await ctx.db.query(sql`select from profile where email = ${email} and traits ? 'gone'`)).length === 1,
  );
});
