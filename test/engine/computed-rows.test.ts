// Computed traits of rows: kept with every change of a row, and the same when they are made of all rows at once.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { archiveDefinition, plainDocument, validateDefinitions } from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { mergePeople } from '../../src/services/identity/index.ts';
import { getProfile } from '../../src/services/profiles/index.ts';
import { runSimulation } from '../../src/services/simulation/index.ts';
import { importText } from '../imports/harness.ts';
import { makePeople, publish } from '../journeys/service.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
const seed = Number(process.env.RULES_SEED ?? Math.floor(Math.random() * 2 ** 31));

const PEOPLE = ['p1', 'p2', 'p3'];
const ORDERS = {
  kind: 'table',
  key: 'orders',
  columns: {
    order_id: 'integer',
    customer: 'text',
    total: 'decimal',
    status: 'text',
    placed_at: 'timestamp',
    gift: 'boolean',
  },
  primary_key: ['order_id'],
  identity: { column: 'customer', namespace: 'customer_id' },
};
const LINES = {
  kind: 'table',
  key: 'lines',
  columns: { line_id: 'integer', order_id: 'integer', sku: 'text' },
  primary_key: ['line_id'],
  links: { order: { to: 'orders', on: { order_id: 'order_id' } } },
};
const paid = { has: 'orders', where: { column: 'status', eq: 'paid' } };
const TRAITS = {
  paid: { ...paid, count: true },
  spent: { ...paid, sum: 'total' },
  mean: { has: 'orders', average: 'total' },
  largest: { has: 'orders', max: 'total' },
  since: { has: 'orders', min: 'placed_at' },
  states: { has: 'orders', distinct: 'status' },
  newest: { has: 'orders', last: 'status', by: 'placed_at' },
  oldest: { has: 'orders', first: 'status', by: 'placed_at' },
  skus: { has: 'orders.lines', distinct: 'sku' },
};
const computed = (prefix = '') =>
  Object.entries(TRAITS).map(([key, trait]) => ({ kind: 'computed-trait', key: `${prefix}${key}`, ...trait }));

beforeAll(async () => {
  await publish(ctx, ORDERS, LINES);
  await makePeople(ctx, PEOPLE.length);
  await publish(ctx, ...computed(), { kind: 'audience', key: 'big', rule: { trait: 'spent', gte: 500 } });
  await drain(ctx);
});

const traitsOf = async (person: string) => (await getProfile(ctx, 'customer_id', person)).traits;
const csv = (rows: readonly object[]) =>
  [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))].map((fields) => fields.join(',')).join('\n');
async function bring(table: string, rows: readonly object[]): Promise<void> {
  await importText(ctx, table, `${csv(rows)}\n`);
  await drain(ctx);
  await drain(ctx);
}

type Order = { id: number; who: string; total: number; status: string; day: number };
type Line = { id: number; order: number; sku: string };

/** By the book: all rows of a person, looked at together. */
function expected(orders: readonly Order[], lines: readonly Line[], who: string): Record<string, unknown> {
  const own = orders.filter((order) => order.who === who).sort((a, b) => a.day - b.day || a.id - b.id);
  const settled = own.filter(({ status }) => status === 'paid');
  const skus = new Set(lines.filter((line) => own.some(({ id }) => id === line.order)).map(({ sku }) => sku));
  const cents = (some: readonly Order[]) => some.reduce((sum, { total }) => sum + Math.round(total * 100), 0);
  const [first] = own;
  const last = own.at(-1);
  return {
    ...(settled.length === 0 ? {} : { paid: settled.length, spent: cents(settled) / 100 }),
    ...(first === undefined || last === undefined
      ? {}
      : {
          mean: expect.closeTo(cents(own) / 100 / own.length, 9),
          largest: Math.max(...own.map(({ total }) => total)),
          since: `2026-01-${String(first.day).padStart(2, '0')}T00:00:00.000Z`,
          states: new Set(own.map(({ status }) => status)).size,
          newest: last.status,
          oldest: first.status,
        }),
    ...(skus.size === 0 ? {} : { skus: skus.size }),
  };
}

const order = fc.record({
  id: fc.integer({ min: 1, max: 8 }),
  who: fc.constantFrom(...PEOPLE),
  total: fc.constantFrom(0.1, 0.2, 10, 250.55, 400),
  status: fc.constantFrom('paid', 'open', 'returned'),
  day: fc.integer({ min: 1, max: 28 }),
  gone: fc.boolean(),
});
const line = fc.record({
  id: fc.integer({ min: 1, max: 8 }),
  order: fc.integer({ min: 1, max: 8 }),
  sku: fc.constantFrom('a', 'b', 'c'),
  gone: fc.boolean(),
});
const change = (gone: boolean) => ({ _change_request_type: gone ? 'D' : 'U' });

test('rows that come, change hands and go leave what all rows say, row by row as at once', async () => {
  const orders = new Map<number, Order>();
  const lines = new Map<number, Line>();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(order, { maxLength: 5 }), fc.array(line, { maxLength: 5 }), async (some, more) => {
      const [changed, moved] = [new Map(some.map((one) => [one.id, one])), new Map(more.map((one) => [one.id, one]))];
      if (changed.size > 0) {
        const rows = [...changed.values()].map(({ id, who, total, status, day, gone }) => {
          const placed_at = new Date(Date.UTC(2026, 0, day)).toISOString();
          return { order_id: id, customer: who, total, status, placed_at, ...change(gone) };
        });
        await bring('orders', rows);
      }
      if (moved.size > 0) {
        const rows = [...moved.values()].map(({ id, order: of, sku, gone }) => ({
          line_id: id,
          order_id: of,
          sku,
          ...change(gone),
        }));
        await bring('lines', rows);
      }
      for (const { gone, ...one } of changed.values()) gone ? orders.delete(one.id) : orders.set(one.id, one);
      for (const { gone, ...one } of moved.values()) gone ? lines.delete(one.id) : lines.set(one.id, one);
      // The same definitions under names of this round: made of all rows at once.
      const prefix = `r${++round}_`;
      await publish(ctx, ...computed(prefix));
      await drain(ctx);
      for (const who of PEOPLE) {
        const traits = Object.entries(await traitsOf(who));
        const named = (start: string) =>
          Object.fromEntries(
            traits.flatMap(([name, value]) => (name.startsWith(start) ? [[name.slice(start.length), value]] : [])),
          );
        const wanted = expected([...orders.values()], [...lines.values()], who);
        expect(Object.fromEntries(traits.filter(([name]) => name in TRAITS))).toEqual(wanted);
        expect(named(prefix)).toEqual(wanted);
      }
      for (const { key } of computed(prefix)) await archiveDefinition(ctx, 'computed-trait', key);
      await drain(ctx);
    }),
    { seed, numRuns: 10 },
  );
});

test('an audience moves with the row that changed the trait, and two who become one have what their rows say together', async () => {
  const placed_at = '2026-02-01T00:00:00Z';
  await bring('orders', [
    { order_id: 101, customer: 'p1', total: 600, status: 'paid', placed_at },
    { order_id: 102, customer: 'p2', total: 30, status: 'paid', placed_at },
  ]);
  const audiences = async (who: string) =>
    (await getProfile(ctx, 'customer_id', who)).audiences.map((one) => one.audience_key);
  expect(await audiences('p1')).toEqual(['big']);
  const before = await Promise.all(['p1', 'p2'].map(traitsOf));
  const named = (value: string) => ({ namespace: 'customer_id', value });
  await mergePeople(ctx, { from: named('p2'), into: named('p1') });
  await drain(ctx);
  await drain(ctx);
  const { spent, paid: count } = await traitsOf('p1');
  const sum = (name: string) => before.reduce((total, traits) => total + ((traits[name] as number) ?? 0), 0);
  expect([spent, count]).toEqual([expect.closeTo(sum('spent'), 9), sum('paid')]);
});

test('a simulation has them as they are now', async () => {
  const trial = { kind: 'audience', key: 'trial', rule: { all: [{ trait: 'spent', gte: 500 }, { event: 'Looked' }] } };
  const events = [
    {
      type: 'track',
      event: 'Looked',
      timestamp: '2026-03-01T00:00:00Z',
      userId: 'x',
      context: { externalIds: [{ id: 'p1', type: 'customer_id', collection: 'users' }] },
    },
  ];
  const target = { documents: [plainDocument(trial)] };
  const { audiences } = await runSimulation(ctx, { target, events: { list: events } });
  expect(audiences).toMatchObject([{ key: 'trial', entered: 1 }]);
});

test('what was remembered for a trait is forgotten with it, unless another has the same meaning', async () => {
  const remembered = async (number: number) => {
    const { people } = await ctx.db.one<{ people: number }>(sql`
      select count(*) as people from profile_state, json_each(metrics) state where value::text = ${`[${number}]`}`);
    return people;
  };
  const placed_at = '2026-02-01T00:00:00Z';
  await bring('orders', [
    { order_id: 201, customer: 'p3', total: 4_711.25, status: 'odd', placed_at },
    { order_id: 202, customer: 'p3', total: 9_000, status: 'paid', placed_at },
  ]);
  const odd = { kind: 'computed-trait', has: 'orders', where: { column: 'status', eq: 'odd' }, sum: 'total' };
  await publish(ctx, { ...odd, key: 'odd' }, { ...odd, key: 'strange' });
  await drain(ctx);
  expect(await traitsOf('p3')).toMatchObject({ odd: 4_711.25, strange: 4_711.25 });
  expect(await remembered(4_711.25)).toBe(1);
  await archiveDefinition(ctx, 'computed-trait', 'odd');
  await drain(ctx);
  expect(await remembered(4_711.25)).toBe(1);
  const { sum: of, ...strange } = odd;
  await publish(ctx, { ...strange, key: 'strange', max: of });
  await drain(ctx);
  expect(await remembered(4_711.25)).toBe(1);
  await archiveDefinition(ctx, 'computed-trait', 'strange');
  await drain(ctx);
  expect(await remembered(4_711.25)).toBe(0);
  expect(Object.keys(await traitsOf('p3'))).not.toContain('strange');
});

test('what a definition names has to be there, and cannot be compared with the present moment', async () => {
  const problems = async (more: object) => {
    const document = plainDocument({ kind: 'computed-trait', key: 'it', ...more });
    return (await validateDefinitions(ctx, [document])).map(({ path }) => path);
  };
  expect(await problems({ has: 'orders', sum: 'total' })).toEqual([]);
  expect(await problems({ has: 'order', count: true })).toEqual(['has']);
  expect(await problems({ has: 'orders', sum: 'totals' })).toEqual(['sum']);
  expect(await problems({ has: 'orders', sum: 'status' })).toEqual(['sum']);
  expect(await problems({ has: 'orders', last: 'status', by: 'placed' })).toEqual(['by']);
  expect(await problems({ has: 'orders', max: 'gift' })).toEqual(['max']);
  expect(await problems({ has: 'orders', last: 'status' })).toHaveLength(1);
  expect(await problems({ has: 'orders', where: { column: 'placed_at', within: '30d' }, count: true })).toHaveLength(1);
  await expect(archiveDefinition(ctx, 'table', 'orders')).rejects.toMatchObject({ code: 'conflict' });
});
