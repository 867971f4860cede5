import { afterAll, beforeAll, expect, test } from 'vitest';
import { drain } from '../../src/services/engine/index.ts';
import { enterJourney, migratePeople, showJourney, stopJourney } from '../../src/services/journeys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { enter, makePeople, publish, standing, TEMPLATE, waitAndWrite } from './service.ts';

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
