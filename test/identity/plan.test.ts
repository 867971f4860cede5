import { afterAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { resolveEvents } from '../../src/services/identity/index.ts';
import { createTestContext } from '../support/context.ts';
import { eventOf, homeOf } from './worker.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

test('resolving looks each identity up by its key, however many people there are, in a number of statements that does not grow', async () => {
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, created_at, updated_at)
    select bucket_of('user_id', n::text), n, now(), now() from generate_series(1, 20000) n`);
  await ctx.db.execute(sql`
    insert into identity select bucket_of(namespace, value), namespace, value, bucket_of('user_id', n::text), n, now()
    from generate_series(1, 20000) n, lateral (values ('user_id', n::text), ('anonymous_id', 'a' || n)) v (namespace, value)`);
  await ctx.db.execute(sql`select setval('profile_id_seq', 20001)`);
  await ctx.db.execute(sql`analyze profile, identity`);
  const items = Array.from({ length: 400 }, (_, n) => {
    // Known people, and in between new ones and new identities of known ones.
    const user = n % 10 === 0 ? `user_id:new${n}` : `user_id:${n * 7 + 1}`;
    const item = eventOf(n % 7 === 0 ? [user, `anonymous_id:b${n}`] : [user, `anonymous_id:a${n * 7 + 1}`]);
    return { bucket: homeOf(user), inboxId: n, profileId: null, item };
  });
  const buckets = new Set(items.map(({ bucket }) => bucket));
  let statements = 0;
  const scans = await ctx.db.transaction(async (tx) => {
    const counted = {
      ...tx,
      query: ((statement) => {
        statements++;
        return tx.query(statement);
      }) as typeof tx.query,
      execute: (statement: Parameters<typeof tx.execute>[0]) => {
        statements++;
        return tx.execute(statement);
      },
    };
    const answers = await resolveEvents(counted, items, { now: 0, buckets });
    expect(answers.filter((answer) => answer.kind !== 'done')).toHaveLength(400);
    return tx.query<{ relname: string; read: number }>(sql`
      select relname, seq_tup_read as read from pg_stat_xact_user_tables where relname in ('identity', 'profile') order by 1`);
  });
  expect(scans).toEqual([
    { relname: 'identity', read: 0 },
    { relname: 'profile', read: 0 },
  ]);
  expect(statements).toBeLessThanOrEqual(12);
});
