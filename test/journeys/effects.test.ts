import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JourneyInput } from '../../src/core/journeys/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startCalls } from '../../src/services/calls/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import {
  pauseJourney,
  resumeJourney,
  showJourney,
  stopJourney,
  tendJourneys,
} from '../../src/services/journeys/index.ts';
import { json, startTarget, waitFor } from '../calls/support.ts';
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
