import { afterAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { createTestContext } from '../support/context.ts';
import { counts, defineTestTable, importText, rejectsOf, rowsOf, stagingTables } from './harness.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

const ORDERS = {
  key: 'orders',
  columns: {
    order_id: 'integer',
    customer: 'text',
    total: 'decimal',
    paid: 'boolean',
    day: 'date',
    at: 'timestamp',
    extra: 'json',
  },
  primary_key: 'order_id',
  identity: { column: 'customer', namespace: 'customer_id' },
};

beforeEach(async () => {
  await ctx.db.execute(sql`drop schema data cascade`);
  await ctx.db.execute(sql`create schema data`);
  await ctx.db.execute(sql`truncate definition, profile, identity, import_run cascade`);
  await defineTestTable(ctx, ORDERS);
});

const FILE = `order_id,customer,total,paid,day,at,extra
1,17850.0,12.50,yes,2026-01-31,2026-01-31 08:26:00,"{""a"": [1, ""x""]}"
2,,-3,no,,,
3,"O'Brien, ""Jo""",.5,TRUE,2026-02-28,2026-02-28T10:00:00.123+02:00,
`;

test('a file lands typed, with the owners of its rows created', async () => {
  expect(await counts(ctx, 'orders', FILE)).toEqual({
    read: 3,
    inserted: 3,
    updated: 0,
    unchanged: 0,
    deleted: 0,
    rejected: 0,
  });
  expect(await rowsOf(ctx, 'orders')).toEqual([
    {
      order_id: 1,
      customer: '17850',
      total: '12.50',
      paid: true,
      day: '2026-01-31',
      at: new Date('2026-01-31T08:26:00Z'),
      extra: { a: [1, 'x'] },
    },
    { order_id: 2, customer: null, total: '-3', paid: false, day: null, at: null, extra: null },
    {
      order_id: 3,
      customer: 'O\'Brien, "Jo"',
      total: '0.5',
      paid: true,
      day: '2026-02-28',
      at: new Date('2026-02-28T08:00:00.123Z'),
      extra: null,
    },
  ]);
  const owners = await ctx.db.query(sql`
    select o.order_id, i.value, o._bucket = i.profile_bucket as same
    from data.orders o left join identity i on i.profile_bucket = o._bucket and i.profile_id = o._profile_id order by 1`);
  expect(owners).toEqual([
    { order_id: 1, value: '17850', same: true },
    { order_id: 2, value: null, same: null },
    { order_id: 3, value: 'O\'Brien, "Jo"', same: true },
  ]);
  expect(await stagingTables(ctx)).toEqual([]);
});

test('the same file twice changes nothing and rewrites no row', async () => {
  await counts(ctx, 'orders', FILE);
  const before = await ctx.db.query(sql`select ctid::text, xmin::text from data.orders order by order_id`);
  expect(await counts(ctx, 'orders', FILE)).toEqual({
    read: 3,
    inserted: 0,
    updated: 0,
    unchanged: 3,
    deleted: 0,
    rejected: 0,
  });
  expect(await ctx.db.query(sql`select ctid::text, xmin::text from data.orders order by order_id`)).toEqual(before);
});

test('a second file updates what differs, keeps columns it does not have, and deletes by its change column', async () => {
  await counts(ctx, 'orders', FILE);
  const change = 'order_id,total,_change_request_type\n1,12.5,U\n2,7,u\n3,,D\n4,1,\n9,,D\n5,1,X\n';
  const { importId, counts: done } = await importText(ctx, 'orders', change);
  expect(done).toEqual({ read: 6, inserted: 1, updated: 1, unchanged: 2, deleted: 1, rejected: 1 });
  expect((await rowsOf(ctx, 'orders')).map((row) => [row.order_id, row.total, row.customer])).toEqual([
    [1, '12.50', '17850'],
    [2, '7', null],
    [4, '1', null],
  ]);
  expect(await rejectsOf(ctx, importId)).toEqual([
    { line: 7, column_name: '_change_request_type', value: 'X', reason: 'unknown_change' },
  ]);
});

test('a row that changes its owner moves to the bucket of the new one', async () => {
  await counts(ctx, 'orders', FILE);
  await counts(ctx, 'orders', 'order_id,customer\n1,other\n3,\n');
  const rows = await ctx.db.query(sql`
    select o.order_id, i.value from data.orders o
      left join identity i on i.profile_bucket = o._bucket and i.profile_id = o._profile_id order by 1`);
  expect(rows).toEqual([
    { order_id: 1, value: 'other' },
    { order_id: 2, value: null },
    { order_id: 3, value: null },
  ]);
});

test('of two lines with one key the last wins and the first counts as unchanged', async () => {
  const file = 'order_id,total\n1,1\n2,2\n1,3\n';
  expect(await counts(ctx, 'orders', file)).toMatchObject({ read: 3, inserted: 2, unchanged: 1 });
  expect((await rowsOf(ctx, 'orders')).map((row) => row.total)).toEqual(['3', '2']);
  expect(await counts(ctx, 'orders', file)).toMatchObject({ read: 3, updated: 0, unchanged: 3 });
});

test('NDJSON rows say only what they hold: absent keys keep, null clears', async () => {
  await counts(ctx, 'orders', FILE);
  const lines = [{ order_id: 1, total: 99 }, { order_id: 2, paid: null, extra: { b: 1 } }, { order_id: 7 }];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  expect(await counts(ctx, 'orders', text)).toMatchObject({ read: 3, inserted: 1, updated: 2 });
  const rows = await rowsOf(ctx, 'orders');
  expect(rows[0]).toMatchObject({ total: '99', customer: '17850', paid: true });
  expect(rows[1]).toMatchObject({ total: '-3', paid: null, extra: { b: 1 } });
  expect(await counts(ctx, 'orders', text)).toMatchObject({ read: 3, unchanged: 3 });
});

test('partial rows with one key add up, column by column, and nothing from before a delete', async () => {
  await counts(ctx, 'orders', 'order_id,total,customer,paid\n1,5,c,yes\n2,6,d,yes\n');
  const lines = [
    { order_id: 1, total: 1 },
    { order_id: 1, paid: false },
    { order_id: 1, total: 2 },
    { order_id: 2, total: 8 },
    { order_id: 2, _change_request_type: 'D' },
    { order_id: 2, paid: true },
    { order_id: 3, customer: 'e' },
    { order_id: 3, total: 3 },
  ];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  expect(await counts(ctx, 'orders', text)).toMatchObject({ read: 8, inserted: 1, updated: 2, unchanged: 5 });
  expect((await rowsOf(ctx, 'orders')).map(({ total, customer, paid }) => [total, customer, paid])).toEqual([
    ['2', 'c', false],
    [null, null, true],
    ['3', 'e', null],
  ]);
  const owned = await ctx.db.query(sql`select order_id from data.orders where _profile_id is not null order by 1`);
  expect(owned).toEqual([{ order_id: 1 }, { order_id: 3 }]);
});

test('an older version never overwrites a newer one, wherever it stands', async () => {
  await defineTestTable(ctx, {
    key: 'stock',
    columns: { sku: 'text', n: 'integer', v: 'integer' },
    primary_key: 'sku',
    version: 'v',
  });
  await counts(ctx, 'stock', 'sku,n,v\na,5,5\nb,3,3\na,4,4\n');
  expect(await rowsOf(ctx, 'stock')).toMatchObject([{ n: 5 }, { n: 3 }]);
  expect(await counts(ctx, 'stock', 'sku,n,v,_change_request_type\na,1,4,U\nb,9,3,U\na,,2,D\n')).toMatchObject({
    updated: 1,
    unchanged: 2,
    deleted: 0,
  });
  expect(await rowsOf(ctx, 'stock')).toMatchObject([{ n: 5 }, { n: 9 }]);
});

test('a delete without a version wins over the lines before it, whatever their version, and over none after it', async () => {
  await defineTestTable(ctx, {
    key: 'shelf',
    columns: { sku: 'text', n: 'integer', v: 'integer' },
    primary_key: 'sku',
    version: 'v',
  });
  await counts(ctx, 'shelf', 'sku,n,v\na,1,1\nb,1,1\nc,1,1\n');
  const file = [
    'sku,n,v,_change_request_type',
    ...['a,2,2,U', 'a,,,D'],
    ...['b,2,2,U', 'b,,,D', 'b,4,4,U', 'b,3,3,U'],
    ...['c,,,D', 'c,2,2,U', 'c,,,D'],
  ].join('\n');
  expect(await counts(ctx, 'shelf', file)).toMatchObject({ read: 9, updated: 1, deleted: 2, unchanged: 6 });
  expect(await rowsOf(ctx, 'shelf')).toMatchObject([{ sku: 'b', n: 4 }]);
});

test('columns have whatever names they like, also where lines of one key are folded', async () => {
  await defineTestTable(ctx, {
    key: 'racks',
    columns: { place: 'text', lines: 'integer', version: 'integer', deleted_at: 'text' },
    primary_key: 'place',
    version: 'version',
  });
  const rows = [
    { place: 'a', lines: 1, version: 1 },
    { place: 'a', deleted_at: 'never', version: 2 },
  ];
  const text = rows.map((row) => JSON.stringify(row)).join('\n');
  expect(await counts(ctx, 'racks', text)).toMatchObject({ read: 2, inserted: 1, unchanged: 1 });
  expect(await rowsOf(ctx, 'racks')).toMatchObject([{ place: 'a', lines: 1, version: 2, deleted_at: 'never' }]);
});

test('each bad value is a reject with its line, and the rest of the file goes in', async () => {
  const file = [
    'order_id,customer,total,paid,day,at,extra',
    'x,c,abc,maybe,2026-02-30,soon,{',
    '99999999999999999999,c,1,yes,,,',
    ',c,1,yes,,,',
    '1,c,1,yes,,,',
    '2,c,1',
    '3,c\0d,1,yes,,,',
    '4,"c"d,1,yes,,,',
    '5,c,1e9999,yes,,,',
    `6,${'c'.repeat(700)},1,yes,,,`,
    '7,c,1,yes,31/12/2026,2026-01-01 25:00,"{""a"":""\\u0000""}"',
    '8,c,1,yes,,,',
  ].join('\n');
  const { importId, counts: done } = await importText(ctx, 'orders', file);
  expect(done).toEqual({ read: 11, inserted: 2, updated: 0, unchanged: 0, deleted: 0, rejected: 9 });
  const rejects = (await rejectsOf(ctx, importId)).map((row) => `${row.line} ${row.column_name} ${row.reason}`);
  expect(rejects).toEqual([
    '2 at not_a_timestamp',
    '2 day out_of_range',
    '2 extra not_json',
    '2 order_id not_an_integer',
    '2 paid not_a_boolean',
    '2 total not_a_number',
    '3 order_id out_of_range',
    '4 order_id missing_key',
    '6  column_count',
    '7 customer nul_character',
    '8  unbalanced_quotes',
    '9 total out_of_range',
    '10 customer invalid_identity',
    '11 at out_of_range',
    '11 day not_a_date',
    '11 extra nul_character',
  ]);
});

test('a dry run gives the exact counts and rejects and changes nothing', async () => {
  await counts(ctx, 'orders', FILE);
  const change = 'order_id,customer,total,_change_request_type\n1,new,1,U\n2,,,D\n4,new2,1,\nx,,1,\n3,,,\n';
  const before = [await rowsOf(ctx, 'orders'), await ctx.db.query(sql`select * from identity order by value`)];
  const dry = await importText(ctx, 'orders', change, { dryRun: true });
  expect([await rowsOf(ctx, 'orders'), await ctx.db.query(sql`select * from identity order by value`)]).toEqual(before);
  expect(await rejectsOf(ctx, dry.importId)).toHaveLength(1);
  const real = await importText(ctx, 'orders', change);
  expect(dry.counts).toEqual(real.counts);
  expect(real.counts).toEqual({ read: 5, inserted: 1, updated: 2, unchanged: 0, deleted: 1, rejected: 1 });
});

test('too many rejects stop the import, which then has changed nothing', async () => {
  const file = `order_id,total\n1,1\n${'x,1\n'.repeat(5_000)}`;
  await expect(importText(ctx, 'orders', file, { rejectsMax: 10 })).rejects.toThrow('More than 10 lines are rejected');
  expect(await rowsOf(ctx, 'orders')).toEqual([]);
  expect(await stagingTables(ctx)).toEqual([]);
  const run = await ctx.db.one<{ state: string; error: string }>(sql`select state, error from import_run`);
  expect(run).toMatchObject({ state: 'failed' });
  expect(await counts(ctx, 'orders', 'order_id,total\n1,1\n')).toMatchObject({ inserted: 1 });
});

test('a required column may be left out of a row that exists and not of a new one', async () => {
  await defineTestTable(ctx, {
    key: 'goods',
    columns: { sku: 'text', name: { type: 'text', required: true }, price: 'decimal' },
    primary_key: 'sku',
  });
  await counts(ctx, 'goods', 'sku,name,price\na,Tea,1\n');
  const { importId, counts: done } = await importText(ctx, 'goods', 'sku,price\na,2\nb,3\n');
  expect(done).toMatchObject({ read: 2, updated: 1, rejected: 1 });
  expect(await rejectsOf(ctx, importId)).toMatchObject([{ line: 3, column_name: 'name', reason: 'missing_value' }]);
  expect(await counts(ctx, 'goods', '{"sku":"c"}\n{"sku":"a","name":null}\n{"sku":"d","name":"Cup"}')).toMatchObject({
    inserted: 1,
    rejected: 2,
  });
});

test('a table that does not exist is made from the file when its key is named', async () => {
  const file = 'SKU Code,unitPrice,In Stock,since,Zip\nA1,2.50,yes,2026-01-01,01234\nB2,3,no,2026-01-02,99999\n';
  await expect(importText(ctx, 'products', file)).rejects.toThrow('There is no table "products"');
  expect(await counts(ctx, 'products', file, { key: ['sku_code'] })).toMatchObject({ inserted: 2 });
  expect(await rowsOf(ctx, 'products')).toEqual([
    { sku_code: 'A1', unit_price: '2.50', in_stock: true, since: '2026-01-01', zip: '01234' },
    { sku_code: 'B2', unit_price: '3', in_stock: false, since: '2026-01-02', zip: '99999' },
  ]);
});

test('every problem of a mapping is told at once, with the nearest names', async () => {
  const mapping = {
    columns: {
      totl: 'total',
      total: 'totl',
      paid: { multiply: ['total', 2] },
      day: { column: 'day', format: 'MM/YYYY' },
    },
  };
  const error = await importText(ctx, 'orders', FILE, { mapping }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    problems: [
      { path: 'columns.totl', suggestion: 'total' },
      { path: 'columns.total', suggestion: 'total' },
      { path: 'columns.paid.multiply' },
      { path: 'columns.day.format' },
      { path: 'columns.order_id', suggestion: 'order_id' },
    ],
  });
});
