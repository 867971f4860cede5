import { instantText } from '../../../src/core/rules/index.ts';
import type { Context } from '../../../src/platform/context.ts';
import { ensureMonthPartitions, type Sql, sql } from '../../../src/platform/sql/index.ts';
import { withoutIndexes } from './without-indexes.ts';

export const DAY_MS = 86_400_000;
/** Months of history, each a partition of its tables. */
const HISTORY_DAYS = 725;

/** How much there is of everything. */
export type Size = { readonly people: number };

/** The person whose history is longer than anybody's. */
export const LONG = 1;

/** That many, of so many per million people. */
export function part(size: Size, perMillion: number): number {
  return Math.max(1, Math.round((size.people * perMillion) / 1_000_000));
}

export function at(ctx: Context, ageMs = 0): Sql {
  return sql`${instantText(ctx.clock.now() - ageMs)}::timestamptz`;
}

export async function makePartitions(ctx: Context): Promise<void> {
  const now = ctx.clock.now();
  const days = Array.from({ length: HISTORY_DAYS + 2 }, (_, index) => now + (1 - index) * DAY_MS);
  for (const parent of ['event', 'message', 'audience_change', 'journey_step'] as const) {
    await ensureMonthPartitions(ctx.db, parent, days);
  }
}

/** A million people with a customer number, half of them with a browser as well; few of the addresses have something in common. */
export async function addPeople(ctx: Context, size: Size): Promise<void> {
  const { people } = size;
  await withoutIndexes(ctx.db, ['profile', 'identity'], async () => {
    await ctx.db.execute(sql`
      insert into profile (bucket, profile_id, email, phone, locale, time_zone, traits, created_at, updated_at)
      select bucket_of('customer_id', n::text), n,
        case when n % 50 <> 0 then (array['person', 'Ann', 'bob', 'carla.x'])[1 + n % 4] || n || '@example.' || (array['com', 'org'])[1 + n % 2] end,
        '+3361' || n, 'fr-FR', 'Europe/Paris', jsonb_build_object('first_name', 'Name' || n % 5000, 'last_name', 'Family' || n % 20000,
          'country', (array['France', 'Belgium', 'Italy', 'Spain'])[1 + n % 4], 'city', 'City' || n % 3000, 'score', n % 100,
          'tier', case when n % 100000 = 99 then 'rare' else 'usual' end),
        ${at(ctx)} - n % 700 * interval '1 day', ${at(ctx)}
      from generate_series(1, ${people}::bigint) n`);
    await ctx.db.execute(sql`
      insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
      select bucket, 'customer_id', profile_id::text, bucket, profile_id, created_at from profile
      union all
      select bucket_of('anonymous_id', 'browser-' || profile_id), 'anonymous_id', 'browser-' || profile_id, bucket, profile_id, created_at
      from profile where profile_id % 2 = 0
      union all
      select bucket_of('email', lower(email)), 'email', lower(email), bucket, profile_id, created_at
      from profile where profile_id % 10 = 1`);
  });
  await ctx.db.execute(sql`select setval('profile_id_seq', ${people}::bigint)`);
  await ctx.db.execute(sql`analyze profile, identity`);
}

/** Two million events over two years; one in ten of them is of the one person with the long history. */
export async function addEvents(ctx: Context, size: Size): Promise<void> {
  const count = part(size, 2_000_000);
  await withoutIndexes(ctx.db, ['event'], () =>
    ctx.db.execute(sql`
      insert into event (bucket, profile_id, occurred_at, event_id, name, properties, source, received_at)
      select p.bucket, p.profile_id, made.at, i, (array['Product Viewed', 'Page Viewed', 'Cart Updated', 'Order Completed'])[1 + i % 4],
        jsonb_build_object('total', i % 20000, 'sku', 'sku-' || i % 1000, 'currency', 'EUR'), 'web', made.at
      from (
        select i, case when i % 10 = 0 then ${LONG} else 1 + i * 7919 % ${size.people}::bigint end as person,
          ${at(ctx)} - (i * 7919 % ${count}::bigint)::double precision / ${count}::bigint * ${HISTORY_DAYS} * interval '1 day' as at
        from generate_series(1, ${count}::bigint) i) made
      join profile p on p.profile_id = made.person`),
  );
  await ctx.db.execute(sql`select setval('event_id_seq', ${count}::bigint)`);
}

/** A million comings and goings of the live audience in two months: most when its rule changed, and many of one person's. */
export async function addChanges(ctx: Context, size: Size, audience: string): Promise<void> {
  const count = part(size, 1_000_000);
  await withoutIndexes(ctx.db, ['audience_change'], async () => {
    await ctx.db.execute(sql`
      insert into audience_change (bucket, profile_id, at, audience_key, change, cause)
      select p.bucket, p.profile_id, case when n % 2 = 0 then ${at(ctx, 20 * DAY_MS)} else ${at(ctx)} - n % 5184000 * interval '1 second' end,
        ${audience}, case when n % 4 < 3 then 'entered' else 'left' end, case when n % 2 = 0 then 'rule' else 'event' end
      from generate_series(1, ${count}::bigint) n join profile p on p.profile_id = 1 + n % ${size.people}::bigint`);
    await ctx.db.execute(sql`
      insert into audience_change (bucket, profile_id, at, audience_key, change, cause)
      select p.bucket, p.profile_id, ${at(ctx)} - n * interval '1 minute', 'regulars-' || n % 20, case when n % 2 = 0 then 'entered' else 'left' end,
        'event'
      from generate_series(1, ${part(size, 20_000)}::bigint) n join profile p on p.profile_id = ${LONG}`);
  });
}

/** Members of an audience that a campaign saved, refused merges, and addresses that must not be written to. */
export async function addBesides(ctx: Context, size: Size): Promise<void> {
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since, run_id, columns)
    select bucket, 'saved', profile_id, ${at(ctx)}, 1, jsonb_build_object('score', profile_id % 100) from profile`);
  await ctx.db.execute(sql`
    insert into identity_conflict (bucket, profile_id, namespace, identity, other, reason, first_at, last_at)
    select bucket, profile_id, 'anonymous_id', 'anonymous_id:browser-' || profile_id, 'customer_id:' || profile_id + 1, 'limit', ${at(ctx)},
      ${at(ctx)} - profile_id % 1000 * interval '1 hour'
    from profile where profile_id <= ${part(size, 100_000)}`);
  await ctx.db.execute(sql`
    insert into suppression (channel, address, reason, created_at)
    select 'email', 'gone' || n || '@example.com', 'hard_bounce', ${at(ctx)} from generate_series(1, ${part(size, 300_000)}::bigint) n`);
}
