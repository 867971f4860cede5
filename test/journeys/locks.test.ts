import { afterAll, beforeAll, expect, test } from 'vitest';
import { pauseJourney, resumeJourney, showJourney } from '../../src/services/journeys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { publish, TEMPLATE, waitAndWrite } from './service.ts';

let ctx: TestContext;

beforeAll(async () => {
  ctx = await createTestContext();
  await publish(ctx, TEMPLATE);
});
afterAll(() => ctx.close());

test('several journeys are put in force while somebody commands one of them, and neither fails', async () => {
  const both = (name: string) => [waitAndWrite('first', { name }), waitAndWrite('second', { name })];
  await publish(ctx, ...both('One'));
  const failures: unknown[] = [];
  let isDone = false;
  const command = async () => {
    while (!isDone) {
      for (const verb of [pauseJourney, resumeJourney]) {
        // What the state does not allow at that moment is refused, and that is all.
        await verb(ctx, { key: 'second' }).catch((error) => error.code === 'conflict' || failures.push(error));
      }
    }
  };
  const commanding = command();
  for (let round = 2; round < 7; round++)
    await publish(ctx, ...both(`Name ${round}`)).catch((error) => failures.push(error));
  isDone = true;
  await commanding;
  expect(failures).toEqual([]);
  expect((await showJourney(ctx, { key: 'first' })).version).toBe(6);
});
