import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { openChannel } from '../../src/channels/providers/index.ts';
import { reactionDepth } from '../../src/core/engine/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { startEngine } from '../../src/services/engine/index.ts';
import { until } from '../deliveries/support.ts';
import { publish, TEMPLATE } from '../journeys/service.ts';
import { createTestContext } from '../support/context.ts';
import { accept, eventOf } from './events.ts';

const ctx = await createTestContext({ clock: systemClock });
const server = createServer(ctx);
const engine = startEngine(ctx);
const delivery = startDelivery(ctx, { openChannel: (definition) => openChannel(ctx, definition) });
afterAll(async () => {
  await delivery.stop();
  await engine.stop();
  await server.close();
  await ctx.close();
});

const mail = (next: string) => ({ type: 'email', template: 'hello', channel: 'sandbox', consent: 'none', next });
const opened = (message: string, next: string) => ({
  type: 'wait-for',
  message,
  reaction: 'opened',
  machine: true,
  timeout: '1d',
  then: { happened: next, 'timed-out': 'end' },
});
const SERIES = Array.from({ length: 13 }, (_, n) => [
  [`mail-${n}`, mail(`read-${n}`)],
  [`read-${n}`, opened(`mail-${n}`, n === 12 ? 'end' : `mail-${n + 1}`)],
]).flat();

beforeAll(async () => {
  await publish(
    ctx,
    TEMPLATE,
    { kind: 'journey', key: 'begins', entry: { event: 'Signed Up' }, start: 'mail', steps: { mail: mail('end') } },
    {
      kind: 'journey',
      key: 'again',
      entry: { event: 'Email Opened', where: { step: 'mail' } },
      start: 'mail',
      steps: { mail: mail('end') },
    },
    {
      kind: 'journey',
      key: 'round',
      entry: { event: 'Went Round' },
      start: 'letter',
      steps: {
        letter: mail('reads'),
        reads: opened('letter', 'breath'),
        breath: { type: 'wait', for: '1s', next: 'letter' },
      },
    },
    {
      kind: 'journey',
      key: 'series',
      entry: { event: 'Followed' },
      start: 'mail-0',
      steps: Object.fromEntries(SERIES),
    },
  );
});

const mailsTo = (address: string) =>
  ctx.db.query<{ message_id: number; raw: Buffer }>(sql`
    select message_id, raw from sandbox_message where recipient = ${address} order by message_id desc`);

/** Waits until an address has got `count` mails; then somebody's proxy opens the newest. */
async function openMail(address: string, count: number): Promise<void> {
  let mails: Awaited<ReturnType<typeof mailsTo>> = [];
  await until(async () => {
    mails = await mailsTo(address);
    return mails.length === count;
  });
  const html = mails[0]?.raw.toString().replaceAll('=\r\n', '') ?? '';
  const [pixel = ''] = /\/t\/o\/[\w-]+\.gif/.exec(html) ?? [];
  const { statusCode } = await server.inject({ url: pixel, headers: { 'user-agent': 'Mozilla/5.0' } });
  expect(statusCode).toBe(200);
}

async function begin(userId: string, event: string): Promise<string> {
  const email = `${userId}@example.com`;
  await accept(ctx, [eventOf(userId, event, { now: ctx.clock.now(), traits: { email } })]);
  return email;
}

const letters = (userId: string) =>
  ctx.db.query<{ detail: string }>(sql`
    select d.detail from dead_letter d join identity i on i.profile_bucket = d.bucket and i.profile_id = d.profile_id
    where i.value = ${userId} and d.reason = 'chain_too_long'`);
const cut = (at: string) => ({ detail: `What Carillon itself causes was cut after 10 steps, at ${at}.` });

test.concurrent('a mail whose opening writes the next mail is cut after ten links and reported once', async () => {
  const address = await begin('ann', 'Signed Up');
  for (let count = 1; count <= 11; count++) await openMail(address, count);
  await until(async () => (await letters('ann')).length > 0);
  expect(await mailsTo(address)).toHaveLength(11);
  expect(await letters('ann')).toEqual([cut('"Email Opened"')]);
});

test.concurrent('a journey that goes round by the openings of its own mail is cut too, though it waits in between', async () => {
  const address = await begin('bob', 'Went Round');
  for (let count = 1; count <= 11; count++) await openMail(address, count);
  await until(async () => (await letters('bob')).length > 0);
  expect(await mailsTo(address)).toHaveLength(11);
  expect(await letters('bob')).toEqual([cut('reaction')]);
});

test.concurrent('a series in which each mail waits for the opening of the one before is no loop, however long it is', async () => {
  const address = await begin('cat', 'Followed');
  for (let count = 1; count <= 13; count++) await openMail(address, count);
  await until(async () => {
    const [instance] = await ctx.db.query<{ state: string }>(
      sql`select state from journey_instance where journey_key = 'series'`,
    );
    return instance?.state === 'ended';
  });
  expect(await letters('cat')).toEqual([]);
});

test('every chain that was cut is counted', async () => {
  expect((await ctx.metrics.cutChains.get()).values[0]?.value).toBe(2);
});

test('what somebody outside does begins a new chain, and so does whatever comes a day later', () => {
  const caused = { entry: 2, newest: 5, at: 0 };
  const messages = { letter: [7, 9] };
  expect(reactionDepth({ caused, messages }, 7, 1_000)).toBe(3);
  expect(reactionDepth({ caused, messages }, 9, 1_000)).toBe(6);
  expect(reactionDepth({ caused, messages }, 9, 86_400_000)).toBe(1);
  expect(reactionDepth({ messages }, 9, 1_000)).toBe(1);
});
