import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JourneyInput } from '../../src/core/journeys/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startCalls } from '../../src/services/calls/index.ts';
import { requeueCallsOf } from '../../src/services/calls/store.ts';
import { drain } from '../../src/services/engine/index.ts';
import { mergeProfiles } from '../../src/services/identity/index.ts';
import {
  migratePeople,
  pauseJourney,
  resumeJourney,
  showJourney,
  stopJourney,
  tendJourneys,
} from '../../src/services/journeys/index.ts';
import { json, startTarget, waitFor } from '../calls/support.ts';
import { accept, eventOf } from '../engine/events.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { enter, makePeople, pass, publish, standing, waitAndWrite } from './service.ts';

let ctx: TestContext;
let crm: Awaited<ReturnType<typeof startTarget>>;
const HOUR = 3_600_000;

beforeAll(async () => {
  ctx = await createTestContext();
  crm = await startTarget((request, reply) => json(reply, { score: JSON.parse(request.body).id.length }));
  await makePeople(ctx, 6);
  await publish(ctx, { kind: 'endpoint', key: 'crm', url: crm.url, allow_private: true });
});
afterAll(async () => {
  await crm.close();
  await ctx.close();
});

const asking = (key: string): JourneyInput => ({
  kind: 'journey',
  key,
  entry: { api: true },
  start: 'ask',
  steps: {
    ask: {
      type: 'http',
      endpoint: 'crm',
      path: '/score',
      body: { id: '{{ profile.email }}' },
      next: 'keep',
      failed: 'end',
    },
    keep: { type: 'update-profile', set: { score: '{{ results.ask.body.score }}' } },
  },
});

/** A worker over the same database, until its work is done; its clock runs. */
async function callUntil(done: () => Promise<boolean>): Promise<void> {
  const worker = startCalls({ ...ctx, clock: { ...systemClock, now: ctx.clock.now } });
  await waitFor(async () => (await done()) || undefined);
  await worker.stop();
}
const waiting = async () => (await ctx.db.one<{ count: number }>(sql`select count(*) as count from http_call`)).count;

test('a step calls another system and goes on with its answer', async () => {
  await publish(ctx, asking('asks'));
  await enter(ctx, 'asks', 1, 3);
  expect(await waiting()).toBe(3);
  await callUntil(async () => (await waiting()) === 0);
  await drain(ctx);
  expect(await standing(ctx, 'asks')).toEqual({ finished: 3 });
  const scores = await ctx.db.query<{ score: unknown }>(
    sql`select distinct traits -> 'score' as score from profile where traits ? 'score'`,
  );
  expect(scores.map(({ score }) => Number(score))).toEqual(['p1@example.com'.length]);
  expect((await showJourney(ctx, { key: 'asks' })).nodes[0]).toMatchObject({ node: 'ask', left: { next: 3 } });
});

test('calls of a paused journey stand still, those of a stopped one are never made', async () => {
  await publish(ctx, asking('halts'));
  await enter(ctx, 'halts', 1, 3);
  await pauseJourney(ctx, { key: 'halts' });
  const before = crm.received.length;
  await publish(ctx, asking('passes'));
  await enter(ctx, 'passes', 4, 4);
  await callUntil(async () => (await waiting()) === 3);
  expect(crm.received.length).toBe(before + 1);
  await resumeJourney(ctx, { key: 'halts' });
  await callUntil(async () => (await waiting()) === 0);
  await drain(ctx);
  expect(await standing(ctx, 'halts')).toEqual({ finished: 3 });
  await enter(ctx, 'halts', 1, 3);
  expect(await waiting()).toBe(3);
  await stopJourney(ctx, { key: 'halts' });
  expect(await waiting()).toBe(0);
});

test('a call whose instance has left, or waits for another one since it was migrated, is never made', async () => {
  const leaving: JourneyInput = { ...asking('leaves'), exit: [{ event: 'Left' }] };
  await publish(ctx, leaving);
  await enter(ctx, 'leaves', 1, 1);
  const identities = [{ namespace: 'customer_id', value: 'p1' }];
  await accept(ctx, [eventOf('', 'Left', { now: ctx.clock.now(), identities })]);
  await drain(ctx);
  expect(await standing(ctx, 'leaves')).toEqual({ 'exit:0': 1 });
  await publish(ctx, asking('changes'));
  await enter(ctx, 'changes', 2, 2);
  const before = asking('changes');
  const ask = { ...before.steps.ask, path: '/other' } as JourneyInput['steps'][string];
  await publish(ctx, { ...before, steps: { ...before.steps, ask } });
  await migratePeople(ctx, { key: 'changes', from: 1, to: 2, mapping: {} });
  await drain(ctx);
  expect(await waiting()).toBe(3);
  const asked = crm.received.length;
  await callUntil(async () => (await waiting()) === 0);
  expect(crm.received.slice(asked).map(({ path }) => path)).toEqual(['/other']);
  await drain(ctx);
  expect(await standing(ctx, 'changes')).toEqual({ finished: 1 });
});

test('a call of a version that was stopped is not made, also when nobody has ended its people yet', async () => {
  await publish(ctx, asking('dies'));
  await enter(ctx, 'dies', 3, 3);
  await ctx.db.execute(sql`
    update journey_version set state = 'stopped', finished_at = ${new Date(ctx.clock.now())} where journey_key = 'dies'`);
  const asked = crm.received.length;
  await callUntil(async () => (await waiting()) === 0);
  expect(crm.received).toHaveLength(asked);
});

test('people of a version that is over are ended by whoever tends journeys, also when the one who stopped it died', async () => {
  await publish(ctx, {
    kind: 'template',
    key: 'hello',
    subject: 'Hello',
    html: '<p>{{ message.unsubscribe_url }}</p>',
  });
  await publish(ctx, waitAndWrite('halfway'));
  await enter(ctx, 'halfway', 1, 6);
  let commits = 0;
  const dying = {
    ...ctx,
    db: {
      ...ctx.db,
      transaction: <T>(work: Parameters<typeof ctx.db.transaction<T>>[0]) => {
        if (++commits > 3) throw new Error('The process died.');
        return ctx.db.transaction<T>(work);
      },
    },
  };
  await expect(stopJourney(dying, { key: 'halfway' })).rejects.toThrow('died');
  expect((await standing(ctx, 'halfway')).active).toBeGreaterThan(0);
  await tendJourneys(ctx);
  expect(await standing(ctx, 'halfway')).toEqual({ stopped: 6 });
  expect(await showJourney(ctx, { key: 'halfway' })).toMatchObject({ inside: 0, ended_by: { stopped: 6 } });
});

test('a journey with an end finishes by itself, and everybody in it leaves', async () => {
  const ends = new Date(ctx.clock.now() + 10 * HOUR).toISOString().slice(0, 19);
  await publish(ctx, waitAndWrite('ending', { ends_at: ends, steps: { hour: { type: 'wait', for: '20h' } } }));
  await enter(ctx, 'ending', 1, 2);
  await pass(ctx, 11 * HOUR, 2);
  expect(await standing(ctx, 'ending')).toEqual({ over: 2 });
  expect((await showJourney(ctx, { key: 'ending' })).state).toBe('finished');
});

test('the calls of one passage have one key, whoever makes them, also when the person was merged in between', async () => {
  const placeOf = (value: string) =>
    ctx.db.one<{ bucket: number; profileId: number }>(
      sql`select profile_bucket as bucket, profile_id as "profileId" from identity where value = ${value}`,
    );
  const [into, from] = [await placeOf('p1'), await placeOf('p2')];
  await publish(ctx, asking('merges'));
  await enter(ctx, 'merges', 2, 2);
  const { key } = await ctx.db.one<{ key: string }>(sql`select bucket || '-' || call_id as key from http_call`);
  // A call that is under way is not moved with its person; its worker dies, and others find it where it was.
  await ctx.db.execute(sql`update http_call set state = 'calling', worker_id = 1, attempts = 1`);
  expect(await mergeProfiles(ctx, { from, into, cause: 'api' })).toMatchObject({ kind: 'merged', dead: from });
  await ctx.db.transaction((tx) => requeueCallsOf(tx, [1]));
  const asked = crm.received.length;
  const keysSince = () => crm.received.slice(asked).map(({ headers }) => headers['idempotency-key']);
  await callUntil(async () => (await waiting()) === 0);
  expect(keysSince()).toEqual([key]);
  await drain(ctx);
  expect(await standing(ctx, 'merges')).toEqual({ finished: 1 });

  const [other, gone] = [await placeOf('p3'), await placeOf('p4')];
  await enter(ctx, 'merges', 4, 4);
  const queued = await ctx.db.one<{ key: string }>(sql`select bucket || '-' || call_id as key from http_call`);
  expect(await mergeProfiles(ctx, { from: gone, into: other, cause: 'api' })).toMatchObject({ dead: gone });
  await callUntil(async () => (await waiting()) === 0);
  expect(keysSince()).toEqual([key, queued.key]);
});
