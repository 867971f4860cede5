import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SendResult } from '../../src/core/deliveries/index.ts';
import { MessageRequest } from '../../src/core/messages/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { type Delivery, pauseSend, resumeSend, startDelivery } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { acceptMessages } from '../../src/services/messages/index.ts';
import { fakeChannel, makePeople, publish, until } from '../deliveries/support.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

// Delivery accepts and delivers in one process; what it has been asked to send once it knows, so that the next message leaves at once.

let ctx: TestContext;
let worker: Delivery;
let channel: ReturnType<typeof fakeChannel>;
let answer: () => SendResult | Promise<SendResult>;

const TAKEN: SendResult = { kind: 'sent', detail: 'ok' };

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  await makePeople(ctx, 1, 50);
  await ctx.db.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select bucket_of('customer', n::text), 'customer', n::text, n % 256, n, ${new Date(0)} from generate_series(1, 50) n`);
  await publish(ctx, {
    kind: 'template',
    key: 'reset',
    transactional: true,
    subject: 'For {{ profile.first_name }}',
    text: '{{ row.code }} {% for part in row.parts %}{{ part[0] }}={{ part[1] }};{% endfor %}',
    defaults: { 'row.parts': '' },
  });
  await publish(ctx, {
    kind: 'channel',
    key: 'rated',
    provider: 'sandbox',
    from: { email: 'news@shop.example' },
    rate: { messages_per_second: 100 },
  });
});
beforeEach(() => {
  answer = () => TAKEN;
  channel = fakeChannel(() => answer());
  worker = startDelivery(ctx, { openChannel: () => channel });
});
afterEach(async () => {
  await worker.stop();
  expect(await examine(ctx)).toMatchObject({ differences: [], findings: [] });
});
afterAll(() => ctx.close());

type More = { readonly channel?: string; readonly parts?: object; readonly sendAt?: string };

async function accept(person: number, more: More = {}, context: typeof ctx = ctx): Promise<string> {
  const request = MessageRequest.parse({
    template: 'reset',
    category: 'transactional',
    channel: more.channel ?? 'sandbox',
    to: { identity: { namespace: 'customer', value: String(person) } },
    variables: { code: 'code', parts: more.parts ?? {} },
    ...(more.sendAt === undefined ? {} : { send_at: more.sendAt }),
  });
  const { messages } = await acceptMessages(context, request, undefined, { express: worker.express });
  return messages[0]?.id ?? '';
}

const sentTo = (person: number) => channel.sent.filter(({ to }) => to === `p${person}@example.com`);
const untilSent = (person: number) => until(() => sentTo(person).length > 0);
const waiting = () =>
  ctx.db.query<{ state: string; profileId: number; attempts: number }>(
    sql`select state, profile_id as "profileId", attempts from outbox order by profile_id`,
  );
/** The template's send is known to the worker from here on. */
async function introduce(more: More = {}): Promise<void> {
  await accept(50, more);
  await untilSent(50);
  await until(async () => (await waiting()).length === 0);
}
const sendId = async (channelKey = 'sandbox') =>
  (await ctx.db.one<{ send_id: number }>(sql`select send_id from send where channel_key = ${channelKey}`)).send_id;

/** The transaction does its work and ends as told. */
function ending(how: (work: () => Promise<unknown>) => Promise<void>): typeof ctx {
  const transaction: typeof ctx.db.transaction = async (work, options) => {
    let result: unknown;
    await how(() =>
      ctx.db.transaction(async (tx) => {
        result = await work(tx);
      }, options),
    );
    return result as never;
  };
  return { ...ctx, db: { ...ctx.db, transaction } };
}

describe('a transactional message that this process accepts and delivers', () => {
  it('is claimed in the transaction that accepts it, and leaves after its commit', async () => {
    await introduce();
    let beforeCommit: unknown;
    const id = await accept(
      1,
      {},
      ending(async (work) => {
        beforeCommit = await waiting();
        await work();
        expect(channel.sent.filter(({ to }) => to === 'p1@example.com')).toEqual([]);
        expect(await waiting()).toEqual([{ state: 'sending', profileId: 1, attempts: 1 }]);
      }),
    );
    expect(beforeCommit).toEqual([]);
    expect(id).toMatch(/^msg_/);
    await untilSent(1);
    await until(async () => (await waiting()).length === 0);
    expect(sentTo(1)).toHaveLength(1);
  });

  it('reads as it would have if it had waited in the queue', async () => {
    await introduce();
    const parts = { length: 'long', b: '2', a: { z: 1, y: 2 }, é: '3' };
    await accept(2, { parts });
    await accept(3, { parts, sendAt: new Date(Date.now() + 50).toISOString() });
    await untilSent(2);
    await untilSent(3);
    const [atOnce, later] = [2, 3].map((person) => sentTo(person)[0]?.raw.split('\r\n\r\n')[1]);
    expect(atOnce).toContain('a=');
    expect(atOnce).toBe(later);
    expect(sentTo(2)[0]?.raw).toContain('For Name 2');
  });

  it('is neither sent nor there when its acceptance is rolled back', async () => {
    await introduce();
    const rolledBack = ctx.db.transaction;
    const transaction: typeof ctx.db.transaction = (work, options) =>
      rolledBack(async (tx) => {
        await work(tx);
        throw new Error('Not this time.');
      }, options);
    await expect(accept(4, {}, { ...ctx, db: { ...ctx.db, transaction } })).rejects.toThrow('Not this time.');
    expect(await waiting()).toEqual([]);
    await accept(5);
    await untilSent(5);
    expect(sentTo(4)).toEqual([]);
  });

  it('is sent once when nobody heard that its acceptance was committed', { timeout: 30_000 }, async () => {
    await introduce();
    const lost = ending(async (work) => {
      await work();
      throw new Error('The connection is lost.');
    });
    await expect(accept(6, {}, lost)).rejects.toThrow('The connection is lost.');
    expect(await waiting()).toMatchObject([{ state: 'sending', profileId: 6 }]);
    await accept(7);
    await untilSent(7);
    await until(() => sentTo(6).length > 0, undefined, 25_000);
    await until(async () => (await waiting()).length === 0);
    expect(sentTo(6)).toHaveLength(1);
  });

  it('is held when its send is paused, and leaves when that goes on', async () => {
    await introduce();
    await pauseSend(ctx, await sendId());
    await accept(8);
    await until(async () => (await waiting())[0]?.state === 'held');
    expect(sentTo(8)).toEqual([]);
    await resumeSend(ctx, await sendId());
    await untilSent(8);
  });

  it('waits in the queue when it is due later, and when its channel has a rate or is down', async () => {
    await introduce();
    const states: unknown[] = [];
    const looking = ending(async (work) => {
      await work();
      states.push((await waiting()).map(({ state }) => state));
    });
    await accept(9, { sendAt: new Date(Date.now() + 100).toISOString() }, looking);
    await untilSent(9);
    await until(async () => (await waiting()).length === 0);
    await introduce({ channel: 'rated' });
    await accept(10, { channel: 'rated' }, looking);
    await untilSent(10);
    await until(async () => (await waiting()).length === 0);
    channel.healthy = false;
    answer = () => ({ kind: 'retry', reason: 'down', detail: 'away', providerDown: true });
    await accept(11);
    await until(async () => (await waiting())[0]?.state === 'queued');
    await accept(12, {}, looking);
    expect(states).toEqual([['queued'], ['queued'], ['queued', 'queued']]);
    answer = () => TAKEN;
    channel.healthy = true;
    await untilSent(11);
    await untilSent(12);
  });

  it('leaves before delivery has stopped when that begins while it is accepted', async () => {
    await introduce();
    let stopped: Promise<void> | undefined;
    const stopping = ending(async (work) => {
      await work();
      stopped = worker.stop();
      // Whatever stopping does without waiting for this one.
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await accept(13, {}, stopping);
    await stopped;
    expect(sentTo(13)).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  it('does not overtake those that wait because more are accepted than the channel takes', async () => {
    await introduce();
    const open: (() => void)[] = [];
    answer = () => new Promise<SendResult>((resolve) => open.push(() => resolve(TAKEN)));
    for (let person = 14; person < 40; person++) await accept(person);
    await until(() => open.length === channel.inFlightMax);
    answer = () => TAKEN;
    for (const release of open) release();
    for (let person = 14; person < 40; person++) await untilSent(person);
    await until(async () => (await waiting()).length === 0);
    expect(channel.sent.filter(({ to }) => to !== 'p50@example.com')).toHaveLength(26);
  });
});
