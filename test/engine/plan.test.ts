import { afterAll, beforeAll, expect, test } from 'vitest';
import { raw, type Sql, sql, toStatement } from '../../src/platform/sql/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { loadInstances } from '../../src/services/engine/store-instances.ts';
import { selectReactions } from '../../src/services/engine/store-lookup.ts';
import { loadProfiles } from '../../src/services/engine/store-people.ts';
import { rememberMessages } from '../../src/services/engine/store-seen.ts';
import { beginTurn, findWork, readDue, takeItems } from '../../src/services/engine/store-turn.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

beforeAll(async () => {
  await drain(ctx);
  const at = new Date(ctx.clock.now());
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, created_at, updated_at) select n % 256, n, ${at}, ${at} from generate_series(1, 20000) n`);
  await ctx.db.execute(sql`
    insert into profile_state (bucket, profile_id, wake_at) select n % 256, n, ${at}::timestamptz + n * interval '1 minute' from generate_series(1, 20000) n`);
  await ctx.db.execute(sql`
    insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, state, body, wake_at, entered_at)
    select n % 256, n, n, 'j', 1, 'active', '{}', ${at}::timestamptz + n * interval '1 minute', ${at} from generate_series(1, 20000) n`);
  await ctx.db.execute(sql`
    insert into inbox (bucket, body, received_at) select n % 256, '{}', ${at} from generate_series(1, 20000) n`);
  await ctx.db.execute(sql`
    insert into reaction (bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times)
    select n % 256, n, 'opened', false, 1, n, ${at}, ${at}, 1 from generate_series(1, 20000) n`);
  await ctx.db.execute(sql`analyze`);
});

/** The plans of what a function sends, in a turn's settings. */
async function plansOf(send: (tx: Parameters<typeof findWork>[0]) => Promise<unknown>): Promise<string> {
  const plans: string[] = [];
  await ctx.db.transaction(async (tx) => {
    await beginTurn(tx, 10_000);
    const show = async (statement: Sql) => {
      const rows = await tx.query<{ 'QUERY PLAN': string }>(sql`explain (costs off) ${statement}`);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    };
    const explain = async (statement: Sql) => {
      await show(statement);
      if (!statement.prepared) return [];
      // Once for these values, as at first, and once for any, as later.
      const { text, values } = toStatement(statement);
      await tx.execute(sql`set local plan_cache_mode = force_generic_plan`);
      await tx.execute(raw(`prepare probe as ${text}`));
      await show(raw(`execute probe${values.length > 0 ? `(${values.map(() => 'null').join(', ')})` : ''}`));
      await tx.execute(sql`deallocate probe`);
      return [];
    };
    await send({ ...tx, query: explain } as Parameters<typeof findWork>[0]);
  });
  return plans.join('\n');
}

const PLACES = [
  { bucket: 3, profileId: 3 },
  { bucket: 4, profileId: 4 },
];

test.each<[string, (tx: Parameters<typeof findWork>[0]) => Promise<unknown>, readonly string[]]>([
  ['the look for work', findWork, ['inbox_pkey', 'journey_instance_wake', 'profile_state_wake']],
  ['taking items', (tx) => takeItems(tx, [3, 4], 10), ['inbox_pkey']],
  ['who is due', (tx) => readDue(tx, [3, 4], 10, ctx.clock.now()), ['journey_instance_wake', 'profile_state_wake']],
  ['loading people', (tx) => loadProfiles(tx, PLACES), ['profile_pkey', 'profile_state_pkey']],
  ['loading instances', (tx) => loadInstances(tx, PLACES, []), ['journey_instance_live']],
  ['loading instances with those that ended', (tx) => loadInstances(tx, PLACES, ['j']), ['journey_instance_pkey']],
  [
    'when people opened and clicked',
    (tx) =>
      selectReactions(
        tx,
        PLACES.map((place, name) => ({ name, ...place, after: new Date(0), until: new Date(ctx.clock.now()) })),
      ),
    ['reaction_profile'],
  ],
  ['remembering messages', (tx) => rememberMessages(tx, [{ bucket: 3, key: '0'.repeat(32) }], ctx.clock.now()), []],
])('%s goes through indexes that start with the bucket, whatever the tables hold', async (_name, send, indexes) => {
  const plan = await plansOf(send);
  for (const index of indexes) expect(plan).toContain(index);
  // Buckets and the epoch are a row or 256.
  expect(plan.match(/Seq Scan on (?!bucket|live_epoch)\w+/g)).toBeNull();
  expect(plan).not.toMatch(/Hash Join|Merge Join/);
});
