// What the database fills a list with is what folding the same events leaves there, whatever their numbers are.
import { afterAll, expect, test } from 'vitest';
import { BUCKETS } from '../../src/core/kernel/index.ts';
import { ensureMonthPartitions, sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { bringUp, loadLive, refold } from '../../src/services/live/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
const HOUR_MS = 3_600_000;

const NUMBERS = [
  ...[
    '0',
    '-0',
    '0.0',
    '1e-7',
    '1E+2',
    '-1.50',
    '1e400',
    '-1e400',
    '1e-400',
    '1.7976931348623157e308',
    '9007199254740993',
  ],
  ...[
    '0.1000000000000000055511151231257827021181583404541015625',
    '12345678901234567890.123456789',
    '1e21',
    '123456e-3',
  ],
  ...['null', '"5"', '"x"', 'true', '[]', '[3]', '[1, 2]', '{}', '{"b": 2}', '{"b": [4]}', '{"b": null}', '{"1": 6}'],
];

test('lists that the database fills hold the numbers that folding holds', async () => {
  const now = ctx.clock.now();
  const at = new Date(now);
  await ensureMonthPartitions(ctx.db, 'event', [now - 3 * 24 * HOUR_MS, now, now + HOUR_MS]);
  await ctx.db.execute(
    sql`insert into profile (bucket, profile_id, created_at, updated_at) values (3, 1, ${at}, ${at}), (3, 2, ${at}, ${at})`,
  );
  const bodies = NUMBERS.flatMap((value) => [
    `{"a": ${value}}`,
    `{"c": ${value}}`,
    `{"a": 1, "c": ${value}}`,
    `{"a.b": ${value}}`,
  ]);
  for (const [index, body] of bodies.entries()) {
    const occurred = new Date(now + HOUR_MS / 2 - (index % 60) * HOUR_MS);
    await ctx.db.execute(sql`
      insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
      values (3, ${1 + (index % 2)}, ${occurred}, ${index % 5 === 0 ? 'Other' : 'Paid'}, ${body}::jsonb, 'test', ${at})`);
  }
  const paths = ['a', 'c', 'a.b', 'a.0', 'a.-1', 'a.1', 'a.b.0'];
  const rules = [
    ...paths.map((of) => ({ event: 'Paid', within: '2d', sum: { of, gte: 1 } })),
    ...paths.map((of) => ({ event: ['Paid', 'Other'], since: '-2d', before: '-1h', average: { of, lt: 7 } })),
    { event: 'Paid', where: { a: 1 }, within: '30d', sum: { of: 'c', lt: 5 } },
    { event: 'Paid', where: { a: 1 }, within: '60d', count: { between: [1, 3] } },
    { event: 'Other', within: '1d', sum: { of: 'a', ne: 0 } },
    { event: 'Other', within: '2d', count: { eq: 0 } },
  ];
  const documents = rules.map((rule, index) => plainDocument({ kind: 'audience', key: `rule-${index}`, rule }));
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
  const live = await loadLive(ctx.db);
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  await ctx.db.transaction((tx) => bringUp(tx, { buckets, live, now }));
  const stored = await ctx.db.query<{ profile_id: number; metrics: Record<string, unknown> }>(
    sql`select profile_id, metrics from profile_state order by 1`,
  );
  const people = [1, 2].map((profileId) => ({ bucket: 3, profileId }));
  const folded = await ctx.db.transaction((tx) => refold(tx, { people, live, now }));
  const plain = (states: unknown) => JSON.parse(JSON.stringify(states).replaceAll('-0,', '0,').replaceAll('-0]', '0]'));
  expect(stored).toHaveLength(2);
  for (const { profile_id, metrics } of stored) {
    const anew = folded.get(`3/${profile_id}`)?.toJSON() ?? {};
    const sorted = (states: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(
        Object.entries(states).map(([id, list]) => [
          id,
          (plain(list) as unknown[]).map((entry) => JSON.stringify(entry)).sort(),
        ]),
      );
    expect(sorted(metrics)).toEqual(sorted(anew));
  }
});
