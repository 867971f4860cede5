// Of whom more happened than is remembered: what audiences and journeys say of them comes from the history.
import { afterAll, expect, test } from 'vitest';
import { bucketOf } from '../../src/platform/crypto.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { putItems } from '../../src/services/ingest/index.ts';
import { createTestContext } from '../support/context.ts';
import { eventOf } from './events.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
const DAY_MS = 86_400_000;

const publish = async (...documents: object[]) => {
  await applyDefinitions(ctx, { documents: documents.map(plainDocument), publish: true, dryRun: false });
  await drain(ctx);
};

async function happen(user: string, ...names: readonly string[]): Promise<void> {
  const now = ctx.clock.now();
  const items = names.map((name) => ({
    bucket: bucketOf('user_id', user),
    profileId: null,
    item: eventOf(user, name, { now, properties: { total: 1 } }),
  }));
  await ctx.db.transaction((tx) => putItems(tx, items, now));
  await drain(ctx);
}

async function waiting(): Promise<number> {
  const { count } = await ctx.db.one<{ count: number }>(sql`select count(*) as count from inbox`);
  return count;
}

async function traitsOf(user: string): Promise<Record<string, unknown>> {
  const { traits } = await ctx.db.one<{ traits: Record<string, unknown> }>(sql`
    select traits from profile p join identity i on i.profile_bucket = p.bucket and i.profile_id = p.profile_id
    where i.namespace = 'user_id' and i.value = ${user}`);
  return traits;
}

const many = (count: number) => Array.from({ length: count }, () => 'Ordered');
const atLeast = (total: number) => ({ event: 'Ordered', within: '60d', sum: { of: 'total', gte: total } });
const marks = (trait: string) => ({ type: 'update-profile', set: { [trait]: true } });

test('a condition of a journey is answered from the history of who did more than is remembered', async () => {
  await publish({
    kind: 'journey',
    key: 'asks',
    entry: { event: 'Asked' },
    start: 'much',
    steps: {
      much: { type: 'condition', then: { yes: { where: atLeast(1_200), next: 'loyal' } }, else: 'other' },
      loyal: marks('loyal'),
      other: marks('other'),
    },
  });
  await happen('ann', ...many(1_100));
  await happen('ann', ...many(99));
  await happen('ann', 'Asked');
  expect(await traitsOf('ann')).toEqual({ other: true });
  await happen('ann', 'Ordered');
  await happen('ann', 'Asked');
  expect(await traitsOf('ann')).toEqual({ other: true, loyal: true });
});

test('an exit by a rule is seen for who did more than is remembered, by events and by time', async () => {
  await publish(
    {
      kind: 'journey',
      key: 'until-more',
      entry: { event: 'Began' },
      timeout: '300d',
      exit: [{ rule: atLeast(1_300) }],
      start: 'waits',
      steps: { waits: { type: 'wait', for: '200d' } },
    },
    {
      kind: 'journey',
      key: 'until-less',
      entry: { event: 'Began' },
      timeout: '300d',
      exit: [{ rule: { none: [atLeast(1_250)] } }],
      start: 'waits',
      steps: { waits: { type: 'wait', for: '200d' } },
    },
  );
  const ended = async () => {
    const rows = await ctx.db.query<{ name: string }>(sql`
      select journey_key || ' ' || end_reason as name from journey_instance
      where state = 'ended' and journey_key like 'until%' order by 1`);
    return rows.map(({ name }) => name);
  };
  await happen('ann', ...many(99), 'Began');
  expect(await ended()).toEqual([]);
  await happen('ann', 'Ordered');
  expect(await ended()).toEqual(['until-more exit:0']);
  ctx.clock.advance(60 * DAY_MS + 1);
  await drain(ctx);
  expect(await ended()).toEqual(['until-less exit:0', 'until-more exit:0']);
});

test('who did much and then nothing any more is forgotten, and not asked about for ever', async () => {
  await publish({ kind: 'audience', key: 'active', rule: atLeast(1) });
  await happen('bob', ...many(1_100));
  expect(await waiting()).toBe(0);
  ctx.clock.advance(60 * DAY_MS + 1);
  await drain(ctx);
  expect(await waiting()).toBe(0);
  const { members } = await ctx.db.one<{ members: number }>(
    sql`select count(*) as members from audience_member where audience_key = 'active'`,
  );
  expect(members).toBe(0);
}, 20_000);

test('whatever a turn brings of somebody, the history is asked for once', async () => {
  await happen('cid', ...many(1_100));
  const now = ctx.clock.now();
  const items = Array.from({ length: 50 }, () => ({
    bucket: bucketOf('user_id', 'cid'),
    profileId: null,
    item: eventOf('cid', 'Ordered', { now, properties: { total: 1 } }),
  }));
  const before = await ctx.db.one<{ last: number }>(sql`select nextval('inbox_id_seq') as last`);
  await ctx.db.transaction((tx) => putItems(tx, items, now));
  await drain(ctx);
  const after = await ctx.db.one<{ last: number }>(sql`select nextval('inbox_id_seq') as last`);
  expect(after.last - before.last).toBeLessThan(60);
});

test('what is read of the histories of many at once is bounded, when a rule is new to them', async () => {
  const now = ctx.clock.now();
  const heavy = { people: 30, events: 1_200, bucket: 7 };
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, created_at, updated_at)
    select ${heavy.bucket}, 9000000 + n, ${new Date(now)}, ${new Date(now)} from generate_series(1, ${heavy.people}::int) n`);
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
    select ${heavy.bucket}, 9000000 + n, ${new Date(now)}, 'Visited', '{"pages": 1}', 'test', ${new Date(now)}
    from generate_series(1, ${heavy.people}::int) n, generate_series(1, ${heavy.events}::int)`);
  const rule = { event: 'Visited', within: '60d', sum: { of: 'pages', gte: heavy.events } };
  await applyDefinitions(ctx, {
    documents: [plainDocument({ kind: 'audience', key: 'visitors', rule })],
    publish: true,
    dryRun: false,
  });
  let most = 0;
  const counted: typeof ctx.db.transaction = (work, options) =>
    ctx.db.transaction((tx) => {
      const query: typeof tx.query = async (statement, haste) => {
        const rows = await tx.query<never>(statement, haste);
        most = Math.max(most, rows.length);
        return rows;
      };
      const fetch: typeof tx.fetch = async function* (statement, size) {
        for await (const rows of tx.fetch<never>(statement, size)) {
          most = Math.max(most, rows.length);
          yield rows;
        }
      };
      return work({ ...tx, query, fetch });
    }, options);
  await drain({ ...ctx, db: { ...ctx.db, transaction: counted } });
  expect(most).toBeLessThan(10_000);
  const { members, outgrown } = await ctx.db.one<{ members: number; outgrown: number }>(sql`
    select count(*) filter (where m.profile_id is not null) as members,
      count(*) filter (where s.metrics::text like '%"outgrown"%') as outgrown
    from profile_state s left join audience_member m on m.bucket = s.bucket and m.profile_id = s.profile_id and m.audience_key = 'visitors'
    where s.profile_id > 9000000`);
  expect({ members, outgrown }).toEqual({ members: heavy.people, outgrown: heavy.people });
});
