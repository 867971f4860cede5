// Computed traits on the running engine: kept with the event, by time, for new definitions, through merges, and by nobody else.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { archiveDefinition } from '../../src/services/definitions/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { mergePeople } from '../../src/services/identity/index.ts';
import { getProfile } from '../../src/services/profiles/index.ts';
import { importText } from '../imports/harness.ts';
import { publish } from '../journeys/service.ts';
import { createTestContext } from '../support/context.ts';
import { accept, eventOf } from './events.ts';

const ctx = await createTestContext();
const DAY = 86_400_000;
afterAll(() => ctx.close());

const order = (userId: string, total: number, more: object = {}) =>
  eventOf(userId, 'Order Completed', { now: ctx.clock.now(), properties: { total, ...more } });
async function happen(...events: Parameters<typeof accept>[1]): Promise<void> {
  await accept(ctx, events);
  await drain(ctx);
}
const traitsOf = async (userId: string) => (await getProfile(ctx, 'user_id', userId)).traits;
const COMPUTED = [
  { kind: 'computed-trait', key: 'spent_30d', event: 'Order Completed', within: '30d', sum: 'total' },
  { kind: 'computed-trait', key: 'orders', event: 'Order Completed', count: true },
];

beforeAll(async () => {
  // Somebody whose orders are older than the definitions.
  await happen(order('old', 10), order('old', 5.5));
  await publish(ctx, ...COMPUTED, {
    kind: 'audience',
    key: 'big',
    rule: { trait: 'spent_30d', gte: 100 },
  });
  await drain(ctx);
  await drain(ctx);
});

test('a new computed trait is made of the history of everybody', async () => {
  expect(await traitsOf('old')).toEqual({ spent_30d: 15.5, orders: 2 });
});

test('who looks at a person sees which traits are computed, and by which definition', async () => {
  const { computed } = await getProfile(ctx, 'user_id', 'old');
  expect(computed).toEqual([
    { trait: 'orders', name: null, version: 1, published_at: expect.any(Date) },
    { trait: 'spent_30d', name: null, version: 1, published_at: expect.any(Date) },
  ]);
});

test('it changes with the event, in the same turn as audiences that ask for it, and by time alone', async () => {
  await happen(order('ann', 60));
  expect(await traitsOf('ann')).toEqual({ spent_30d: 60, orders: 1 });
  ctx.clock.advance(DAY);
  await happen(order('ann', 70));
  const inside = async () => {
    const rows = await ctx.db.query<{ key: string }>(sql`select audience_key as key from audience_member`);
    return rows.map(({ key }) => key);
  };
  expect(await inside()).toEqual(['big']);
  ctx.clock.advance(29 * DAY + 1);
  await drain(ctx);
  expect(await traitsOf('ann')).toEqual({ spent_30d: 70, orders: 2 });
  expect(await inside()).toEqual([]);
  ctx.clock.advance(2 * DAY);
  await drain(ctx);
  expect(await traitsOf('ann')).toEqual({ orders: 2 });
  expect(await traitsOf('old')).toEqual({ orders: 2 });
  expect(await examine(ctx)).toMatchObject({ healthy: true });
});

test('nobody else writes it', async () => {
  await happen(
    eventOf('ann', 'Identify', { now: ctx.clock.now(), traits: { orders: 99, city: 'Lyon', spent_30d: null } }),
  );
  expect(await traitsOf('ann')).toEqual({ orders: 2, city: 'Lyon' });
  const mapping = { identities: { user_id: 'id' }, traits: { orders: 'orders' } };
  await expect(importText(ctx, 'profiles', 'id,orders\nann,7\n', { mapping })).rejects.toMatchObject({
    problems: [{ path: 'traits.orders' }],
  });
});

test('two who turn out to be one have what their events say together', async () => {
  await happen(order('bob', 1), order('bobby', 2));
  const named = (value: string) => ({ namespace: 'user_id', value });
  await mergePeople(ctx, { from: named('bobby'), into: named('bob') });
  await drain(ctx);
  expect(await traitsOf('bob')).toEqual({ spent_30d: 3, orders: 2 });
});

test('another definition takes the place of the old one, and an archived one leaves nothing behind', async () => {
  const [{ sum: _, ...spent } = {}] = COMPUTED;
  await publish(ctx, { ...spent, max: 'total' });
  await drain(ctx);
  await drain(ctx);
  expect(await traitsOf('bob')).toEqual({ spent_30d: 2, orders: 2 });
  await archiveDefinition(ctx, 'audience', 'big');
  await archiveDefinition(ctx, 'computed-trait', 'spent_30d');
  await drain(ctx);
  await drain(ctx);
  expect(await traitsOf('bob')).toEqual({ orders: 2 });
  expect(await traitsOf('ann')).toEqual({ orders: 2, city: 'Lyon' });
});

test('more people than are laid at once have it all the same', async () => {
  const at = new Date(ctx.clock.now());
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, traits, created_at, updated_at)
    select i % 4, 1000000 + i, '{}', ${at}, ${at} from generate_series(1, 11000) i`);
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, event_id, name, properties, source, received_at)
    select i % 4, 1000000 + i, ${at}, 1000000 + i, 'Visited', '{"pages": 2}', 'test', ${at} from generate_series(1, 11000) i`);
  await publish(ctx, { kind: 'computed-trait', key: 'pages', event: 'Visited', sum: 'pages' });
  await drain(ctx);
  const { having } = await ctx.db.one<{ having: number }>(sql`
    select count(*) as having from profile where traits @> '{"pages": 2}'`);
  expect(having).toBe(11_000);
});
