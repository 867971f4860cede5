import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Clock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { drain, startEngine } from '../../src/services/engine/index.ts';
import { createTestContext, TEST_START } from '../support/context.ts';
import { accept, eventOf } from './events.ts';

const HOUR_MS = 3_600_000;

/** A clock that is set by hand, in both directions, and counts how often somebody has slept by it. */
function loose(start: number): Clock & { now(): number; set(instant: number): void; slept(): number } {
  let current = start;
  let times = 0;
  return {
    now: () => current,
    set: (instant) => {
      current = instant;
    },
    // Looks again soon: what is due by this clock says nothing about how long that takes.
    async sleepUntil(_until, signal) {
      await pause(5, undefined, signal ? { signal } : {}).catch(() => undefined);
      times += 1;
    },
    slept: () => times,
  };
}

const clock = loose(TEST_START);
const ctx = await createTestContext({ clock });
afterAll(() => ctx.close());

test('a clock that is put back an hour delays nothing that was due already, and doubles nothing', async () => {
  const journey = {
    kind: 'journey',
    key: 'short',
    entry: { event: 'Ordered', reentry: false },
    start: 'rest',
    steps: { rest: { type: 'wait', for: '10m', next: 'end' } },
  };
  await applyDefinitions(ctx, { documents: [plainDocument(journey)], publish: true, dryRun: false });
  await accept(ctx, [eventOf('ana', 'Ordered', { now: TEST_START })]);
  await drain(ctx);
  const states = () => ctx.db.query<{ state: string }>(sql`select state from journey_instance order by instance_id`);
  const until = async (condition: () => Promise<boolean>) => {
    for (let look = 0; look < 1_000 && !(await condition()); look++) await pause(5);
  };

  /** Until the engine, which sleeps between two looks, has looked by the time as it is set now. */
  const seen = async () => {
    const before = clock.slept();
    await until(async () => clock.slept() >= before + 3);
  };

  // Due at :10. The engine is held up by somebody who holds every bucket, and then the clock is put back.
  const engine = startEngine(ctx);
  await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`select from bucket for update`);
    clock.set(TEST_START + 11 * 60_000);
    engine.wake();
    await seen();
    clock.set(TEST_START + 11 * 60_000 - HOUR_MS);
    await seen();
  });
  await until(async () => (await states())[0]?.state === 'ended');
  expect(await states()).toEqual([{ state: 'ended' }]);

  // From now on the new time counts: a wait that begins is neither over at once nor an hour too long.
  await accept(ctx, [eventOf('bea', 'Ordered', { now: clock.now() })]);
  await until(async () => (await states()).length === 2);
  await pause(50);
  expect(await states()).toEqual([{ state: 'ended' }, { state: 'active' }]);
  clock.set(clock.now() + 10 * 60_000);
  await until(async () => (await states())[1]?.state === 'ended');
  expect(await states()).toEqual([{ state: 'ended' }, { state: 'ended' }]);
  await engine.stop();
  const steps = await ctx.db.query(
    sql`select count(*) as count from journey_step where what = 'left' group by instance_id`,
  );
  expect(steps).toEqual([{ count: 1 }, { count: 1 }]);
});
