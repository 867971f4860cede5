import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROFILES } from '../../src/core/data/index.ts';
import type { Rule } from '../../src/core/rules/index.ts';
import { ensureMonthPartitions, raw, sql } from '../../src/platform/sql/index.ts';
import { explainPopulation } from '../../src/services/audiences/index.ts';
import { createTestContext, TEST_START } from '../support/context.ts';
import { CATALOG } from './world.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
const DAY_MS = 86_400_000;

beforeAll(async () => {
  const days = Array.from({ length: 400 }, (_, day) => TEST_START - day * DAY_MS);
  await ensureMonthPartitions(ctx.db, 'event', days);
  const now = new Date(TEST_START);
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, traits, created_at, updated_at)
    select i % 256, i, jsonb_build_object('country', 'C' || i % 10), ${now}, ${now} from generate_series(1, 5000) i`);
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
    select (1 + i % 5000) % 256, 1 + i % 5000, ${now}::timestamptz - (i % 390) * interval '1 day',
      case when i % 10 = 0 then 'Ordered' else 'Viewed' end, '{}', 'test', ${now} from generate_series(1, 60000) i`);
  await ctx.db.execute(raw('vacuum analyze event, profile'));
});

const planOf = (rule: Rule) => explainPopulation(ctx.db, { rule, catalog: CATALOG, on: PROFILES, now: TEST_START });

const THREE: Rule[] = [
  { trait: 'country', in: ['C1', 'C2'] },
  { event: 'Ordered', within: '365d', count: { gte: 3 } },
  { none: [{ event: 'Ordered', within: '60d' }] },
];

test('events are counted from the index alone, grouped once for everybody', async () => {
  const plan = await planOf({ all: THREE });
  expect(plan).toMatch(/Index Only Scan using event_\d+_\d+_name_occurred_at/);
  expect(plan).toMatch(/Anti Join/);
  expect(plan).not.toMatch(/SubPlan/);
  expect(plan.match(/Group Key/g)).toHaveLength(1);
});

test('no way of combining conditions is evaluated person by person', async () => {
  const rules: Rule[] = [
    { any: THREE },
    { none: [{ all: THREE }] },
    { any: [{ all: THREE }, { none: [{ event: 'Viewed', count: { lt: 2 } }] }, { consent: 'email', is: 'unknown' }] },
    { all: [{ any: [{ reachable: 'email' }, { audience: 'live' }] }, { none: [{ audience: 'live-too' }] }] },
  ];
  for (const rule of rules) expect(await planOf(rule), JSON.stringify(rule)).not.toMatch(/SubPlan/);
});
