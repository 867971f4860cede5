import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import {
  type Delivery,
  drawMessageIds,
  ensureJourneySend,
  finishJourneySends,
  type NewMessage,
  pauseJourneySends,
  queueMessages,
  recoverMessages,
  resumeJourneySends,
  startDelivery,
  stopJourneySends,
} from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { countsOf, fakeChannel, GREETING, makePeople, publish, stateOf, until } from './support.ts';

let ctx: TestContext;
let worker: Delivery | undefined;
const INSTANCE = 4711;

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  await makePeople(ctx, 1, 100);
  await publish(ctx, GREETING);
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  expect(await examine(ctx)).toMatchObject({ differences: [], findings: [] });
  await ctx.db.execute(sql`delete from inbox`);
});
afterAll(() => ctx.close());

const ensure = (version: number, node = 'mail') =>
  ctx.db.transaction((tx) =>
    ensureJourneySend(tx, ctx, {
      journeyKey: 'welcome',
      version,
      node,
      channelKey: 'sandbox',
      templateKey: 'greeting',
      consent: 'opt-out',
    }),
  );

async function queue(sendId: number, people: readonly number[], more: Partial<NewMessage> = {}): Promise<number[]> {
  return ctx.db.transaction(async (tx) => {
    const ids = await drawMessageIds(tx, people.length);
    const rows = people.map((person, index) => ({
      bucket: person % 256,
      messageId: ids[index] ?? 0,
      sendId,
      profileId: person,
      instanceId: INSTANCE,
      address: `p${person}@example.com`,
      data: { total: person },
      lane: 'journey' as const,
      channelKey: 'sandbox',
      outcome: 'queue' as const,
      dueAt: ctx.clock.now(),
      ...more,
    }));
    await queueMessages(tx, rows, ctx.clock.now());
    return ids;
  });
}

const inbox = () =>
  ctx.db.query<{ profile_id: number; body: Record<string, unknown> }>(sql`
    select profile_id, body from inbox order by profile_id, inbox_id`);

it('a step of a version has one send, also when two engines ask for it at once, and it stays open while it is empty', async () => {
  const ids = await Promise.all([ensure(1), ensure(1), ensure(1), ensure(2)]);
  expect(new Set(ids).size).toBe(2);
  expect(await ensure(1)).toBe(ids[0]);
  const channel = fakeChannel();
  worker = startDelivery(ctx, { openChannel: () => channel });
  await queue(ids[0], [1, 2, 3]);
  await queue(ids[0], [4], { outcome: { exclude: 'no_consent' } });
  ctx.signals.raise('outbox');
  await until(async () => (await countsOf(ctx, ids[0])).sent === 3);
  expect(await countsOf(ctx, ids[0])).toEqual({ targeted: 4, sent: 3, 'excluded no_consent': 1 });
  // The house is kept after every settled batch; an ordinary send would be finished with the last message.
  await queue(ids[0], [5]);
  await until(async () => (await countsOf(ctx, ids[0])).sent === 4);
  expect(await stateOf(ctx, ids[0])).toBe('sending');
  await ctx.db.transaction((tx) => finishJourneySends(tx, { journeyKey: 'welcome', version: 1 }));
  await until(async () => (await stateOf(ctx, ids[0])) === 'finished');
  expect(await stateOf(ctx, ids[3])).toBe('sending');
});

it('an instance hears what became of its message, in the transaction that settles it, unless it does not wait', async () => {
  const sendId = await ensure(3);
  const channel = fakeChannel((to) =>
    to.startsWith('p11@')
      ? { kind: 'rejected', reason: 'user_unknown', detail: '550 no', hardBounce: true }
      : { kind: 'sent', detail: 'ok' },
  );
  let woken = 0;
  const deaf = ctx.signals.listen('inbox', () => {
    woken += 1;
  });
  const [sent] = await queue(sendId, [10]);
  const [failed] = await queue(sendId, [11]);
  await queue(sendId, [12], { awaited: false });
  worker = startDelivery(ctx, { openChannel: () => channel });
  await until(async () => {
    const counts = await countsOf(ctx, sendId);
    return counts.sent === 2 && counts['failed hard_bounce'] === 1;
  });
  deaf();
  const settled = { kind: 'settled', instanceId: INSTANCE };
  expect(await inbox()).toEqual([
    { profile_id: 10, body: { ...settled, messageId: sent, state: 'sent', reason: null } },
    { profile_id: 11, body: { ...settled, messageId: failed, state: 'failed', reason: 'hard_bounce' } },
  ]);
  expect(woken).toBeGreaterThan(0);
  const logged = await ctx.db.query(sql`select distinct instance_id from message where send_id = ${sendId}`);
  expect(logged).toEqual([{ instance_id: INSTANCE }]);
  await ctx.db.execute(sql`delete from suppression`);
});

it('when something is live, a hard bounce has everybody with the address judged anew', async () => {
  await ctx.db.execute(sql`update live_epoch set epoch = 1`);
  await ctx.db.execute(sql`update profile set email = 'P20@example.com' where profile_id = 21`);
  const sendId = await ensure(4);
  const channel = fakeChannel(() => ({ kind: 'rejected', reason: 'user_unknown', detail: '550', hardBounce: true }));
  worker = startDelivery(ctx, { openChannel: () => channel });
  await queue(sendId, [20], { awaited: false });
  await until(async () => (await inbox()).length > 0);
  expect(await inbox()).toEqual(
    [20, 21].map((profile_id) => ({ profile_id, body: { kind: 'touch', cause: 'consent' } })),
  );
  await ctx.db.execute(sql`update live_epoch set epoch = 0`);
  await ctx.db.execute(sql`delete from suppression`);
});

it('a worker that dies leaves no instance waiting', async () => {
  const sendId = await ensure(5);
  const [messageId] = await queue(sendId, [30]);
  await ctx.db.execute(
    sql`update outbox set state = 'sending', worker_id = 987654, attempts = 1 where message_id = ${messageId}`,
  );
  await ctx.db.execute(sql`
    update send_count set name = 'sending' where send_id = ${sendId} and name = 'queued'`);
  expect(await recoverMessages(ctx)).toEqual({ uncertain: 1, requeued: 0 });
  expect(await inbox()).toMatchObject([{ profile_id: 30, body: { state: 'uncertain', reason: 'worker_lost' } }]);
});

it('pausing a journey holds what its steps queue, also later; stopping excludes it and tells', async () => {
  const sendId = await ensure(6);
  const within = { journeyKey: 'welcome', version: 6 };
  await queue(sendId, [40, 41]);
  await ctx.db.transaction((tx) => pauseJourneySends(tx, ctx, within, 'The journey is paused.'));
  await queue(sendId, [42]);
  const channel = fakeChannel();
  worker = startDelivery(ctx, { openChannel: () => channel });
  await until(async () => {
    const { held } = await ctx.db.one<{ held: number }>(sql`
      select count(*) filter (where state = 'held') as held from outbox where send_id = ${sendId}`);
    return held === 3;
  });
  expect(channel.sent).toEqual([]);
  await ctx.db.transaction((tx) => resumeJourneySends(tx, ctx, within));
  await until(() => channel.sent.length === 3);
  await until(async () => (await countsOf(ctx, sendId)).sent === 3);
  await ctx.db.execute(sql`delete from inbox`);

  await ctx.db.transaction((tx) => pauseJourneySends(tx, ctx, within, 'The journey is paused.'));
  await queue(sendId, [43]);
  const stopped = await ctx.db.transaction((tx) => stopJourneySends(tx, ctx, within, 'Stopped.'));
  expect(stopped).toBe(1);
  expect(await inbox()).toMatchObject([{ profile_id: 43, body: { state: 'excluded', reason: 'stopped' } }]);
  expect(await countsOf(ctx, sendId)).toEqual({ targeted: 4, sent: 3, 'excluded stopped': 1 });
});
