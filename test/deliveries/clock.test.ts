import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, sql } from '../../src/platform/sql/index.ts';
import { type Delivery, pauseSend, resumeSend, startDelivery } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
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
/** A connection of its own, which sees what the others do. */
let watching: Database;
const workers: Delivery[] = [];
let tables = 0;

beforeAll(async () => {
  ctx = await createTestContext();
  watching = openDatabase({ connectionString: ctx.databaseUrl, connectionsMax: 1 });
  await makePeople(ctx, 1, 400);
  await publish(ctx, GREETING);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await stopped(worker.stop());
  expect((await examine(ctx)).differences).toEqual([]);
});
afterAll(async () => {
  await watching.close();
  await ctx.close();
});

const population = (from: number, to: number) => makePopulation(ctx, `people_${tables++}`, from, to);
const start = (channel: ReturnType<typeof fakeChannel>) => {
  workers.push(startDelivery(ctx, { openChannel: () => channel }));
};
/** Lets virtual time pass while a promise is waited for. */
async function stopped(work: Promise<void>): Promise<void> {
  let done = false;
  const settled = work.then(() => {
    done = true;
  });
  await until(
    () => done,
    () => ctx.clock.advance(50),
  );
  await settled;
}
/** Connections that are being made: whoever waits for one is at work, and the database does not know it yet. */
let connecting = 0;
const connect = pg.Client.prototype.connect as (this: pg.Client, done: (error: Error) => void) => void;
pg.Client.prototype.connect = function (this: pg.Client, done: (error: Error) => void) {
  connecting += 1;
  connect.call(this, (error) => {
    connecting -= 1;
    done(error);
  });
} as typeof pg.Client.prototype.connect;

/** Resolves when the workers do nothing but wait for time to pass: between two looks nobody has asked the database anything. */
async function untilIdle(): Promise<void> {
  let before: string | undefined;
  for (;;) {
    const { busy, last } = await watching.one<{ busy: number; last: string }>(sql`
      select count(*) filter (where state <> 'idle') as busy, coalesce(max(state_change)::text, 'never') as last
      from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`);
    const isQuiet = busy === 0 && connecting === 0;
    if (isQuiet && last === before) return;
    before = isQuiet ? last : undefined;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
/** Time passes, each time when everything is done that was due: how fast the machine is has nothing to do with when something happens. */
async function passUntil(ms: number, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (;;) {
    await untilIdle();
    if (await condition()) return;
    ctx.clock.advance(ms);
  }
}

/** The numbers of workers that are held in this database: others of the server have the same numbers, and tests of their own. */
const HELD = sql`pg_locks where locktype = 'advisory' and classid = 7301 and granted
  and database = (select oid from pg_database where datname = current_database())`;
/** The numbers under which workers have messages in the air, and whether anybody holds each. */
const workersInTheAir = () =>
  ctx.db.query<{ worker_id: number; held: boolean }>(sql`
    select worker_id, exists (select from ${HELD} and objid = worker_id::oid) as held
    from (select distinct worker_id from outbox where state = 'sending') busy`);

describe('a worker that loses its connections and not its life', () => {
  it('keeps what it has in the air: nobody else sends it too', async () => {
    let answer: (result: { kind: 'sent'; detail: string }) => void = () => undefined;
    const slow = fakeChannel(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const settings = { on_uncertain: 'resend' } as const;
    const send = await prepare(ctx, await population(9, 9), { settings });
    start(slow);
    await passUntil(50, async () => (await workersInTheAir()).length === 1);
    // As when the database is started anew.
    await ctx.db.execute(sql`select pg_terminate_backend(pid) from ${HELD}`);
    await until(async () => (await workersInTheAir())[0]?.held === false);
    await passUntil(50, async () => (await workersInTheAir())[0]?.held === true);
    const other = fakeChannel();
    start(other);
    const later = ctx.clock.now() + 60_000;
    await passUntil(500, () => ctx.clock.now() > later);
    answer({ kind: 'sent', detail: 'ok' });
    await passUntil(50, async () => (await countsOf(ctx, send.sendId)).sent === 1);
    expect([slow.sent.length, other.sent.length]).toEqual([1, 0]);
  });

  it('has a moment to say that it lives; who is dead does not, and is taken over', async () => {
    const send = await prepare(ctx, await population(10, 10), { settings: { on_uncertain: 'resend' } });
    await ctx.db.execute(sql`
      with claimed as (
        update outbox set state = 'sending', worker_id = 987654, attempts = 1 where send_id = ${send.sendId} returning send_id)
      update send_count set name = 'sending' from claimed where send_count.send_id = claimed.send_id and name = 'queued'`);
    const channel = fakeChannel();
    const startedAt = ctx.clock.now();
    start(channel);
    await passUntil(50, () => channel.sent.length === 1);
    expect(ctx.clock.now() - startedAt).toBeGreaterThanOrEqual(2_000);
    await passUntil(50, async () => (await countsOf(ctx, send.sendId)).sent === 1);
  });
});

describe('time', () => {
  it('a deferred message is tried again after a minute, then five, and goes out', async () => {
    const triedAt: number[] = [];
    const channel = fakeChannel((_to, attempt) => {
      triedAt.push(ctx.clock.now());
      if (attempt < 3) return { kind: 'retry', reason: 'greylisted', detail: '451 later', providerDown: false };
      return { kind: 'sent', detail: 'ok' };
    });
    const send = await prepare(ctx, await population(1, 1));
    start(channel);
    await passUntil(2_000, async () => (await stateOf(ctx, send.sendId)) === 'finished');
    const minutes = triedAt.map((at) => (at - (triedAt[0] ?? 0)) / 60_000);
    expect(minutes).toHaveLength(3);
    expect(minutes[1]).toBeGreaterThanOrEqual(1);
    expect(minutes[1]).toBeLessThan(1.6);
    expect(minutes[2]).toBeGreaterThanOrEqual(6);
    expect(minutes[2]).toBeLessThan(8);
    const [row] = await ctx.db.query(sql`select state, attempts, detail from message where send_id = ${send.sendId}`);
    expect(row).toEqual({ state: 'sent', attempts: 3, detail: 'ok' });
  });

  it('a message that nobody takes fails at its deadline, with the last words of the server', async () => {
    const channel = fakeChannel(() => ({
      kind: 'retry',
      reason: 'mailbox_full',
      detail: '452 full',
      providerDown: false,
    }));
    const send = await prepare(ctx, await population(1, 2), { settings: { deadline: '10m' } });
    start(channel);
    await passUntil(4_000, async () => (await stateOf(ctx, send.sendId)) === 'finished');
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 2, 'failed deadline': 2 });
    const [row] = await ctx.db.query<{ detail: string }>(
      sql`select detail from message where send_id = ${send.sendId}`,
    );
    expect(row?.detail).toBe('mailbox_full: 452 full');
  });

  it('a blast that takes longer than the channel tries again keeps its tail', async () => {
    const channel = fakeChannel();
    const send = await prepare(ctx, await population(1, 3));
    ctx.clock.advance(3 * 86_400_000);
    start(channel);
    await passUntil(50, async () => (await stateOf(ctx, send.sendId)) === 'finished');
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 3, sent: 3 });
  });

  it.each([
    { what: 'a deadline that the send names', input: { settings: { deadline: '47h' } } },
    { what: 'the deadline of a transactional message', input: { lane: 'transactional' as const } },
    { what: 'the deadline of a message of a journey', input: { lane: 'journey' as const } },
  ])('$what holds for what was never tried', async ({ input }) => {
    const channel = fakeChannel();
    const send = await prepare(ctx, await population(1, 3), input);
    ctx.clock.advance(3 * 86_400_000);
    start(channel);
    await passUntil(50, async () => (await stateOf(ctx, send.sendId)) === 'finished');
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 3, 'failed deadline': 3 });
    expect(channel.sent).toEqual([]);
  });

  it('time in the queue is no time in which a message of a blast was tried', async () => {
    const channel = fakeChannel((_to, attempt) =>
      attempt < 4
        ? { kind: 'retry', reason: 'greylisted', detail: '451 later', providerDown: false }
        : { kind: 'sent', detail: 'ok' },
    );
    const send = await prepare(ctx, await population(1, 3));
    start(channel);
    const deferred = async (attempts: number) =>
      (await ctx.db.query(sql`select 1 from outbox where send_id = ${send.sendId} and attempts = ${attempts}`)).length;
    await passUntil(50, async () => (await deferred(1)) === 3);
    // As if two million others were before them.
    ctx.clock.advance(3 * 86_400_000);
    await passUntil(5_000, async () => (await stateOf(ctx, send.sendId)) === 'finished');
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 3, sent: 3 });
  });

  it('a blast gives a message up when the pauses between its tries are as long as the channel tries again', async () => {
    const channel = fakeChannel(() => ({
      kind: 'retry',
      reason: 'mailbox_full',
      detail: '452 full',
      providerDown: false,
    }));
    await publish(ctx, {
      kind: 'channel',
      key: 'brief',
      provider: 'sandbox',
      from: { email: 'a@example.com' },
      retry_for: '20m',
    });
    const send = await prepare(ctx, await population(1, 1), { channelKey: 'brief' });
    start(channel);
    await passUntil(4_000, async () => (await stateOf(ctx, send.sendId)) === 'finished');
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 1, 'failed deadline': 1 });
    const [row] = await ctx.db.query(sql`select attempts from message where send_id = ${send.sendId}`);
    expect(row).toEqual({ attempts: 3 });
  });

  it('days of a pause are not time in which a message was tried', async () => {
    const channel = fakeChannel((_to, attempt) =>
      attempt < 3
        ? { kind: 'retry', reason: 'greylisted', detail: '451 later', providerDown: false }
        : { kind: 'sent', detail: 'ok' },
    );
    const send = await prepare(ctx, await population(1, 3));
    start(channel);
    const deferred = async () =>
      ctx.db.query(sql`select 1 from outbox where send_id = ${send.sendId} and state = 'queued' and attempts = 1`);
    await passUntil(50, async () => (await deferred()).length === 3);
    await pauseSend(ctx, send.sendId);
    ctx.clock.advance(3 * 86_400_000);
    await resumeSend(ctx, send.sendId);
    await passUntil(2_000, async () => (await stateOf(ctx, send.sendId)) === 'finished');
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 3, sent: 3 });
  });

  it('a provider that is down loses nothing: the queue waits, and goes on when it is back', async () => {
    const channel = fakeChannel(() =>
      channel.healthy
        ? { kind: 'sent', detail: 'ok' }
        : { kind: 'retry', reason: 'unreachable', detail: 'refused', providerDown: true },
    );
    channel.healthy = false;
    const send = await prepare(ctx, await population(1, 300));
    start(channel);
    await passUntil(50, async () => ctx.clock.now() > 0 && (await countsOf(ctx, send.sendId)).queued === 300);
    const later = ctx.clock.now() + 600_000;
    await passUntil(5_000, () => ctx.clock.now() > later);
    channel.healthy = true;
    await passUntil(4_000, async () => (await stateOf(ctx, send.sendId)) === 'finished');
    expect(await countsOf(ctx, send.sendId)).toEqual({ targeted: 300, sent: 300 });
    expect(channel.sent).toHaveLength(300);
    const [row] = await ctx.db.query(sql`select max(attempts) as attempts from message where send_id = ${send.sendId}`);
    expect(row).toEqual({ attempts: 1 });
  });

  it('two workers together never exceed the rate of a provider', async () => {
    await publish(ctx, {
      kind: 'channel',
      key: 'slow',
      provider: 'sandbox',
      from: { email: 'a@example.com' },
      rate: { messages_per_second: 40 },
    });
    const sentAt: number[] = [];
    const channel = fakeChannel(() => {
      sentAt.push(ctx.clock.now());
      return { kind: 'sent', detail: 'ok' };
    });
    const send = await prepare(ctx, await population(1, 400), { channelKey: 'slow' });
    start(channel);
    start(channel);
    await passUntil(50, async () => (await stateOf(ctx, send.sendId)) === 'finished');
    expect(sentAt).toHaveLength(400);
    // Within any window of a second at most the rate and what may pile up in a quarter of it.
    for (const [index, at] of sentAt.entries()) {
      const within = sentAt.slice(index).filter((other) => other - at < 1_000).length;
      expect(within).toBeLessThanOrEqual(40 + 10 + 1);
    }
  });
});
