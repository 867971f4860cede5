import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestContext, TEST_START } from '../../../test/support/context.ts';
import { TableDefinition } from '../../core/data/index.ts';
import { AppError } from '../../core/kernel/index.ts';
import { instantText, type Rule } from '../../core/rules/index.ts';
import { ensureMonthPartitions, sql } from '../../platform/sql/index.ts';
import { defineTable } from '../tables/index.ts';
import { countAudience, explainAudience, exportAudience, listMembers, previewAudience } from './index.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
const DAY_MS = 86_400_000;
const ago = (days: number) => instantText(TEST_START - days * DAY_MS);

async function saveAudience(key: string, body: object, state: 'draft' | 'published' = 'published') {
  await ctx.db.execute(sql`
    insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
    values ('audience', ${key}, 1, ${state}, ${JSON.stringify({ kind: 'audience', key, ...body })}::jsonb, ${ago(0)}, ${ago(0)},
      ${state === 'draft' ? null : ago(0)}::timestamptz)`);
}

const LAPSED: Rule = {
  all: [
    { trait: 'country', in: ['France', 'Belgium'] },
    { event: 'Order Completed', where: { total: { gte: 50 } }, within: '365d', count: { gte: 2 } },
    { none: [{ event: 'Order Completed', within: '60d' }] },
  ],
};

beforeAll(async () => {
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select i % 5, i, 'p' || i || '@example.com', jsonb_build_object('country', case when i % 2 = 0 then 'France' else 'Spain' end, 'name', '=1+' || i),
      ${ago(400)}, ${ago(1)}
    from generate_series(1, 20) i`);
  await ctx.db.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    values (bucket_of('crm', 'C-4'), 'crm', 'C-4', 4, 4, ${ago(1)})`);
  await ensureMonthPartitions(
    ctx.db,
    'event',
    [100, 90, 30].map((days) => TEST_START - days * DAY_MS),
  );
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
    select i % 5, i, at::timestamptz, 'Order Completed', '{"total": 60}', 'test', at::timestamptz
    from generate_series(1, 12) i, unnest(array[${ago(100)}, ${ago(90)}]) at`);
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
    values (2, 2, ${ago(30)}, 'Order Completed', '{"total": 5}', 'test', ${ago(30)})`);
  const orders = {
    kind: 'table',
    key: 'orders',
    columns: { order_no: 'integer', customer: 'text', total: 'decimal', ordered_at: 'timestamp' },
    primary_key: 'order_no',
    identity: { column: 'customer', namespace: 'crm' },
  };
  const lines = {
    kind: 'table',
    key: 'lines',
    columns: { order_no: 'integer', line_no: 'integer', sku: 'text' },
    primary_key: ['order_no', 'line_no'],
    links: { order: { to: 'orders', on: { order_no: 'order_no' } } },
  };
  for (const table of [orders, lines]) {
    await ctx.db.transaction((tx) => defineTable(tx, TableDefinition.parse(table), TEST_START));
  }
  await ctx.db.execute(sql`
    insert into data.orders (order_no, customer, total, ordered_at, _bucket, _profile_id, _updated_at)
    select i, 'C-' || i % 20, i * 10.10, ${ago(10)}, i % 20 % 5, i % 20, ${ago(1)} from generate_series(1, 40) i where i % 20 > 0`);
  await ctx.db.execute(sql`
    insert into data.lines (order_no, line_no, sku, _updated_at)
    select i, 1, case when i = 24 then 'gift' else 'plain' end, ${ago(1)} from generate_series(1, 40) i`);
  await saveAudience('lapsed', { rule: LAPSED });
  await saveAudience('chosen', { static: true });
  await saveAudience('planned', { rule: { trait: 'country', eq: 'Spain' } }, 'draft');
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since, columns)
    values (1, 'chosen', 6, ${ago(3)}, '{"spent": 12}'), (2, 'chosen', 7, ${ago(3)}, '{}')`);
});

describe('counting', () => {
  test('a rule over a trait, an aggregate in a window and an absence is counted exactly', async () => {
    // Even profiles up to 12 live in France and ordered twice; number 2 ordered again last month.
    const counted = await countAudience(ctx, { rule: LAPSED });
    expect(counted.count).toBe(5);
    expect(counted.sql).toContain("'Order Completed'");
  });

  test('a saved audience is counted by its rule, a static one by its members, a draft by the draft', async () => {
    expect((await countAudience(ctx, { key: 'lapsed' })).count).toBe(5);
    expect((await countAudience(ctx, { key: 'chosen' })).count).toBe(2);
    expect((await countAudience(ctx, { key: 'planned' })).count).toBe(10);
  });

  test('rows of a table are counted by what they lead to', async () => {
    const rule: Rule = {
      all: [{ has: 'lines', where: { column: 'sku', eq: 'gift' } }, { profile: { trait: 'country', eq: 'France' } }],
    };
    expect((await countAudience(ctx, { rule, on: 'orders' })).count).toBe(1);
    expect(
      (await countAudience(ctx, { rule: { has: 'orders.lines', where: { column: 'sku', eq: 'gift' } } })).count,
    ).toBe(1);
  });

  test('every mistake of a rule is reported at once, with the nearest name', async () => {
    const rule = { all: [{ has: 'ordes' }, { audience: 'lapsd' }, { has: 'orders', sum: { of: 'totl', gte: 5 } }] };
    const error = await countAudience(ctx, { rule }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).problems.map(({ path, suggestion }) => [path, suggestion])).toEqual([
      ['all.0.has', 'orders'],
      ['all.1.audience', 'lapsed'],
      ['all.2.sum.of', 'total'],
    ]);
  });

  test('an audience that nobody defined is not found', async () => {
    await expect(countAudience(ctx, { key: 'nothing' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('looking at people', () => {
  test('a preview shows the wanted columns of the first rows', async () => {
    const preview = await previewAudience(ctx, { target: { key: 'lapsed' }, columns: ['email', 'country'], limit: 2 });
    expect(preview.columns).toEqual([
      { name: 'email', type: 'text' },
      { name: 'country', type: 'text' },
    ]);
    expect(preview.rows.map((row) => [row.profile_id, row.country])).toEqual([
      [10, 'France'],
      [6, 'France'],
    ]);
  });

  test('members come page by page, each exactly once', async () => {
    const seen: number[] = [];
    for (let after: { bucket: number; profileId: number } | undefined; ; ) {
      const page = await listMembers(ctx, { key: 'lapsed', after, limit: 2 });
      seen.push(...page.map((member) => member.profile_id));
      const last = page.at(-1);
      if (!last) break;
      after = { bucket: last.bucket, profileId: last.profile_id };
    }
    expect(seen).toEqual([10, 6, 12, 8, 4]);
  });

  test('members of a saved audience carry what was stored beside them', async () => {
    const [first] = await listMembers(ctx, { key: 'chosen', after: undefined, limit: 10 });
    expect(first).toMatchObject({ profile_id: 6, columns: { spent: 12 }, since: new Date(TEST_START - 3 * DAY_MS) });
  });

  test('an export cannot run as a formula in a spreadsheet', async () => {
    let file = '';
    const count = await exportAudience(
      ctx,
      { target: { key: 'chosen' }, format: 'csv', columns: ['email', 'name'] },
      (text) => {
        file += text;
      },
    );
    expect(count).toBe(2);
    expect(file).toBe("bucket,profile_id,email,name\r\n1,6,p6@example.com,'=1+6\r\n2,7,p7@example.com,'=1+7\r\n");
  });

  test('an export of nobody still has its header', async () => {
    let file = '';
    await exportAudience(ctx, { target: { rule: { any: [] } }, format: 'csv', columns: ['email'] }, (text) => {
      file += text;
    });
    expect(file).toBe('bucket,profile_id,email\r\n');
  });
});

describe('explaining', () => {
  test('each condition names the facts that made it true or false', async () => {
    const explained = await explainAudience(ctx, { target: { key: 'lapsed' }, profile: 'p2@example.com' });
    expect(explained.holds).toBe(false);
    const conditions = explained.children[0]?.children ?? [];
    expect(conditions.map(({ holds, found }) => [holds, found])).toEqual([
      [true, 'is "France"'],
      [true, `found 2 events of the wanted at least 2, last on ${ago(90)}`],
      [false, ''],
    ]);
    expect(conditions[2]?.children[0]?.found).toBe(`found 1 event of the wanted at least 1, last on ${ago(30)}`);
  });

  test('a person is found by number, address and identity; linked rows are followed', async () => {
    const rule: Rule = { has: 'orders.lines', where: { column: 'sku', eq: 'gift' } };
    for (const profile of ['4', 'P4@example.com', 'crm:C-4']) {
      const explained = await explainAudience(ctx, { target: { rule }, profile });
      expect([explained.profile.profile_id, explained.holds, explained.found]).toEqual([
        4,
        true,
        'found 1 row of the wanted at least 1',
      ]);
    }
    await expect(explainAudience(ctx, { target: { rule }, profile: 'crm:nobody' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('what is explained of each person is what the count says', async () => {
    const rule: Rule = { any: [LAPSED, { has: 'orders', sum: { of: 'total', gte: 450 } }, { reachable: 'email' }] };
    const { count } = await countAudience(ctx, { rule });
    let explained = 0;
    for (let profile = 1; profile <= 20; profile++) {
      if ((await explainAudience(ctx, { target: { rule }, profile: String(profile) })).holds) explained++;
    }
    expect(explained).toBe(count);
    expect(count).toBeGreaterThan(5);
  });
});
