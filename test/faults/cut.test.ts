// The network between Carillon and its database is cut in the middle of a commit: what was asked never arrives, or it is done and the
// answer is lost, and the connection says nothing ever after.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Context } from '../../src/platform/context.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { openDatabase, sql } from '../../src/platform/sql/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { drain, startEngine } from '../../src/services/engine/index.ts';
import { createSource } from '../../src/services/sources/index.ts';
import { fakeChannel, until } from '../deliveries/support.ts';
import { accept, eventOf } from '../engine/events.ts';
import { basic } from '../ingest/support.ts';
import { publish, TEMPLATE } from '../journeys/service.ts';
import { createTestContext } from '../support/context.ts';
import { type Cut, type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';

const ANSWER_MS = 400;
const CUTS: readonly Cut[] = ['answer-lost', 'request-lost', 'answer-lost'];
const PEOPLE = 12;

const ctx = await createTestContext({ clock: systemClock });
let proxy: CuttingProxy;
/** The same installation, reached by way of the proxy. */
let cuttable: Context;
beforeAll(async () => {
  proxy = await startCuttingProxy(ctx.databaseUrl);
  const db = openDatabase({ connectionString: proxy.url, connectionsMax: 8, answerMs: ANSWER_MS });
  cuttable = { ...ctx, db, signals: createSignals() };
  await publish(ctx, TEMPLATE, {
    kind: 'journey',
    key: 'thanks',
    entry: { event: 'Ordered', instance: 'order' },
    start: 'mail',
    steps: { mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none' } },
  });
});
beforeEach(() =>
  ctx.db.execute(
    sql`truncate inbox, event, seen_message, outbox, message, send_count, journey_instance, journey_count, journey_step`,
  ),
);
afterAll(async () => {
  await cuttable.db.close();
  await proxy.close();
  await ctx.close();
});

/** The number of each order that is in the history, in order. */
async function ordersKept(): Promise<number[]> {
  const rows = await ctx.db.query<{ order: number }>(sql`
    select (properties ->> 'order')::int as order from event where name = 'Ordered' order by 1`);
  return rows.map(({ order }) => order);
}
const messagesOf = async () => (await ctx.db.query(sql`select from outbox`)).length;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const ordered = (order: number) =>
  eventOf(`u${order % PEOPLE}`, 'Ordered', {
    now: ctx.clock.now(),
    properties: { order },
    traits: { email: `u${order % PEOPLE}@example.com` },
  });

test('in the commit of a turn: no event is lost, none applied twice, and the engine goes on by itself', async () => {
  const engine = startEngine(cuttable);
  let count = 0;
  for (const how of CUTS) {
    const happened = proxy.cut(how, { after: 'delete from inbox', at: 'commit' });
    await accept(
      ctx,
      numbers(40).map((n) => ordered(count + n)),
    );
    count += 40;
    await happened;
  }
  await until(async () => (await ordersKept()).length >= count && (await messagesOf()) >= count);
  await engine.stop();
  expect(await ordersKept()).toEqual(numbers(count));
  expect(await messagesOf()).toBe(count);
  expect(await ctx.db.query(sql`select from inbox`)).toEqual([]);
  expect(await ctx.db.query(sql`select from dead_letter`)).toEqual([]);
  expect((await examine(ctx)).differences).toEqual([]);
});

test('in the group commit of ingestion: the sender hears an error or a 200 that is true, and what is sent again counts once', async () => {
  const { key } = await createSource(ctx, { name: 'shop', kind: 'write_key' });
  const server = createServer(cuttable);
  let count = 0;
  for (const how of CUTS) {
    const batch = numbers(20).map((n) => ({
      type: 'track',
      event: 'Ordered',
      userId: `u${n % PEOPLE}`,
      messageId: `${how}-${count + n}`,
      properties: { order: count + n },
    }));
    const send = () =>
      server.inject({ method: 'POST', url: '/v1/batch', headers: { authorization: basic(key) }, payload: { batch } });
    const happened = proxy.cut(how, { after: 'insert into inbox', at: 'Ordered' });
    let isCut = false;
    void happened.then(() => {
      isCut = true;
    });
    let first = await send();
    // A machine that is busy may be silent for too long before that place is reached.
    while (!isCut) first = await send();
    // What SDKs take as a reason to send again.
    expect(first.statusCode).toBe(429);
    // Or after it: SDKs send until they hear that it is stored.
    await expect.poll(async () => (await send()).statusCode).toBe(200);
    count += 20;
  }
  await server.close();
  await drain(ctx);
  expect(await ordersKept()).toEqual(numbers(count));
});

test('in the commit that settles messages: each was handed over once, and the log says so', async () => {
  const channel = fakeChannel();
  const delivery = startDelivery(cuttable, { openChannel: () => channel });
  let count = 0;
  for (const how of CUTS) {
    const happened = proxy.cut(how, { after: 'delete from outbox using outcome', at: 'commit' });
    await accept(
      ctx,
      numbers(20).map((n) => ordered(count + n)),
    );
    await drain(ctx);
    delivery.wake();
    count += 20;
    await happened;
  }
  const settled = () =>
    ctx.db.query<{ state: string; count: number }>(sql`select state, count(*) as count from message group by state`);
  await until(async () => (await messagesOf()) === 0);
  await delivery.stop();
  expect(await settled()).toEqual([{ state: 'sent', count }]);
  expect(channel.sent).toHaveLength(count);
  expect((await examine(ctx)).differences).toEqual([]);
});
