// An experiment is compared by what happened to those whom it dealt; whom a winner was given to was not dealt.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureMonthPartitions, sql } from '../../src/platform/sql/index.ts';
import { compareJourney, setExperimentWinner } from '../../src/services/journeys/index.ts';
import { createTestContext, TEST_START, type TestContext } from '../support/context.ts';
import { enter, makePeople, publish, TEMPLATE } from './service.ts';

const HOUR = 3_600_000;
const mail = { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none' };

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
  await makePeople(ctx, 40);
  await publish(ctx, TEMPLATE, {
    kind: 'journey',
    key: 'tested',
    entry: { api: true, reentry: false },
    start: 'test',
    steps: {
      test: {
        type: 'experiment',
        holdout: '25%',
        then: { a: { share: '50%', next: 'mail-a' }, b: { share: '50%', next: 'mail-b' } },
      },
      'mail-a': mail,
      'mail-b': mail,
    },
  });
  await ensureMonthPartitions(ctx.db, 'event', [TEST_START]);
});
afterAll(() => ctx.close());

const GOAL = { event: 'Order Completed', withinMs: 24 * HOUR };

async function compared() {
  const { deals, repeats } = await compareJourney(ctx, { key: 'tested', goal: GOAL });
  const [deal] = deals;
  if (!deal) throw new Error('nothing was compared');
  const of = (name: string) => deal.parts.find((part) => part.name === name);
  return { winner: deal.winner, repeats, of };
}

test('everybody is counted where they were dealt, and the goal in its time', async () => {
  await enter(ctx, 'tested', 1, 30);
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, source, received_at)
    select bucket, profile_id, at + case when outlet = 'b' then interval '2 days' else interval '1 hour' end, 'Order Completed', 'test', at
    from journey_step where node = 'test' and what = 'left' and outlet in ('a', 'b')`);
  const { of, repeats, winner } = await compared();
  const dealt = ['a', 'b', 'holdout'].map((name) => of(name)?.dealt ?? 0);
  expect(dealt.reduce((sum, each) => sum + each, 0)).toBe(30);
  const [a = 0, b = 0, held = 0] = dealt;
  expect(of('a')?.measures.goal).toMatchObject({
    part: a,
    whole: a,
    difference: { control: 'holdout', verdict: 'more' },
  });
  expect(of('b')?.measures.goal).toMatchObject({ part: 0, whole: b, difference: { control: 'holdout' } });
  expect(of('holdout')?.measures.goal).toMatchObject({ part: 0, whole: held, difference: null });
  expect([of('a')?.targeted, of('b')?.targeted]).toEqual([a, b]);
  expect([repeats, winner]).toEqual([false, null]);
});

test('whom the winner was given to is in the count of the variant, and not in its goal', async () => {
  const before = (await compared()).of('b');
  await setExperimentWinner(ctx, { key: 'tested', node: 'test', branch: 'b' });
  await enter(ctx, 'tested', 31, 40);
  const { of, winner } = await compared();
  expect(winner).toBe('b');
  expect(of('b')?.dealt).toBe((before?.dealt ?? 0) + 10);
  expect(of('b')?.measures.goal?.whole).toBe(before?.measures.goal?.whole);
});
