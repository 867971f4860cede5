// Two implementations of one language: SQL over whole tables, and closures over facts in memory. Whatever rule and whatever data,
// they must name the same people. Set RULES_SEED to repeat a run and RULES_RUNS to hunt longer.
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { PROFILES } from '../../src/core/data/index.ts';
import { checkRule, compileRowClosure, type Facts, type Row, Rule } from '../../src/core/rules/index.ts';
import { id, raw, sql, toText } from '../../src/platform/sql/index.ts';
import { ruleCondition } from '../../src/services/rules/index.ts';
import { createTestContext } from '../support/context.ts';
import { lineRule, orderRule, profileRule } from './rules.ts';
import { CATALOG, factsOf, NOW, storeWorld, worldArbitrary } from './world.ts';

const seed = Number(process.env.RULES_SEED ?? Math.floor(Math.random() * 2 ** 31));
const rulesPerWorld = Number(process.env.RULES_RUNS ?? 150);
const WORLDS = 2;

const ctx = await createTestContext();
afterAll(() => ctx.close());

type Case = {
  readonly on: string;
  readonly from: string;
  readonly key: string;
  readonly rows: readonly { readonly key: number; readonly facts: Facts; readonly row: Row }[];
  readonly source?: 'table' | 'population';
};

async function compare({ on, from, key, rows, source }: Case, rule: Rule) {
  const parsed = Rule.parse(rule);
  expect(checkRule({ rule: parsed, catalog: CATALOG, on })).toEqual([]);
  const closure = compileRowClosure({ rule: parsed, catalog: CATALOG, on });
  const expected = rows.filter(({ facts, row }) => closure(facts, row, NOW)).map((each) => each.key);
  const condition = ruleCondition({
    rule: parsed,
    catalog: CATALOG,
    on,
    alias: 't',
    now: NOW,
    ...(source ? { source } : {}),
  });
  const statement = sql`select t.${id(key)} as key from ${raw(from)} t where ${condition} order by 1`;
  const found = await ctx.db.query<{ key: number }>(statement).catch((error: Error) => {
    throw new Error(`${error.message}\n${toText(statement)}`);
  });
  const keys = found.map((each) => each.key);
  if (JSON.stringify(keys) !== JSON.stringify(expected)) {
    throw new Error(`SQL found ${keys}; the closure ${expected}.\n${toText(statement)}`);
  }
}

console.log(
  `rules: RULES_SEED=${seed}, ${rulesPerWorld} rules of people and ${2 * Math.ceil(rulesPerWorld / 3)} of rows in each of ${WORLDS} worlds`,
);

for (const [index, world] of fc.sample(worldArbitrary, { numRuns: WORLDS, seed }).entries()) {
  test(`SQL and closure name the same people and rows (world ${index + 1}, seed ${seed})`, async () => {
    await storeWorld(ctx, world);
    const { people, orders, lines } = factsOf(world);
    const everyone = people.map((facts, position) => ({ key: position + 1, facts, row: {} }));
    const nobody = people[0];
    if (!nobody) throw new Error('A world without people proves nothing.');
    const asked = (rule: fc.Arbitrary<Rule>, runs: number, one: Case) =>
      fc.assert(
        fc.asyncProperty(rule, (generated) => compare(one, generated)),
        { numRuns: runs, seed: seed + index, interruptAfterTimeLimit: 3_600_000 },
      );
    const third = Math.ceil(rulesPerWorld / 3);
    await asked(profileRule, rulesPerWorld - third, {
      on: PROFILES,
      from: 'profile',
      key: 'profile_id',
      rows: everyone,
      source: 'table',
    });
    await asked(profileRule, third, {
      on: PROFILES,
      from: 'work.people',
      key: 'profile_id',
      rows: everyone,
      source: 'population',
    });
    const ordersOf = orders.map((row) => ({
      key: Number(row.order_no),
      row,
      facts: people[Number(row.owner ?? 0)] ?? nobody,
    }));
    await asked(orderRule, third, { on: 'orders', from: 'data.orders', key: 'order_no', rows: ordersOf });
    const linesOf = lines.map((row) => ({ key: Number(row.line_no), row, facts: nobody }));
    await asked(lineRule, third, { on: 'lines', from: 'data.lines', key: 'line_no', rows: linesOf });
  }, 3_600_000);
}
