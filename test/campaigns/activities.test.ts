import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestContext, type TestContext } from '../support/context.ts';
import { addLines, addOrders, addPeople, declareShop, emptyShop, runCampaign } from './shop.ts';

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
  await declareShop(ctx);
});
afterAll(() => ctx.close());
beforeEach(() => emptyShop(ctx));

const everyone = { type: 'build-audience', next: 'it' } as const;
const orders = { type: 'build-audience', on: 'orders', next: 'it' } as const;

describe('build-audience', () => {
  test('takes the profiles for which the rule is true, with columns that travel along', async () => {
    await addPeople(ctx, [
      { name: 'Ann', country: 'FR', age: 30 },
      { name: 'Bob', country: 'DE', age: 40 },
      { name: 'Cid' },
    ]);
    const rows = await runCampaign(ctx, {
      it: { type: 'build-audience', rule: { trait: 'country', in: ['FR', 'DE'] }, columns: ['country', 'age'] },
    });
    expect(rows['it.next']).toEqual(['Ann country=FR age=30', 'Bob country=DE age=40']);
  });

  test('takes rows of any table, those of nobody included', async () => {
    await addPeople(ctx, [{ name: 'Ann' }]);
    await addOrders(ctx, [
      { id: 'o1', customer: 'Ann', total: 10 },
      { id: 'o2', total: 20 },
      { id: 'o3', total: 5 },
    ]);
    const rows = await runCampaign(ctx, {
      it: { type: 'build-audience', on: 'orders', rule: { column: 'total', gte: 10 }, columns: ['total'] },
    });
    expect(rows['it.next']).toEqual(['o1 total=10', 'o2 total=20']);
  });

  test('an empty population flows on with 0 rows; with skip_empty its branch stops', async () => {
    const rows = await runCampaign(ctx, { all: everyone, it: { type: 'deduplicate', by: 'keys' } });
    expect(rows).toEqual({ 'all.next': [], 'it.next': [] });
    const skipped = await runCampaign(ctx, {
      all: { ...everyone, skip_empty: true },
      it: { type: 'deduplicate', by: 'keys', next: 'last' },
      last: { type: 'wait', for: '1d' },
    });
    expect(skipped).toEqual({ 'all.next': ['(stopped, 0 rows)'], 'it.next': ['(stopped, 0 rows)'] });
  });
});

describe('combine', () => {
  const sets = (combine: object) => ({
    a: { type: 'build-audience' as const, rule: { trait: 'a', eq: true }, next: 'it' },
    b: { type: 'build-audience' as const, rule: { trait: 'b', eq: true }, next: 'it' },
    c: { type: 'build-audience' as const, rule: { trait: 'c', eq: true }, next: 'it' },
    it: { type: 'combine' as const, complement: 'end', ...combine } as never,
  });
  beforeEach(() =>
    addPeople(ctx, [
      { name: 'A', a: true },
      { name: 'AB', a: true, b: true },
      { name: 'ABC', a: true, b: true, c: true },
      { name: 'BC', b: true, c: true },
      { name: 'C', c: true },
      { name: 'none' },
    ]),
  );

  test('a union has each row once', async () => {
    const rows = await runCampaign(ctx, sets({ mode: 'union', complement: undefined }));
    expect(rows['it.next']).toEqual(['A', 'AB', 'ABC', 'BC', 'C']);
  });

  test('an intersection has the rows in every set; its complement all the others', async () => {
    const rows = await runCampaign(ctx, sets({ mode: 'intersection' }));
    expect(rows['it.next']).toEqual(['ABC']);
    expect(rows['it.complement']).toEqual(['A', 'AB', 'BC', 'C']);
  });

  test('an exclusion keeps the rows of the primary that no other set has; its complement those taken away', async () => {
    const rows = await runCampaign(ctx, sets({ mode: 'exclusion', primary: 'a' }));
    expect(rows['it.next']).toEqual(['A']);
    expect(rows['it.complement']).toEqual(['AB', 'ABC']);
  });

  test('by columns: rows are the same when the columns are, whoever they belong to; empty values match nothing', async () => {
    await emptyShop(ctx);
    await addPeople(ctx, [
      { name: 'Ann', email: 'x@a.org', a: true },
      { name: 'Ann again', email: 'X@a.org', b: true },
      { name: 'Bob', email: 'bob@a.org', a: true },
      { name: 'no mail', a: true },
      { name: 'no mail either', b: true },
      { name: 'Cid', email: 'cid@a.org', c: true },
    ]);
    const union = await runCampaign(ctx, sets({ mode: 'union', by: ['email'], complement: undefined }));
    expect(union['it.next']).toEqual(['Ann', 'Bob', 'Cid', 'no mail', 'no mail either']);
    const exclusion = await runCampaign(ctx, sets({ mode: 'exclusion', primary: 'a', by: ['email'] }));
    expect(exclusion['it.next']).toEqual(['Bob', 'no mail']);
    expect(exclusion['it.complement']).toEqual(['Ann']);
  });

  test('a union keeps the columns of every set; where two sets have a row, the first one wins', async () => {
    const rows = await runCampaign(ctx, {
      a: { type: 'build-audience', rule: { trait: 'a', eq: true }, columns: ['a'], next: 'it' },
      c: { type: 'build-audience', rule: { trait: 'c', eq: true }, columns: ['c'], next: 'it' },
      it: { type: 'combine', mode: 'union' },
    });
    expect(rows['it.next']).toEqual([
      'A a=true c=-',
      'AB a=true c=-',
      'ABC a=true c=-',
      'BC a=- c=true',
      'C a=- c=true',
    ]);
  });

  test('a branch that stopped adds nothing to a union and leaves an exclusion as it is', async () => {
    const branch = (mode: 'union' | 'exclusion' | 'intersection') => ({
      a: { type: 'build-audience' as const, rule: { trait: 'a', eq: true }, next: 'it' },
      none: { type: 'build-audience' as const, rule: { trait: 'z', eq: 1 }, skip_empty: true, next: 'it' },
      it: { type: 'combine' as const, mode, primary: 'a' },
    });
    expect((await runCampaign(ctx, branch('union')))['it.next']).toEqual(['A', 'AB', 'ABC']);
    expect((await runCampaign(ctx, branch('exclusion')))['it.next']).toEqual(['A', 'AB', 'ABC']);
    expect(await runCampaign(ctx, branch('intersection'))).not.toHaveProperty('it.next');
  });
});

describe('deduplicate', () => {
  test('keeps one row of each group and puts the others out as the complement; emails compare without case', async () => {
    await addPeople(ctx, [
      { name: 'old', email: 'ann@a.org', score: 1 },
      { name: 'new', email: 'Ann@a.org', score: 9 },
      { name: 'unknown', email: 'ANN@a.org' },
      { name: 'Bob', email: 'bob@a.org', score: 2 },
    ]);
    const highest = await runCampaign(ctx, {
      all: everyone,
      it: { type: 'deduplicate', by: ['email'], prefer: { highest: 'score' }, complement: 'end' },
    });
    expect(highest['it.next']).toEqual(['Bob', 'new']);
    expect(highest['it.complement']).toEqual(['old', 'unknown']);
    const lowest = await runCampaign(ctx, {
      all: everyone,
      it: { type: 'deduplicate', by: ['email'], prefer: { lowest: 'score' }, keep: 2 },
    });
    expect(lowest['it.next']).toEqual(['Bob', 'new', 'old']);
  });

  test('rows without any value to compare are nobody duplicates; one empty value of several is a value', async () => {
    await addPeople(ctx, [
      { name: 'a', city: 'Paris' },
      { name: 'b', city: 'Paris' },
      { name: 'c', city: '' },
      { name: 'd' },
    ]);
    const byCity = {
      all: everyone,
      it: { type: 'deduplicate' as const, by: ['city', 'email'], prefer: { values: { name: ['b'] } } },
    };
    expect((await runCampaign(ctx, byCity))['it.next']).toEqual(['b', 'c', 'd']);
  });

  test('prefers filled values, the newest row, or values in an order', async () => {
    await addOrders(ctx, [
      { id: 'o1', customer: 'x', city: 'Rome', placed_at: '2026-01-01', total: 1 },
      { id: 'o2', customer: 'x', placed_at: '2026-02-01', total: 2 },
      { id: 'o3', customer: 'x', city: 'Oslo', placed_at: '2026-01-15' },
    ]);
    const kept = async (prefer: object) =>
      (await runCampaign(ctx, { all: orders, it: { type: 'deduplicate', by: ['customer'], prefer } as never }))[
        'it.next'
      ];
    expect(await kept({ newest: 'placed_at' })).toEqual(['o2']);
    expect(await kept({ oldest: 'placed_at' })).toEqual(['o1']);
    expect(await kept({ values: { city: ['Oslo', 'Rome'] } })).toEqual(['o3']);
    expect([['o1'], ['o2']]).toContainEqual(await kept({ non_empty: 'total' }));
  });
});

describe('split', () => {
  beforeEach(() =>
    addPeople(
      ctx,
      Array.from({ length: 25 }, (_, n) => ({ name: `p${String(n).padStart(2, '0')}`, n, vip: n >= 20 })),
    ),
  );
  const count = (rows: Record<string, string[]>) =>
    Object.fromEntries(Object.entries(rows).map(([name, list]) => [name.replace('it.', ''), list.length]));

  test('tries subsets in their order and gives what is left to the complement', async () => {
    const rows = await runCampaign(ctx, {
      all: everyone,
      it: {
        type: 'split',
        then: { zebra: { where: { trait: 'n', gte: 10 } }, ant: { where: { trait: 'n', gte: 5 } } },
        complement: 'end',
      },
    });
    expect(count(rows)).toEqual({ 'all.next': 25, zebra: 15, ant: 5, complement: 5 });
    expect(rows['it.ant']).toEqual(['p05', 'p06', 'p07', 'p08', 'p09']);
  });

  test('shares are exact counts, rounded half up, of what is left after the holdout', async () => {
    const rows = await runCampaign(ctx, {
      all: everyone,
      it: { type: 'split', holdout: '10%', then: { a: { limit: '50%' }, b: {} } },
    });
    expect(count(rows)).toEqual({ 'all.next': 25, holdout: 3, a: 11, b: 11 });
    const everybody = [...(rows['it.holdout'] ?? []), ...(rows['it.a'] ?? []), ...(rows['it.b'] ?? [])];
    expect(everybody.sort()).toEqual(rows['all.next']);
  });

  test('a limit with a sort takes the first rows; a share can be of the matching rows', async () => {
    const rows = await runCampaign(ctx, {
      all: everyone,
      it: {
        type: 'split',
        then: {
          top: { where: { trait: 'vip', eq: true }, limit: '50%', of: 'matching', sort: { highest: 'n' } },
          low: { limit: 2, sort: { lowest: 'n' } },
        },
        complement: 'end',
      },
    });
    expect(rows['it.top']).toEqual(['p22', 'p23', 'p24']);
    expect(rows['it.low']).toEqual(['p00', 'p01']);
    expect(rows['it.complement']).toHaveLength(20);
  });

  test('with overlap a row leaves with every subset that matches it', async () => {
    const rows = await runCampaign(ctx, {
      all: everyone,
      it: {
        type: 'split',
        overlap: true,
        then: { vip: { where: { trait: 'vip', eq: true } }, ten: { limit: 10, sort: { highest: 'n' } } },
        complement: 'end',
      },
    });
    expect(count(rows)).toEqual({ 'all.next': 25, vip: 5, ten: 10, complement: 15 });
    expect(rows['it.ten']).toEqual(expect.arrayContaining(rows['it.vip'] ?? []));
  });

  test('a rule may read columns that travel along, and chance repeats itself', async () => {
    const activities = {
      all: { ...everyone, columns: ['n'] },
      it: { type: 'split' as const, then: { low: { where: { column: 'n', lt: 20 }, limit: 7 } } },
    };
    const first = await runCampaign(ctx, activities);
    const second = await runCampaign(ctx, activities);
    expect(second).toEqual(first);
    const other = await runCampaign(ctx, { ...activities, it: { ...activities.it, seed: 'another' } });
    expect(other['it.low']).not.toEqual(first['it.low']);
  });
});

describe('change-dimension', () => {
  beforeEach(async () => {
    await addPeople(ctx, [{ name: 'Ann' }, { name: 'Bob' }, { name: 'Cid' }]);
    await addOrders(ctx, [
      { id: 'o1', customer: 'Ann', total: 10 },
      { id: 'o2', customer: 'Ann', total: 20 },
      { id: 'o3', customer: 'Bob', total: 30 },
      { id: 'o4', total: 40 },
    ]);
    await addLines(ctx, [
      { order: 'o1', line: 1, sku: 's1' },
      { order: 'o2', line: 1, sku: 's1' },
      { order: 'o2', line: 2, sku: 's2' },
      { order: 'o9', line: 1, sku: 's3' },
    ]);
  });

  test('from rows to their owners, each once; rows of nobody are the complement', async () => {
    const rows = await runCampaign(ctx, {
      all: orders,
      it: { type: 'change-dimension', to: 'profiles', complement: 'end' },
    });
    expect(rows['it.next']).toEqual(['Ann', 'Bob']);
    expect(rows['it.complement']).toEqual(['o4']);
  });

  test('duplicates can be kept, and added columns travel along', async () => {
    const rows = await runCampaign(ctx, {
      all: { ...orders, columns: ['total'] },
      it: { type: 'change-dimension', to: 'profiles', duplicates: 'keep' },
    });
    expect(rows['it.next']).toEqual(['Ann total=10', 'Ann total=20', 'Bob total=30']);
    const once = await runCampaign(ctx, {
      all: { ...orders, columns: ['total'] },
      it: { type: 'change-dimension', to: 'profiles' },
    });
    expect(once['it.next']).toHaveLength(2);
  });

  test('follows links through other tables, forwards and backwards', async () => {
    const people = await runCampaign(ctx, {
      all: { type: 'build-audience', on: 'lines', next: 'it' },
      it: { type: 'change-dimension', to: 'profiles', complement: 'end' },
    });
    expect(people['it.next']).toEqual(['Ann']);
    expect(people['it.complement']).toEqual(['o9/1']);
    const products = await runCampaign(ctx, {
      all: everyone,
      it: { type: 'change-dimension', to: 'products', through: ['orders', 'lines', 'product'], complement: 'end' },
    });
    expect(products['it.next']).toEqual(['s1', 's2']);
    expect(products['it.complement']).toEqual(['Bob', 'Cid']);
  });

  test('from people to their rows', async () => {
    const rows = await runCampaign(ctx, {
      all: everyone,
      it: { type: 'change-dimension', to: 'orders', complement: 'end' },
    });
    expect(rows['it.next']).toEqual(['o1', 'o2', 'o3']);
    expect(rows['it.complement']).toEqual(['Cid']);
  });
});

describe('save-audience and read-audience', () => {
  const members = (options: object) => ({
    all: { type: 'build-audience' as const, rule: { trait: 'n', gte: 2 }, next: 'save' },
    save: { type: 'save-audience' as const, audience: 'saved', ...options },
  });
  const read = { it: { type: 'read-audience' as const, audience: 'saved', columns: ['n'] } };

  test('a live run writes the audience, which can be read again; a test run writes nothing', async () => {
    await addPeople(
      ctx,
      [1, 2, 3].map((n) => ({ name: `p${n}`, n })),
    );
    await runCampaign(ctx, members({}), { mode: 'test' });
    await expect(runCampaign(ctx, read)).rejects.toThrow('There is no audience');
    await runCampaign(ctx, members({ columns: ['n'] }), { mode: 'live' });
    expect((await runCampaign(ctx, read))['it.next']).toEqual(['p2 n=2', 'p3 n=3']);
  });

  test('replace forgets who left, append keeps them', async () => {
    await addPeople(
      ctx,
      [1, 2, 3].map((n) => ({ name: `p${n}`, n })),
    );
    const only = (n: number, mode: string) => ({
      all: { type: 'build-audience' as const, rule: { trait: 'n', eq: n }, next: 'save' },
      save: { type: 'save-audience' as const, audience: 'saved', mode, columns: ['n'] } as never,
    });
    await runCampaign(ctx, only(1, 'create'), { mode: 'live' });
    await runCampaign(ctx, only(2, 'append'), { mode: 'live' });
    expect((await runCampaign(ctx, read))['it.next']).toEqual(['p1 n=1', 'p2 n=2']);
    await runCampaign(ctx, only(3, 'replace'), { mode: 'live' });
    expect((await runCampaign(ctx, read))['it.next']).toEqual(['p3 n=3']);
  });
});
