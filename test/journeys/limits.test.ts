import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { drain, keepHouse } from '../../src/services/engine/index.ts';
import { enterJourney, migratePeople, showJourney, stopJourney } from '../../src/services/journeys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { enter, makePeople, pass, publish, standing, TEMPLATE, waitAndWrite } from './service.ts';

let ctx: TestContext;

beforeAll(async () => {
  ctx = await createTestContext();
  await publish(ctx, TEMPLATE);
  await makePeople(ctx, 5);
});
afterAll(() => ctx.close());

test('who begins anew needs no other place in a journey that is full', async () => {
  await publish(ctx, waitAndWrite('crowded', { max_inside: 1 }));
  await enter(ctx, 'crowded', 1, 1);
  const people = ['p1', 'p2'].map((value) => ({ namespace: 'customer_id', value }));
  await enterJourney(ctx, { key: 'crowded', people, force: true });
  await drain(ctx);
  expect(await standing(ctx, 'crowded')).toEqual({ active: 1, forced: 1 });
  expect((await showJourney(ctx, { key: 'crowded' })).refused_by).toEqual({ 'max-inside': 1 });
  await stopJourney(ctx, { key: 'crowded' });
  await publish(ctx, waitAndWrite('crowded', { max_inside: 1, name: 'Again' }));
  await enter(ctx, 'crowded', 1, 2);
  expect(await standing(ctx, 'crowded')).toEqual({ active: 1, forced: 1, stopped: 1 });
});

test('who is brought to a version that limits how many are inside counts there, and not any more where none is limited', async () => {
  const limited = (max_inside?: number) => waitAndWrite('limited', max_inside === undefined ? {} : { max_inside });
  await publish(ctx, limited());
  await enter(ctx, 'limited', 1, 2);
  await publish(ctx, limited(3));
  await enter(ctx, 'limited', 3, 3);
  await migratePeople(ctx, { key: 'limited', from: 1, to: 2, mapping: {} });
  await enter(ctx, 'limited', 4, 4);
  expect(await standing(ctx, 'limited')).toEqual({ active: 3 });
  await publish(ctx, limited());
  await migratePeople(ctx, { key: 'limited', from: 2, to: 3, mapping: {} });
  await publish(ctx, limited(1));
  await enter(ctx, 'limited', 4, 5);
  expect(await standing(ctx, 'limited')).toEqual({ active: 4 });
});

test('counters of periods and of versions that are over are forgotten; those that limit somebody stay', async () => {
  const slots = async () => {
    const rows = await ctx.db.query<{ name: string }>(sql`
      select name from journey_slot where name like 'journey/forgetful/%' order by name`);
    return rows.map(({ name }) => name.replace(/entries.*/, 'entries'));
  };
  const capped = (more: object = {}) =>
    waitAndWrite('forgetful', {
      max_entries: { count: 2, per: '1h' },
      max_inside: 9,
      start: 'first',
      steps: { first: { type: 'cap', people: 5, next: 'rest' }, rest: { type: 'wait', for: '1h' } },
      ...more,
    });
  await publish(ctx, capped());
  await enter(ctx, 'forgetful', 1, 1);
  ctx.clock.advance(3_600_000);
  await enter(ctx, 'forgetful', 2, 2);
  await keepHouse(ctx, ctx.clock.now());
  const all = [
    'journey/forgetful/1/first',
    'journey/forgetful/entries',
    'journey/forgetful/entries',
    'journey/forgetful/inside',
  ];
  expect(await slots()).toEqual(all);
  await pass(ctx, 30 * 3_600_000);
  await publish(ctx, capped({ name: 'Again' }));
  await enter(ctx, 'forgetful', 3, 4);
  await pass(ctx, 40 * 3_600_000);
  await enter(ctx, 'forgetful', 5, 5);
  await keepHouse(ctx, ctx.clock.now());
  expect(await slots()).toEqual(['journey/forgetful/2/first', 'journey/forgetful/entries', 'journey/forgetful/inside']);
});
