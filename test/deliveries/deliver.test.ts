import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SendResult, unaccounted } from '../../src/core/deliveries/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql, toText } from '../../src/platform/sql/index.ts';
import {
  confirmSend,
  type Delivery,
  ensureMessagePartition,
  listRecipients,
  pauseSend,
  resendUncertain,
  resumeSend,
  sendSummary,
  startDelivery,
  stopSend,
} from '../../src/services/deliveries/index.ts';
import { finishEmptySends } from '../../src/services/deliveries/store-send.ts';
import { postponeMessages } from '../../src/services/deliveries/store-settle.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { deleteProfile } from '../../src/services/identity/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import {
  countsOf,
  fakeChannel,
  GREETING,
  makePeople,
  makePopulation,
  prepare,
  publish,
  stateOf,
  until,
} from './support.ts';

let ctx: TestContext;
const workers: Delivery[] = [];

beforeAll(async () => {
  ctx = await createTestContext({ clock: systemClock });
  await makePeople(ctx, 1, 600);
  await publish(ctx, GREETING);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  expect((await examine(ctx)).differences).toEqual([]);
  await ctx.db.execute(sql`delete from suppression`);
});
afterAll(() => ctx.close());

let tables = 0;
const population = (from: number, to: number) => makePopulation(ctx, `people_${tables++}`, from, to);
const start = (channel: ReturnType<typeof fakeChannel>) => {
  const worker = startDelivery(ctx, { openChannel: () => channel });
  workers.push(worker);
  return worker;
};
const finished = (sendId: number) => until(async () => (await stateOf(ctx, sendId)) === 'finished');
const taken = { kind: 'sent', detail: 'ok' } as const;

describe('a send', () => {
  it('reaches each person once through two workers, and ends as finished', async () => {
    const send = await prepare(ctx, await population(1, 500));
    expect(send).toMatchObject({ targeted: 500, queued: 500, excluded: {} });
    const channel = fakeChannel();
    start(channel);
    start(channel);
    await finished(send.sendId);
    expect(new Set(channel.sent.map((mail) => mail.to)).size).toBe(500);
    expect(channel.sent).toHaveLength(500);
    const mail = channel.sent.find((one) => one.to === 'p7@example.com');
    expect(mail?.raw).toContain('Hello Name 7');
    expect(mail?.raw).toMatch(
      /List-Unsubscribe: <http[^>]+\/u\/[\w-]+>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n/,
    );
    expect(mail?.raw).toMatch(/\r\nMessage-ID: <[a-z0-9.]+@sandbox\.example>/i);
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 500, sent: 500 });
    const pages = [];
    for (let after = 0; ; ) {
      const page = await listRecipients(ctx.db, {
        sendIds: [send.sendId],
        states: ['sent'],
        reason: undefined,
        after,
        limit: 200,
      });
      pages.push(...page.map((row) => row.profileId));
      after = page.at(-1)?.messageId ?? 0;
      if (page.length < 200) break;
    }
    expect(new Set(pages).size).toBe(500);
  });

  it('is made of the fragments of the moment in which it was prepared, whatever is published before it leaves', async () => {
    const fragment = async (version: number, html: string) => {
      const body = JSON.stringify({ kind: 'fragment', key: 'banner', html });
      const at = new Date(ctx.clock.now());
      await ctx.db.execute(sql`
        insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
        values ('fragment', 'banner', ${version}, 'published', ${body}::json, ${at}, ${at}, ${at})`);
    };
    await fragment(1, '<p><a href="https://shop.example/first">First</a></p>');
    await publish(ctx, { ...GREETING, key: 'with-banner', html: `{% fragment "banner" %}${GREETING.html}` });
    const send = await prepare(ctx, await population(1, 3), { templateKey: 'with-banner', hold: true });
    await fragment(2, '<p><a href="https://shop.example/new">New</a> <a href="https://shop.example/more">More</a></p>');
    await ctx.db.transaction((tx) => confirmSend(tx, ctx, send.sendId));
    const channel = fakeChannel();
    start(channel);
    await finished(send.sendId);
    expect(channel.sent).toHaveLength(3);
    for (const { raw } of channel.sent) {
      expect(raw).toContain('First');
      expect(raw).not.toContain('More');
      const links = new Set(
        [...raw.replaceAll('=\r\n', '').matchAll(/\/t\/c\/[\w-]+\/(\d+)/g)].map((match) => match[1]),
      );
      expect(links.size).toBe(3);
    }
    const links = await ctx.db.query(sql`select url from send_link where send_id = ${send.sendId} order by link_no`);
    expect(links).toEqual(['first', 'spring?x=1', 'sale'].map((path) => ({ url: `https://shop.example/${path}` })));
  });

  it('that is resumed or stopped while a claim of its pause is on its way leaves no message behind', async () => {
    const send = await prepare(ctx, await population(1, 2));
    const rows = await ctx.db.query<{ bucket: number; messageId: number }>(sql`
      update outbox set state = 'sending', worker_id = 1, attempts = 1 where send_id = ${send.sendId}
      returning bucket, message_id as "messageId"`);
    const refused = (row: { bucket: number; messageId: number }) => [
      { ...row, attempts: 1, dueAt: ctx.clock.now(), untried: true, state: 'held' as const },
    ];
    const stateOfRow = async (messageId: number) =>
      (await ctx.db.one<{ state: string }>(sql`select state from outbox where message_id = ${messageId}`)).state;
    const [first, second] = rows;
    if (!first || !second) throw new Error('Nothing was queued.');
    await pauseSend(ctx, send.sendId);
    await postponeMessages(ctx.db, 1, refused(first));
    expect(await stateOfRow(first.messageId)).toBe('held');
    await resumeSend(ctx, send.sendId);
    await postponeMessages(ctx.db, 1, refused(second));
    expect(await stateOfRow(second.messageId)).toBe('queued');
    await ctx.db.execute(sql`delete from send_count where send_id = ${send.sendId} and name = 'sending'`);
    await ctx.db.execute(sql`
      update send_count set value = 2 where send_id = ${send.sendId} and name = 'queued' and slot = (
        select min(slot) from send_count where send_id = ${send.sendId} and name = 'queued')`);
    await ctx.db.execute(sql`
      delete from send_count c where send_id = ${send.sendId} and name = 'queued' and slot > (
        select min(slot) from send_count where send_id = ${send.sendId} and name = 'queued')`);
    start(fakeChannel());
    await finished(send.sendId);
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 2, sent: 2 });
  });

  it('whose template cannot be read for a moment loses none of the messages that were claimed for it', async () => {
    const send = await prepare(ctx, await population(1, 20));
    let failures = 2;
    const db: typeof ctx.db = {
      ...ctx.db,
      maybeOne: async (statement) => {
        if (failures > 0 && toText(statement).includes('select content from send')) {
          failures--;
          throw Object.assign(new Error('terminating connection'), { code: '57P01' });
        }
        return ctx.db.maybeOne(statement);
      },
    };
    const channel = fakeChannel();
    workers.push(startDelivery({ ...ctx, db }, { openChannel: () => channel }));
    await finished(send.sendId);
    expect(failures).toBe(0);
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 20, sent: 20 });
  });

  it('has its results recorded but for one that breaks the statement, which is tried until it can be', async () => {
    const send = await prepare(ctx, await population(1, 50));
    // As if somebody had dropped the log of its month.
    const longAgo = new Date('2001-05-05T00:00:00Z');
    await ctx.db.execute(
      sql`update outbox set queued_at = ${longAgo} where send_id = ${send.sendId} and address = 'p7@example.com'`,
    );
    const channel = fakeChannel();
    start(channel);
    await until(async () => (await countsOf(ctx, send.sendId)).sent === 49);
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 50, sent: 49, sending: 1 });
    await ctx.db.transaction((tx) => ensureMessagePartition(tx, longAgo.getTime()));
    await finished(send.sendId);
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 50, sent: 50 });
    expect(channel.sent).toHaveLength(50);
  });

  it('waits for its confirmation, can be paused and resumed, and stopping excludes the rest', async () => {
    const send = await prepare(ctx, await population(1, 30), { hold: true });
    const channel = fakeChannel(undefined, 2);
    const worker = start(channel);
    await ctx.db.transaction((tx) => confirmSend(tx, ctx, send.sendId));
    await finished(send.sendId);
    expect(channel.sent).toHaveLength(30);
    await worker.stop();
    workers.pop();

    const other = await prepare(ctx, await population(1, 30), { hold: false });
    await pauseSend(ctx, other.sendId, 'Thinking.');
    expect(
      await ctx.db.one(sql`select count(*) as held from outbox where send_id = ${other.sendId} and state = 'held'`),
    ).toEqual({ held: 30 });
    await resumeSend(ctx, other.sendId);
    expect(await ctx.db.transaction((tx) => stopSend(tx, ctx, other.sendId))).toBe(30);
    expect(await countsOf(ctx, other.sendId)).toEqual({ targeted: 30, 'excluded stopped': 30 });
    await expect(resumeSend(ctx, other.sendId)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('looks at consent and suppression again at the moment of sending', async () => {
    const send = await prepare(ctx, await population(1, 10), { hold: true, topic: 'late' });
    await ctx.db.execute(sql`
      insert into consent (bucket, profile_id, channel, topic, status, source, updated_at)
      values (3, 3, 'email', 'late', 'refused', 'test', ${new Date()})`);
    await ctx.db.execute(sql`
      insert into suppression (channel, address, reason, created_at) values ('email', 'p4@example.com', 'complaint', ${new Date()})`);
    const channel = fakeChannel();
    start(channel);
    await ctx.db.transaction((tx) => confirmSend(tx, ctx, send.sendId));
    await finished(send.sendId);
    expect(channel.sent.map((mail) => mail.to)).not.toContain('p3@example.com');
    expect(channel.sent.map((mail) => mail.to)).not.toContain('p4@example.com');
    expect(await countsOf(ctx, send.sendId)).toEqual({
      targeted: 10,
      sent: 8,
      'excluded no_consent': 1,
      'excluded suppressed': 1,
    });
  });

  it('accounts for bounces, refusals, broken templates and lost connections, each in its own way', async () => {
    await publish(ctx, {
      ...GREETING,
      key: 'fragile',
      subject: '{% if profile.first_name == "Name 5" %}{% abort %}{% endif %}Hi {{ profile.first_name }}',
    });
    await ctx.db.execute(
      sql`update profile set traits = ${JSON.stringify({ first_name: 'Eve\r\nBcc: all@example.com' })}::jsonb where profile_id = 6`,
    );
    const channel = fakeChannel((to) => {
      if (to === 'p1@example.com')
        return { kind: 'rejected', reason: 'mailbox_unknown', detail: '550 no such user', hardBounce: true };
      if (to === 'p2@example.com')
        return { kind: 'rejected', reason: 'policy', detail: '550 blocked', hardBounce: false };
      if (to === 'p3@example.com') return { kind: 'unknown', detail: 'connection reset' };
      return taken;
    });
    const send = await prepare(ctx, await population(1, 8), { templateKey: 'fragile' });
    start(channel);
    await finished(send.sendId);
    const summary = await sendSummary(ctx.db, [send.sendId]);
    expect(unaccounted(summary)).toBe(0);
    expect(summary).toMatchObject({
      sent: 4,
      failedBy: { hard_bounce: 1, policy: 1 },
      uncertainBy: { connection_lost: 1 },
      excludedBy: { aborted: 1 },
    });
    const injected = channel.sent.find((mail) => mail.to === 'p6@example.com');
    expect(injected?.raw.split('\r\n\r\n', 1)[0]).not.toMatch(/^Bcc:/m);
    expect(await ctx.db.query(sql`select address, reason from suppression`)).toEqual([
      { address: 'p1@example.com', reason: 'hard_bounce' },
    ]);

    expect(await resendUncertain(ctx, send.sendId)).toBe(1);
    const before = channel.sent.length;
    await until(async () => (await countsOf(ctx, send.sendId))['uncertain connection_lost'] === 1);
    expect(channel.sent).toHaveLength(before);
  });

  it('is sent again to everybody of whom it is uncertain, without those who were deleted since', async () => {
    const send = await prepare(ctx, await population(501, 503));
    const worker = start(fakeChannel(() => ({ kind: 'unknown', detail: 'cut' })));
    await finished(send.sendId);
    await worker.stop();
    await deleteProfile(ctx, { bucket: 502 % 256, profileId: 502 }, { suppress: false });
    expect(await resendUncertain(ctx, send.sendId)).toBe(2);
    const channel = fakeChannel();
    start(channel);
    await finished(send.sendId);
    expect(channel.sent.map(({ to }) => to).sort()).toEqual(['p501@example.com', 'p503@example.com']);
    expect(await countsOf(ctx, send.sendId)).toMatchObject({ targeted: 3, sent: 2, 'uncertain connection_lost': 1 });
  });

  it('is not ended by a look from before its messages were sent again', async () => {
    const send = await prepare(ctx, await population(1, 1));
    const worker = start(fakeChannel(() => ({ kind: 'unknown', detail: 'cut' })));
    await finished(send.sendId);
    await worker.stop();
    // As it is between the last message and the look that ends it.
    await ctx.db.execute(sql`update send set state = 'sending', finished_at = null where send_id = ${send.sendId}`);
    let ending: Promise<number[]> = Promise.resolve([]);
    const isStuck = async () =>
      (
        await ctx.db.query(sql`
          select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and wait_event in ('transactionid', 'tuple')`)
      ).length;
    const transaction: typeof ctx.db.transaction = (work, options) =>
      ctx.db.transaction(async (tx) => {
        const result = await work(tx);
        ending = finishEmptySends(ctx.db, ctx.clock.now());
        await until(async () => (await isStuck()) > 0);
        return result;
      }, options);
    await resendUncertain({ ...ctx, db: { ...ctx.db, transaction } }, send.sendId);
    expect(await ending).toEqual([]);
    expect(await stateOf(ctx, send.sendId)).toBe('sending');
    await ctx.db.transaction((tx) => stopSend(tx, ctx, send.sendId, 'over'));
  });

  it('never lets a blast keep a transactional message waiting', async () => {
    const order: string[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const channel = fakeChannel(async (to) => {
      if (to !== 'p600@example.com') await gate;
      order.push(to);
      return taken;
    }, 10);
    const blast = await prepare(ctx, await population(1, 400));
    start(channel);
    await until(async () => ((await countsOf(ctx, blast.sendId)).sending ?? 0) > 0);
    const receipt = await prepare(ctx, await population(600, 600), { lane: 'transactional', consent: 'none' });
    await finished(receipt.sendId);
    expect(order).toEqual(['p600@example.com']);
    release();
    await finished(blast.sendId);
    expect(order).toHaveLength(401);
  });

  it('pauses itself when too much of it bounces, and says why', async () => {
    const slowly = async (to: string): Promise<SendResult> => {
      await new Promise((resolve) => setTimeout(resolve, 4));
      if (Number(/\d+/.exec(to)?.[0]) % 2 === 0) return taken;
      return { kind: 'rejected', reason: 'mailbox_unknown', detail: '550', hardBounce: true };
    };
    const channel = fakeChannel(slowly, 1);
    const stopLoss = { bounce_share: 0.2, error_share: 0.5, after: 10 };
    const send = await prepare(ctx, await population(1, 600), { settings: { stop_loss: stopLoss } });
    start(channel);
    await until(async () => (await stateOf(ctx, send.sendId)) === 'paused');
    const { reason } = await ctx.db.one<{ reason: string }>(
      sql`select reason from send where send_id = ${send.sendId}`,
    );
    expect(reason).toMatch(/^\d+ of \d+ messages \([\d.]+ %\) bounced; the limit is 20\.0 %\.$/);
    const lost = (await sendSummary(ctx.db, [send.sendId])).failed;
    await resumeSend(ctx, send.sendId);
    await until(async () => (await stateOf(ctx, send.sendId)) === 'paused');
    expect((await sendSummary(ctx.db, [send.sendId])).failed).toBeGreaterThanOrEqual(lost + 3);
    await ctx.db.transaction((tx) => stopSend(tx, ctx, send.sendId));
  });
});
