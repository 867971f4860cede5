import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql, toText } from '../../src/platform/sql/index.ts';
import { importAudience, readMapping } from '../../src/services/imports/index.ts';
import { pauseJourney, resumeJourney, showJourney } from '../../src/services/journeys/index.ts';
import { isInForce } from '../../src/services/live/index.ts';
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

const isStuck = async () =>
  (
    await ctx.db.query(sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
  ).length > 0;

test('an audience that comes into force while a journey is commanded is not taken for one that is gone', async () => {
  await publish(ctx, waitAndWrite('commanded'));
  let pausing: Promise<unknown> = Promise.resolve();
  const transaction: typeof ctx.db.transaction = (work, options) =>
    ctx.db.transaction(async (tx) => {
      const result = await work(tx);
      pausing = pauseJourney(ctx, { key: 'commanded' });
      await expect.poll(isStuck).toBe(true);
      return result;
    }, options);
  await publish(
    { ...ctx, db: { ...ctx.db, transaction } },
    { kind: 'audience', key: 'buyers', rule: { event: 'Bought' } },
  );
  await pausing;
  expect(await isInForce(ctx.db)).toBe(true);
});

test('a file that makes an audience and people and a command of a journey do not wait for each other', async () => {
  await publish(ctx, waitAndWrite('crossed'));
  let pausing: Promise<unknown> | undefined;
  const transaction: typeof ctx.db.transaction = (work, options) =>
    ctx.db.transaction((tx) => {
      const execute: typeof tx.execute = async (statement, haste) => {
        if (pausing === undefined && toText(statement).includes('insert into live_rule')) {
          pausing = pauseJourney(ctx, { key: 'crossed' });
          await expect.poll(isStuck).toBe(true);
        }
        return tx.execute(statement, haste);
      };
      return work({ ...tx, execute });
    }, options);
  const { counts } = await importAudience(
    { ...ctx, db: { ...ctx.db, transaction } },
    {
      key: 'invited',
      source: { stream: Readable.from(['user_id\nnew\n']), name: 'invited.csv' },
      mapping: readMapping(''),
      mode: 'create',
      createPeople: true,
    },
  );
  expect(counts).toMatchObject({ inserted: 1 });
  expect(await pausing).toMatchObject({ state: 'paused' });
});
