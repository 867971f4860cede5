// Many conditions that come into force at once, and bounds that no person ever reaches.
import { afterAll, expect, test } from 'vitest';
import { bucketOf } from '../../src/platform/crypto.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { putItems } from '../../src/services/ingest/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

async function happen(user: string, properties: Readonly<Record<string, number>>): Promise<void> {
  const now = ctx.clock.now();
  const item = {
    kind: 'event' as const,
    type: 'track' as const,
    name: 'Ordered',
    properties,
    traits: {},
    identities: [{ namespace: 'user_id', value: user }],
    messageId: `${user}-${JSON.stringify(properties)}`,
    occurredAt: now,
    receivedAt: now,
    source: 'test',
  };
  await ctx.db.transaction((tx) => putItems(tx, [{ bucket: bucketOf('user_id', user), profileId: null, item }], now));
  await drain(ctx);
}

async function publish(rules: Readonly<Record<string, object>>): Promise<void> {
  const documents = Object.entries(rules).map(([key, rule]) => plainDocument({ kind: 'audience', key, rule }));
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
  await drain(ctx);
}

async function audiencesOf(user: string): Promise<string[]> {
  const rows = await ctx.db.query<{ key: string }>(sql`
    select m.audience_key as key from audience_member m
      join identity i on i.profile_bucket = m.bucket and i.profile_id = m.profile_id and i.namespace = 'user_id'
    where i.value = ${user} order by m.audience_key`);
  return rows.map(({ key }) => key);
}

test('so many lists as nobody would keep are filled when they come into force at once', async () => {
  await happen('ann', { size: 7, total: 5 });
  await happen('bob', { size: 207, total: 5 });
  await publish(
    Object.fromEntries(
      Array.from({ length: 260 }, (_, size) => [
        `size-${size}`,
        { event: 'Ordered', where: { size }, within: `${1 + (size % 60)}d`, sum: { of: 'total', gte: 5 } },
      ]),
    ),
  );
  expect([await audiencesOf('ann'), await audiencesOf('bob')]).toEqual([['size-7'], ['size-207']]);
}, 120_000);

test('a bound that is higher than any count is one that nobody reaches', async () => {
  await publish({
    countless: { event: 'Ordered', within: '30d', count: { gte: 1e12 } },
    few: { event: 'Ordered', within: '20d', count: { lt: 1e300 } },
  });
  expect(await audiencesOf('ann')).toEqual(['few', 'size-7']);
});
