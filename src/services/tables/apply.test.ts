import { afterAll, beforeEach, expect, test } from 'vitest';
import { createTestContext } from '../../../test/support/context.ts';
import { TableDefinition } from '../../core/data/index.ts';
import { AppError, type Problem } from '../../core/kernel/index.ts';
import { id, sql } from '../../platform/sql/index.ts';
import { applyTable, defineTable } from './apply.ts';
import { loadCatalog } from './load-catalog.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

const ORDERS = {
  kind: 'table',
  key: 'orders',
  columns: { order_id: 'integer', customer: 'text', total: 'decimal', ordered_at: 'timestamp', note: 'text' },
  primary_key: 'order_id',
  identity: { column: 'customer', namespace: 'customer_id' },
};

beforeEach(async () => {
  await ctx.db.execute(sql`drop schema data cascade`);
  await ctx.db.execute(sql`create schema data`);
  await ctx.db.execute(sql`delete from definition`);
});

const define = (input: object) =>
  ctx.db.transaction((tx) => defineTable(tx, TableDefinition.parse(input), ctx.clock.now()));
const problemsOf = async (input: object): Promise<readonly Problem[]> => {
  const error = await define(input).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return error instanceof AppError ? error.problems : [];
};
const insertOrder = () =>
  ctx.db.execute(
    sql`insert into data.orders (order_id, customer, total, _bucket, _updated_at) values (1, 'c', 5, 0, now())`,
  );
const columnNames = async (table: string) =>
  (
    await ctx.db.query<{ name: string }>(sql`
      select attname as name from pg_attribute
      where attrelid = ${`data.${table}`}::regclass and attnum > 0 and not attisdropped order by attnum`)
  ).map((row) => row.name);

test('a table that carries an identity gets the owner columns and starts its key with the bucket', async () => {
  await define(ORDERS);
  expect(await columnNames('orders')).toEqual([
    ...Object.keys(ORDERS.columns),
    '_bucket',
    '_profile_id',
    '_updated_at',
  ]);
  const key = await ctx.db.one<{ definition: string }>(
    sql`select pg_get_indexdef(indexrelid) as definition from pg_index where indrelid = 'data.orders'::regclass and indisprimary`,
  );
  expect(key.definition).toContain('(_bucket, order_id)');
});

test('applying the same definition twice publishes one version and changes nothing', async () => {
  expect(await define(ORDERS)).toBe(1);
  await insertOrder();
  expect(await define(ORDERS)).toBe(1);
  expect(await ctx.db.query(sql`select 1 from data.orders`)).toHaveLength(1);
});

test('a table with rows takes new columns and links, and keeps its rows', async () => {
  await define(ORDERS);
  await define({ kind: 'table', key: 'shops', columns: { shop: 'text', city: 'text' }, primary_key: 'shop' });
  await insertOrder();
  const columns = { ...ORDERS.columns, shop: 'text' };
  expect(await define({ ...ORDERS, columns, links: { shop: { to: 'shops', on: { shop: 'shop' } } } })).toBe(2);
  expect(await ctx.db.query(sql`select shop from data.orders`)).toEqual([{ shop: null }]);
  const catalog = await loadCatalog(ctx.db);
  expect(catalog.tables.get('orders')?.links).toEqual([
    { name: 'shop', to: 'shops', many: false, on: [['shop', 'shop']] },
  ]);
  expect(catalog.tables.get('shops')?.links).toEqual([
    { name: 'orders', to: 'orders', many: true, on: [['shop', 'shop']] },
  ]);
});

test('a column that holds no value may go or change its type; one that does may not', async () => {
  await define(ORDERS);
  await insertOrder();
  const { note: _note, ...rest } = ORDERS.columns;
  await define({ ...ORDERS, columns: { ...rest, ordered_at: 'date' } });
  expect(await columnNames('orders')).not.toContain('note');
  const { total: _total, ...fewer } = rest;
  const problems = await problemsOf({ ...ORDERS, columns: { ...fewer, order_id: 'text' } });
  expect(problems.map((problem) => problem.path).sort()).toEqual(
    ['columns.order_id', 'columns.ordered_at', 'columns.total'].filter((path) => path !== 'columns.ordered_at'),
  );
});

test('the key, the identity and required columns of a table with rows are refused together', async () => {
  await define(ORDERS);
  await insertOrder();
  const columns = { ...ORDERS.columns, note: { type: 'text', required: true } };
  const problems = await problemsOf({
    ...ORDERS,
    columns,
    primary_key: ['order_id', 'customer'],
    identity: { column: 'customer', namespace: 'other' },
  });
  expect(problems.map((problem) => problem.path).sort()).toEqual(['columns.note.required', 'identity', 'primary_key']);
});

test('a table without rows takes any form', async () => {
  await define(ORDERS);
  await define({ kind: 'table', key: 'orders', columns: { id: 'integer' }, primary_key: 'id' });
  expect(await columnNames('orders')).toEqual(['id', '_updated_at']);
});

test('every name that does not exist is reported with the nearest one', async () => {
  const problems = await problemsOf({
    ...ORDERS,
    primary_key: ['order_idd'],
    identity: { column: 'total', namespace: 'customer_id' },
    version: 'updated',
    links: { shop: { to: 'order', on: { order_id: 'x' } } },
  });
  expect(problems).toMatchObject([
    { path: 'primary_key.0', suggestion: 'order_id' },
    { path: 'identity.column', message: '"total" is decimal.' },
    { path: 'version' },
    { path: 'links.shop.to', suggestion: 'orders' },
  ]);
});

test('the catalogue lists what is published and observed', async () => {
  const at = new Date(ctx.clock.now());
  for (const [kind, state] of [
    ['audience', 'published'],
    ['campaign', 'draft'],
    ['template', 'published'],
  ]) {
    await ctx.db.execute(sql`insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
      values (${kind}, ${`a-${kind}`}, 1, ${state}, '{}', ${at}, ${at}, ${state === 'draft' ? null : at})`);
  }
  await ctx.db.execute(sql`insert into profile (bucket, traits, created_at, updated_at)
    select 1, t::jsonb, ${at}, ${at} from unnest(array['{"tier":"gold","spent":3}', '{"spent":3.5,"vip":true,"gone":null}']) t`);
  await ctx.db.execute(
    sql`create table ${id('event_2026_03')} partition of event for values from ('2026-03-01Z') to ('2026-04-01Z')`,
  );
  await ctx.db.execute(sql`insert into event (bucket, profile_id, occurred_at, name, source, received_at)
    select 1, 1, ${at}, name, 'test', ${at} from unnest(array['Viewed', 'Ordered', 'Viewed']) name`);
  await ctx.db.execute(
    sql`insert into audience_member (bucket, audience_key, profile_id, since) values (1, 'saved', 1, ${at})`,
  );
  const catalog = await loadCatalog(ctx.db);
  expect(catalog).toMatchObject({
    audiences: ['a-audience', 'saved'],
    campaigns: [],
    templates: ['a-template'],
    eventNames: ['Ordered', 'Viewed'],
    traits: [
      { name: 'spent', type: 'decimal' },
      { name: 'tier', type: 'text' },
      { name: 'vip', type: 'boolean' },
    ],
  });
});

test('a table named profiles is refused', async () => {
  await expect(
    ctx.db.transaction((tx) => applyTable(tx, TableDefinition.parse({ ...ORDERS, key: 'profiles' }), 0)),
  ).rejects.toThrow('not valid');
});
