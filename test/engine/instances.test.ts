import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { loadInstances } from '../../src/services/engine/store-instances.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

const PERSON = { bucket: 3, profileId: 1 };

/** Two journeys: one asks when people were in it last, the other does not. */
beforeAll(async () => {
  const start = new Date(ctx.clock.now());
  await ctx.db.execute(sql`
    insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, instance_key, state, dry_run, body, entered_at,
      ended_at, end_reason)
    select bucket, profile_id, id, journey, 1, key, state, dry_run, '{}', entered_at, ended_at, case state when 'ended' then 'completed' end
    from (
      values (3, 1, 1, 'asks', 'a', 'ended', false, 1), (3, 1, 2, 'asks', 'a', 'ended', false, 3), (3, 1, 3, 'asks', 'a', 'ended', false, 2),
        (3, 1, 4, 'asks', 'b', 'ended', false, 1), (3, 1, 5, 'asks', 'a', 'active', false, 4), (3, 1, 6, 'asks', 'a', 'ended', true, 1),
        (3, 1, 7, 'asks', 'a', 'held', true, 2), (3, 1, 8, 'other', '', 'ended', false, 1), (3, 1, 9, 'other', '', 'active', false, 2),
        (3, 2, 10, 'asks', 'a', 'active', false, 1))
      i (bucket, profile_id, id, journey, key, state, dry_run, hour)
      cross join lateral (select ${start}::timestamptz + hour * interval '1 hour' as entered_at) e
      cross join lateral (select case state when 'ended' then entered_at + interval '1 minute' end as ended_at) d`);
});

const idsOf = async (endedOf: readonly string[]) => {
  const rows = await loadInstances(ctx.db, [PERSON], endedOf);
  return rows.map((row) => row.instance_id).toSorted((a, b) => a - b);
};

test('a turn sees every live instance of a person, and the last ended one of each key where a journey asks for it', async () => {
  expect(await idsOf(['asks'])).toEqual([2, 4, 5, 6, 7, 9]);
});

test('where no journey asks when people were in it last, a turn sees the live instances only', async () => {
  expect(await idsOf([])).toEqual([5, 7, 9]);
});
