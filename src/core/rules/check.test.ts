import { expect, test } from 'vitest';
import { type Catalog, catalogTables, TableDefinition } from '../data/index.ts';
import { type AppError, parseWith, verbatim } from '../kernel/index.ts';
import { checkRule, Rule, ruleWarnings } from './index.ts';

const CATALOG: Catalog = {
  tables: catalogTables(
    [
      {
        kind: 'table',
        key: 'orders',
        columns: { order_no: 'integer', customer: 'text', total: 'decimal', ordered_at: 'timestamp' },
        primary_key: 'order_no',
        identity: { column: 'customer', namespace: 'crm' },
      },
      {
        kind: 'table',
        key: 'lines',
        columns: { order_no: 'integer', line_no: 'integer', sku: 'text' },
        primary_key: ['order_no', 'line_no'],
        links: { order: { to: 'orders', on: { order_no: 'order_no' } } },
      },
    ].map((definition) => TableDefinition.parse(definition)),
  ),
  traits: [{ name: 'country', type: 'text' }],
  audiences: ['a', 'b', 'c'],
  audienceRules: new Map<string, unknown>([
    ['a', { audience: 'b' }],
    ['b', { none: [{ audience: 'a' }] }],
  ]),
  campaigns: ['spring'],
  eventNames: ['Order Completed'],
  channels: [],
  templates: [],
};

const parseProblems = (input: unknown) => {
  try {
    parseWith(Rule, input, verbatim('The rule'));
    return [];
  } catch (error) {
    return (error as AppError).problems.map(({ path, message, suggestion }) => [path, suggestion ?? message]);
  }
};

test.each([
  [{ trait: 'x', gteq: 5, eq: 1 }, [['gteq', 'gte']]],
  [{ all: [{ event: 'A', cout: { gte: 3 } }] }, [['all.0.cout', 'count']]],
  [{ event: 'A', within: '30 days' }, [['within', 'must be a duration such as 90m, 12h, 30d or P3DT4H']]],
  [{ trat: 'x' }, [['', 'Names no condition; did you mean "trait"?']]],
  [{ trait: 'x', event: 'y' }, [['', 'Says trait and event at once; join two conditions with "all".']]],
  [{ trait: 'x', like: 'a\\' }, [['like', 'ends with a lone backslash; write two for one']]],
])('%j is refused where it is wrong', (input, problems) => {
  expect(parseProblems(input)).toEqual(problems);
});

test('a rule that nests without end is refused before it can exhaust the stack', () => {
  let rule: object = { trait: 'x', eq: 1 };
  for (let depth = 0; depth < 90; depth++) rule = { none: [rule] };
  expect(parseProblems(rule)).toEqual([['', 'Rules nest at most 40 deep.']]);
});

test.each<[Rule, string | undefined, string, string | undefined]>([
  [{ has: 'order' }, undefined, 'has', 'orders'],
  [{ has: 'orders.line' }, undefined, 'has', 'lines'],
  [{ has: 'lines' }, undefined, 'has', undefined],
  [{ has: 'orders', where: { column: 'totl', gte: 5 } }, undefined, 'where.column', 'total'],
  [{ has: 'orders', where: { column: 'total', gte: 'much' } }, undefined, 'where.gte', undefined],
  [{ has: 'orders', sum: { of: 'ordered_at', gte: 5 } }, undefined, 'sum.of', undefined],
  [{ has: 'orders', where: { trait: 'country', eq: 'France' } }, undefined, 'where', undefined],
  [{ audience: 'a' }, undefined, 'audience', undefined],
  [{ message: 'sprng' }, undefined, 'message', 'spring'],
  [{ trait: 'created_at', contains: '2026' }, undefined, 'contains', undefined],
  [{ profile: { trait: 'country', eq: 'France' } }, undefined, 'profile', undefined],
  [{ profile: { trait: 'country', eq: 'France' } }, 'lines', 'profile', undefined],
  [{ column: 'spend', gte: 5 }, undefined, 'column', 'spent'],
])('%j is reported at its path', (rule, on, path, suggestion) => {
  const columns = [{ name: 'spent', type: 'decimal' as const }];
  const problems = checkRule({ rule: Rule.parse(rule), catalog: CATALOG, columns, ...(on ? { on } : {}) });
  expect(problems.map((problem) => [problem.path, problem.suggestion])).toEqual([[path, suggestion]]);
});

test('traits and events that nobody has yet are warnings, and errors only when asked', () => {
  const rule: Rule = { all: [{ trait: 'contry', eq: 'France' }, { event: 'Order Complete' }] };
  expect(checkRule({ rule, catalog: CATALOG })).toEqual([]);
  expect(ruleWarnings({ rule, catalog: CATALOG }).map((warning) => warning.suggestion)).toEqual([
    'country',
    'Order Completed',
  ]);
  expect(checkRule({ rule, catalog: CATALOG, strict: true })).toHaveLength(2);
});
