// What a simulation takes the world outside to say: other systems, and the tables that its steps look up.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '../../src/platform/clock.ts';
import { ensureMonthPartitions, sql } from '../../src/platform/sql/index.ts';
import { plainDocument } from '../../src/services/definitions/index.ts';
import { runSimulation, type SimulationRequest } from '../../src/services/simulation/index.ts';
import { makePeople, publish } from '../journeys/service.ts';
import { createTestContext } from '../support/context.ts';

const START = Date.parse('2026-03-02T09:00:00Z');
const ctx = await createTestContext({ clock: manualClock(START) });
afterAll(() => ctx.close());
const PEOPLE = 200;

const JOURNEY = {
  kind: 'journey',
  key: 'scored',
  entry: { event: 'Viewed' },
  start: 'score',
  steps: {
    score: {
      type: 'http',
      url: 'https://scores.example.com/of/{{ profile.id }}',
      method: 'GET',
      next: 'high',
      failed: 'down',
      'timed-out': 'late',
    },
    high: {
      type: 'condition',
      then: { yes: { when: { 'results.score.body.score': { gte: 5 } }, next: 'product' } },
      else: 'end',
    },
    product: { type: 'lookup', table: 'products', key: { sku: '{{ entry.sku }}' }, next: 'stock', else: 'unknown' },
    stock: {
      type: 'condition',
      then: { there: { when: { 'results.product.stock': { gt: 0 } }, next: 'buyer' } },
      else: 'end',
    },
    buyer: { type: 'condition', then: { yes: { where: { has: 'orders' }, next: 'mail' } }, else: 'end' },
    mail: { type: 'end' },
    down: { type: 'end' },
    late: { type: 'end' },
    unknown: { type: 'end' },
  },
};
const target: SimulationRequest['target'] = { documents: [plainDocument(JOURNEY)] };

beforeAll(async () => {
  await publish(
    ctx,
    { kind: 'table', key: 'products', columns: { sku: 'text', stock: 'integer' }, primary_key: ['sku'] },
    {
      kind: 'table',
      key: 'orders',
      columns: { order_id: 'integer', customer: 'text' },
      primary_key: ['order_id'],
      identity: { column: 'customer', namespace: 'customer_id' },
    },
  );
  await makePeople(ctx, PEOPLE);
  const at = new Date(START);
  await ctx.db.execute(
    sql`insert into data.products (sku, stock, _updated_at) values ('s1', 3, ${at}), ('s2', 0, ${at})`,
  );
  await ctx.db.execute(sql`
    insert into data.orders (order_id, customer, _bucket, _profile_id, _updated_at)
    select 1, value, profile_bucket, profile_id, ${at} from identity where value = 'p1'`);
});

const viewed = (count: number, sku = 's1') =>
  Array.from({ length: count }, (_, n) => ({
    type: 'track',
    event: 'Viewed',
    context: { externalIds: [{ id: `p${n + 1}`, type: 'customer_id', collection: 'users' }] },
    userId: `p${n + 1}`,
    timestamp: new Date(START).toISOString(),
    properties: { sku },
  }));

type Asked = Omit<Partial<SimulationRequest>, 'answers'> & { readonly answers?: object };

async function ends({ answers = {}, ...more }: Asked, events: readonly unknown[] = viewed(PEOPLE)) {
  const request = { target, events: { list: events }, answers: plainDocument(answers), ...more };
  const { journeys } = await runSimulation(ctx, request);
  const nodes = journeys[0]?.nodes ?? [];
  return Object.fromEntries(nodes.flatMap(({ node, entered }) => (entered > 0 ? [[node, entered]] : [])));
}

const URL = 'https://scores.example.com';

test('a call is answered as it is said, and later steps read the answer', async () => {
  expect(await ends({})).toEqual({ score: PEOPLE, high: PEOPLE });
  expect(await ends({ answers: answered({ score: 7 }) })).toMatchObject({
    product: PEOPLE,
    stock: PEOPLE,
    buyer: PEOPLE,
  });
  expect(await ends({ answers: { [URL]: { ...OK, status: 503 } } })).toEqual({ score: PEOPLE, down: PEOPLE });
});

const OK = { status: 200, body: {}, fail_share: 0, failure: 'unreachable' } as const;
const answered = (body: object) => ({ [URL]: { ...OK, body: body as Record<string, number> } });

test('of a share of people the call fails, the same ones each time', async () => {
  const answers = { [URL]: { ...OK, fail_share: 0.25, failure: 'timed-out' } } as const;
  const first = await ends({ answers });
  expect(first.late).toBeGreaterThan(PEOPLE * 0.15);
  expect(first.late).toBeLessThan(PEOPLE * 0.35);
  expect((first.late ?? 0) + (first.high ?? 0)).toBe(PEOPLE);
  expect(await ends({ answers })).toEqual(first);
});

test('an answer for somebody whom no step calls is a slip, and so is a table that none looks up', async () => {
  await expect(ends({ answers: { 'https://score.example.com': OK } })).rejects.toMatchObject({
    code: 'invalid',
    problems: [{ path: 'https://score.example.com', suggestion: URL }],
  });
  await expect(ends({ tables: { product: [] } })).rejects.toMatchObject({
    problems: [{ path: 'tables.product', suggestion: 'products' }],
  });
});

test('rows are looked up in the tables as they are now, conditions about rows asked of them', async () => {
  const answers = answered({ score: 7 });
  expect(await ends({ answers }, viewed(3, 's1'))).toMatchObject({ stock: 3, buyer: 3, mail: 1 });
  expect(await ends({ answers }, viewed(3, 's2'))).toEqual({ score: 3, high: 3, product: 3, stock: 3 });
  expect(await ends({ answers }, viewed(3, 's3'))).toMatchObject({ unknown: 3 });
});

test('rows may be given instead of a table; one that is too large for a simulation says so', async () => {
  const answers = answered({ score: 7 });
  expect(await ends({ answers, tables: { products: [{ sku: 's3', stock: 1 }] } }, viewed(3, 's3'))).toMatchObject({
    buyer: 3,
  });
  expect(await ends({ answers, tables: { products: [] } }, viewed(3))).toMatchObject({ unknown: 3 });
  const limits = { people: 1_000, events: 1_000, past: 1_000, rows: 1 };
  await expect(ends({ answers, limits }, viewed(3))).rejects.toThrow(/"products" has more than the 1 rows/);
});

test('what people did before is counted as well, so that no simulation takes more memory than there is', async () => {
  const before = START - 10 * 86_400_000;
  await ensureMonthPartitions(ctx.db, 'event', [before]);
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
    select profile_bucket, profile_id, ${new Date(before)}, 'Visited', '{}', 'test', ${new Date(before)}
    from identity, generate_series(1, 20) where value = 'p1'`);
  const visitors = { kind: 'audience', key: 'visitors', rule: { event: 'Visited', within: '30d' } };
  const simulate = (past: number) =>
    runSimulation(ctx, {
      target: { documents: [plainDocument(visitors)] },
      events: { historyMs: 86_400_000 },
      limits: { people: 1_000, events: 10, past, rows: 1 },
    });
  await expect(simulate(19)).rejects.toThrow(/more than the 19 events/);
  expect((await simulate(20)).audiences).toMatchObject([{ key: 'visitors', members: 1 }]);
});
