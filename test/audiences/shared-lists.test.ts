// What audiences about the same events remember together: one list, as long as somebody reads it.
import { afterAll, expect, test } from 'vitest';
import { bucketOf } from '../../src/platform/crypto.ts';
import { sql } from '../../src/platform/sql/index.ts';
import {
  applyDefinitions,
  archiveDefinition,
  plainDocument,
  renewRules,
} from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { putItems } from '../../src/services/ingest/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
const HOUR_MS = 3_600_000;

const publish = async (...audiences: (readonly [key: string, rule: object])[]) => {
  const documents = audiences.map(([key, rule]) => plainDocument({ kind: 'audience', key, rule }));
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
  await drain(ctx);
};

let sent = 0;
async function order(user: string, count: number, total: number): Promise<void> {
  const now = ctx.clock.now();
  const items = Array.from({ length: count }, (_, n) => ({
    bucket: bucketOf('user_id', user),
    profileId: null,
    item: {
      kind: 'event' as const,
      type: 'track' as const,
      name: 'Ordered',
      properties: { total },
      traits: {},
      identities: [{ namespace: 'user_id', value: user }],
      messageId: `m-${++sent}`,
      occurredAt: now - n * HOUR_MS,
      receivedAt: now,
      source: 'test',
    },
  }));
  await ctx.db.transaction((tx) => putItems(tx, items, now));
  await drain(ctx);
}

async function membersOf(key: string): Promise<string[]> {
  const rows = await ctx.db.query<{ value: string }>(sql`
    select i.value from audience_member m
      join identity i on i.profile_bucket = m.bucket and i.profile_id = m.profile_id and i.namespace = 'user_id'
    where m.audience_key = ${key} order by 1`);
  return rows.map((row) => row.value);
}

async function statesOf(user: string): Promise<unknown[]> {
  const { metrics } = await ctx.db.one<{ metrics: Record<string, unknown> }>(sql`
    select metrics from profile_state s
      join identity i on i.profile_bucket = s.bucket and i.profile_id = s.profile_id
    where i.namespace = 'user_id' and i.value = ${user}`);
  return Object.values(metrics);
}

const often = { event: 'Ordered', within: '2d', count: { gte: 3 } };
const much = { event: 'Ordered', within: '60d', sum: { of: 'total', gte: 100 } };
const rarely = { event: 'Ordered', within: '7d', average: { of: 'total', lt: 20 } };

test('audiences that look at the same events remember one list of them', async () => {
  await publish(['often', often], ['much', much], ['rarely', rarely]);
  await order('ann', 2, 60);
  const states = await statesOf('ann');
  expect(states).toHaveLength(1);
  expect(states[0]).toHaveLength(2);
  expect([await membersOf('often'), await membersOf('much'), await membersOf('rarely')]).toEqual([[], ['ann'], []]);
});

test('a list that nobody reads any more is forgotten, and what is left is exact', async () => {
  await order('bob', 3, 10);
  for (const key of ['much', 'rarely']) await archiveDefinition(ctx, 'audience', key);
  await drain(ctx);
  // The newest three instants are all that "often" asks for.
  expect(await statesOf('bob')).toEqual([[expect.any(Number), expect.any(Number), expect.any(Number)]]);
  expect(await membersOf('often')).toEqual(['bob']);
  await archiveDefinition(ctx, 'audience', 'often');
  await drain(ctx);
  expect(await statesOf('bob')).toEqual([]);
});

test('who did more than is kept of one person is answered from the history, also right after a rule came', async () => {
  await order('cleo', 1_100, 1);
  await publish(['loyal', { event: 'Ordered', within: '60d', sum: { of: 'total', gte: 1_100 } }]);
  expect(await membersOf('loyal')).toEqual(['cleo']);
  expect(JSON.stringify(await statesOf('cleo')).length).toBeLessThan(500);
  // The oldest leave the window one by one.
  const lastAt = ctx.clock.now() - 1_099 * HOUR_MS + 60 * 24 * HOUR_MS;
  ctx.clock.advance(lastAt - ctx.clock.now());
  await drain(ctx);
  expect(await membersOf('loyal')).toEqual(['cleo']);
  ctx.clock.advance(1);
  await drain(ctx);
  expect(await membersOf('loyal')).toEqual([]);
  await order('cleo', 1, 1);
  expect(await membersOf('loyal')).toEqual(['cleo']);
});

test('what another version remembered is made anew before the first turn of this one', async () => {
  expect(await renewRules(ctx)).toBe(false);
  await ctx.db.execute(sql`update live_rule set id = 'old' || id, meaning = 'old' where kind = 'metric'`);
  await ctx.db.execute(sql`update profile_state set metrics = json_build_object('old', metrics)`);
  expect(await renewRules(ctx)).toBe(true);
  await order('cleo', 1, 1);
  await order('dan', 1, 2_000);
  expect(await membersOf('loyal')).toEqual(['cleo', 'dan']);
  expect(await renewRules(ctx)).toBe(false);
});

test('a definition that this version cannot read keeps the engine waiting, not the server from starting', async () => {
  const at = new Date(ctx.clock.now());
  await ctx.db.execute(sql`
    insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
    values ('computed-trait', 'odd', 1, 'published', '{"kind": "computed-trait", "key": "odd", "of": "another time"}', ${at}, ${at}, ${at})`);
  expect(await renewRules(ctx)).toBe(false);
  await archiveDefinition(ctx, 'computed-trait', 'odd');
  expect(await renewRules(ctx)).toBe(false);
});

test('processes that start together bring the rules up once', async () => {
  await ctx.db.execute(sql`update live_rule set id = 'old' || id, meaning = 'old' where kind = 'metric'`);
  const renewed = await Promise.all([renewRules(ctx), renewRules(ctx), renewRules(ctx)]);
  expect(renewed.filter((one) => one)).toHaveLength(1);
});
