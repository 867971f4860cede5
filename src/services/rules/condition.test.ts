import { expect, test } from 'vitest';
import { CATALOG, NOW } from '../../../test/rules/world.ts';
import { PROFILES } from '../../core/data/index.ts';
import type { Rule } from '../../core/rules/index.ts';
import { toText } from '../../platform/sql/index.ts';
import { ruleCondition } from './index.ts';

/** Quotes and casts are noise to a reader of examples. */
const plain = (text: string) =>
  text.replaceAll('"', '').replaceAll(/::(text|timestamptz|numeric|bigint|boolean)(\[\])?/g, '');
const conditionOf = (rule: Rule, source: 'table' | 'population' = 'table') =>
  plain(toText(ruleCondition({ rule, catalog: CATALOG, on: PROFILES, alias: 'p', source, now: NOW })));

const EXAMPLES: readonly (readonly [Rule, string])[] = [
  [{ trait: 'email', eq: 'a@example.com' }, "p.email = 'a@example.com'"],
  [{ trait: 'country', in: ['France', 'Belgium'] }, "(p.traits ->> 'country') = any(array['France', 'Belgium'])"],
  [{ trait: 'country', ne: 'France' }, "(((p.traits ->> 'country') = 'France') is not true)"],
  [{ trait: 'code', eq: '12' }, "((p.traits ->> 'code') = '12' and jsonb_typeof((p.traits -> 'code')) = 'string')"],
  [
    { event: 'Ordered', within: '7d' },
    "exists (select 1 from event r1 where r1.bucket = p.bucket and r1.profile_id = p.profile_id and r1.name = 'Ordered' and r1.occurred_at >= '2026-02-23T09:00:00.000Z' and r1.occurred_at < '2026-03-02T09:00:00.001Z')",
  ],
  [
    { event: 'Ordered', count: { gte: 3 } },
    "exists (select 1 from (select r1.bucket as key_1, r1.profile_id as key_2 from event r1 where r1.name = 'Ordered' and r1.occurred_at < '2026-03-02T09:00:00.001Z' group by r1.bucket, r1.profile_id having count(*) >= '3') grouped where grouped.key_1 = p.bucket and grouped.key_2 = p.profile_id)",
  ],
  [
    { event: 'Ordered', count: { lt: 3 } },
    "not exists (select 1 from (select r1.bucket as key_1, r1.profile_id as key_2 from event r1 where r1.name = 'Ordered' and r1.occurred_at < '2026-03-02T09:00:00.001Z' group by r1.bucket, r1.profile_id having ((count(*) < '3') is not true)) grouped where grouped.key_1 = p.bucket and grouped.key_2 = p.profile_id)",
  ],
  [
    { none: [{ has: 'orders' }] },
    'not exists (select 1 from data.orders r1 where r1._bucket = p.bucket and r1._profile_id = p.profile_id)',
  ],
  [
    { any: [{ audience: 'saved' }, { trait: 'country', eq: 'FR' }] },
    "exists (select 1 from (select r2.bucket, r2.profile_id from audience_member r2 where r2.audience_key = 'saved' union all select r3.bucket, r3.profile_id from profile r3 where (r3.traits ->> 'country') = 'FR') r4 (bucket, profile_id) where r4.bucket = p.bucket and r4.profile_id = p.profile_id)",
  ],
];

test.each(EXAMPLES)('%j becomes a condition on the whole set', (rule, expected) => {
  expect(conditionOf(rule)).toBe(expected);
});

test('a population is asked through the table of its people, once, and its own columns directly', () => {
  const rule: Rule = {
    all: [
      { column: 'spent', gte: 5 },
      { trait: 'locale', eq: 'fr' },
      { trait: 'phone', empty: true },
    ],
  };
  const columns = [{ name: 'spent', type: 'decimal' as const }];
  const condition = ruleCondition({ rule, catalog: CATALOG, on: PROFILES, alias: 'w', columns, now: NOW });
  expect(plain(toText(condition))).toBe(
    "(w.spent >= '5' and exists (select 1 from profile r1 where r1.bucket = w.bucket and r1.profile_id = w.profile_id and (r1.locale = 'fr' and coalesce(r1.phone, '') = '')))",
  );
});

test('each part of a rule is compiled once, however deep it lies', () => {
  const nested = (depth: number): Rule => {
    if (depth === 0) return { column: 'status', eq: 'paid' };
    const where = nested(depth - 1);
    if (depth % 2 === 0)
      return {
        any: [
          { has: 'lines', where },
          { has: 'lines', count: { gte: 2 } },
        ],
      };
    return { any: [{ link: 'order', where }, { link: 'product' }] };
  };
  const condition = ruleCondition({ rule: nested(12), catalog: CATALOG, on: 'orders', alias: 'o', now: NOW });
  const aliases = [...toText(condition).matchAll(/"r(\d+)"/g)].map(([, number]) => Number(number));
  expect(Math.max(...aliases)).toBeLessThan(12 * 6);
});
