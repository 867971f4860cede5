import fc from 'fast-check';
import type { ColumnType } from '../../src/core/data/index.ts';
import type { Rule } from '../../src/core/rules/index.ts';
import { CATALOG, EVENTS, NUMBERS, TEXTS, TRAITS } from './world.ts';

const text = fc.constantFrom(...TEXTS);
const number = fc.constantFrom(...NUMBERS);
const scalar = fc.oneof(text, number, fc.boolean());
const ordered = fc.oneof(text, number);
const duration = fc.constantFrom('6h', '1d', '3d', '7d', '30d', '20m', '0s');
const moment = fc.constantFrom('now', '-1d', '-7d', '+1d', '2026-03-01', '2026-02-20T10:00:00Z', '-30d');
const pattern = fc.constantFrom('%', '', '_', 'F%', '%r', 'a\\%b%', '%a%c%', '__', '%é%', '_%_');

const operator = (name: string, operand: fc.Arbitrary<unknown>) => operand.map((value) => ({ [name]: value }));
const both = (name: string, operand: fc.Arbitrary<unknown>) =>
  fc.oneof(operator(name, operand), operator(`not_${name}`, operand));
const orders = (operand: fc.Arbitrary<unknown>) =>
  fc.oneof(
    ...['gt', 'gte', 'lt', 'lte'].map((name) => operator(name, operand)),
    operator('between', fc.tuple(operand, operand)),
  );
const texts = fc.oneof(
  both('starts_with', text),
  both('contains', fc.constantFrom('F', 'r', '', 'é', '%')),
  both('like', pattern),
);
const moments = fc.oneof(
  both('within', duration),
  operator('before', moment),
  operator('after', moment),
  operator('anniversary', duration),
);
const empty = operator('empty', fc.boolean());
const equals = (operand: fc.Arbitrary<unknown>) =>
  fc.oneof(
    operator('eq', operand),
    operator('ne', operand),
    both('in', fc.array(operand, { minLength: 1, maxLength: 3 })),
    empty,
  );

/** Comparisons that a column of the type may be asked; of json, everything. */
function comparison(type: ColumnType): fc.Arbitrary<object> {
  const single = () => {
    switch (type) {
      case 'text':
        return fc.oneof(equals(text), orders(text), texts, moments);
      case 'integer':
      case 'decimal':
        return fc.oneof(equals(number), orders(number));
      case 'boolean':
        return equals(fc.boolean());
      case 'date':
      case 'timestamp':
        return fc.oneof(equals(moment), orders(moment), moments);
      case 'json':
        return fc.oneof(equals(scalar), orders(ordered), texts, moments);
    }
  };
  return fc
    .tuple(single(), fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, single()))
    .map(([one, other]) => ({ ...one, ...other }));
}

const numberComparison = fc.oneof(
  ...['eq', 'ne', 'gt', 'gte', 'lt', 'lte'].map((name) =>
    operator(name, fc.constantFrom(0, 1, 2, 3, 0.3, 100, -5, 2.5)),
  ),
  operator('between', fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(1, 3, 200))),
);
const momentComparison = fc.oneof(both('within', duration), operator('before', moment), operator('after', moment));

const path = fc.constantFrom('x', 'total', 'total', 'deep.z', 'x.0');
const withOf = (of: fc.Arbitrary<string>, test: fc.Arbitrary<object>) =>
  fc.tuple(of, test).map(([name, one]) => ({ of: name, ...one }));

function aggregates(input: {
  numbers: fc.Arbitrary<string>;
  moments: fc.Arbitrary<string>;
  any: fc.Arbitrary<string>;
}) {
  const extreme = fc.oneof(withOf(input.numbers, numberComparison), withOf(input.moments, momentComparison));
  return fc.record(
    {
      count: numberComparison,
      sum: withOf(input.numbers, numberComparison),
      average: withOf(input.numbers, numberComparison),
      min: extreme,
      max: extreme,
      distinct: withOf(input.any, numberComparison),
    },
    { requiredKeys: [] },
  );
}
/** Usually one aggregate or none; the record above would mostly have several. */
const few = (all: fc.Arbitrary<object>) =>
  fc
    .tuple(all, fc.nat(9))
    .map(([one, choice]) => Object.fromEntries(Object.entries(one).slice(0, choice > 7 ? 2 : choice > 2 ? 1 : 0)));

const window = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  duration.map((within) => ({ within })),
  moment.map((since) => ({ since })),
  fc.tuple(moment, moment).map(([since, before]) => ({ since, before })),
  fc.tuple(moment, moment).map((between) => ({ between })),
);
const eventName = fc.oneof(fc.constantFrom(...EVENTS), fc.constant(['Viewed', 'Returned']));
const where = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.tuple(path, fc.oneof(scalar, comparison('json'))).map(([name, test]) => ({ where: { [name]: test } })),
);
const edge = fc.oneof(withOf(path, comparison('json')), comparison('timestamp'));
const eventAggregates = fc.oneof(
  few(aggregates({ numbers: path, moments: path, any: path })),
  edge.map((first) => ({ first })),
  edge.map((last) => ({ last })),
);
const event = fc
  .tuple(eventName, where, window, eventAggregates)
  .map(([name, test, span, rest]) => ({ event: name, ...test, ...span, ...rest }));
/** Conditions about the same events that differ in their windows and in what they count or add up. */
const addedUp = fc.record({
  count: numberComparison,
  sum: withOf(path, numberComparison),
  average: withOf(path, numberComparison),
});
const kindred = fc
  .tuple(
    eventName,
    where,
    fc.array(
      fc.tuple(
        fc.oneof(
          window,
          duration.map((within) => ({ within })),
        ),
        few(addedUp),
      ),
      { minLength: 2, maxLength: 5 },
    ),
  )
  .map(([name, test, variants]) => variants.map(([span, rest]) => ({ event: name, ...test, ...span, ...rest })));
const step = fc
  .tuple(eventName, where, fc.option(duration, { nil: undefined }))
  .map(([name, test, within]) => ({ event: name, ...test, ...(within ? { within } : {}) }));
const sequence = fc
  .tuple(fc.array(step, { minLength: 2, maxLength: 3 }), window)
  .map(([steps, span]) => ({ sequence: steps, ...span }));

const trait = fc
  .oneof(
    fc.tuple(fc.constantFrom(...TRAITS), comparison('json')),
    fc.tuple(fc.constantFrom('email', 'phone', 'locale'), comparison('text')),
    fc.tuple(fc.constantFrom('created_at'), comparison('timestamp')),
  )
  .map(([name, test]) => ({ trait: name, ...test }));
const message = fc
  .tuple(
    fc.constantFrom('*', 'spring', 'summer'),
    fc.oneof(fc.constant({}), fc.constant({ activity: 'mail' })),
    fc.oneof(
      fc.constantFrom({}, { state: 'sent' }, { state: 'failed', reason: 'because' }, { state: 'excluded' }),
      fc.constantFrom({ reaction: 'opened' }, { reaction: 'clicked' }, { reaction: 'opened', machine: true }),
    ),
    fc.oneof(
      fc.constant({}),
      duration.map((within) => ({ within })),
      moment.map((since) => ({ since })),
    ),
    fc.option(
      numberComparison.map((count) => ({ count })),
      { nil: {}, freq: 3 },
    ),
  )
  .map(([key, activity, state, span, count]) => ({ message: key, ...activity, ...state, ...span, ...count }));
const topic = fc.oneof(fc.constant({}), fc.constant({ topic: 'news' }));
const consent = fc
  .tuple(
    fc.constantFrom('email', 'sms'),
    topic,
    fc.constantFrom({}, { is: 'granted' }, { is: 'refused' }, { is: 'unknown' }),
  )
  .map(([channel, about, is]) => ({ consent: channel, ...about, ...is }));
const reachable = fc
  .tuple(fc.constantFrom('email', 'sms'), topic)
  .map(([channel, about]) => ({ reachable: channel, ...about }));
const audience = fc.constantFrom(...CATALOG.audiences).map((key) => ({ audience: key }));

function column(table: string): fc.Arbitrary<object> {
  const columns = CATALOG.tables.get(table)?.columns ?? [];
  const own = columns.map(({ name, type }) => comparison(type).map((test) => ({ column: name, ...test })));
  const parts = table === 'orders' ? ['extra.gift', 'extra.0', 'extra.length'] : [];
  const inside = parts.map((part) => comparison('json').map((test) => ({ column: part, ...test })));
  return fc.oneof(...own, ...inside);
}
const numbersOf: Record<string, string[]> = {
  orders: ['total', 'units', 'extra'],
  lines: ['price', 'line_no'],
  products: ['price'],
};
const momentsOf: Record<string, string[]> = {
  orders: ['ordered_at', 'due_on', 'extra'],
  lines: ['sku'],
  products: ['sku'],
};
function rowAggregates(table: string) {
  const names = (CATALOG.tables.get(table)?.columns ?? []).map((one) => one.name).filter((name) => name !== 'due_on');
  return few(
    aggregates({
      numbers: fc.constantFrom(...(numbersOf[table] ?? [])),
      moments: fc.constantFrom(...(momentsOf[table] ?? [])),
      any: fc.constantFrom(...names),
    }),
  );
}
const has = (name: string, table: string, tie: fc.Arbitrary<object>) =>
  fc
    .tuple(fc.option(tie, { nil: undefined, freq: 2 }), rowAggregates(table))
    .map(([inner, rest]) => ({ has: name, ...(inner ? { where: inner } : {}), ...rest }));
const link = (name: string, tie: fc.Arbitrary<object>) =>
  fc.option(tie, { nil: undefined, freq: 3 }).map((inner) => ({ link: name, ...(inner ? { where: inner } : {}) }));
const groups = (tie: fc.Arbitrary<object>) =>
  fc
    .tuple(fc.constantFrom('all', 'any', 'none'), fc.array(tie, { maxLength: 3, minLength: 0 }))
    .map(([name, rules]) => ({ [name]: rules }));

const made = fc.letrec<Record<'profiles' | 'orders' | 'lines' | 'products', object>>((tie) => ({
  profiles: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    trait,
    event,
    sequence,
    message,
    fc.oneof(consent, reachable, audience),
    has('orders', 'orders', tie('orders')),
    fc.oneof(has('orders.lines', 'lines', tie('lines')), has('orders.lines.product', 'products', tie('products'))),
    { weight: 4, arbitrary: groups(tie('profiles')) },
  ),
  orders: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 3, arbitrary: column('orders') },
    has('lines', 'lines', tie('lines')),
    has('lines.product', 'products', tie('products')),
    { weight: 2, arbitrary: groups(tie('orders')) },
    tie('profiles').map((rule) => ({ profile: rule })),
  ),
  lines: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 3, arbitrary: column('lines') },
    link('order', tie('orders')),
    link('product', tie('products')),
    groups(tie('lines')),
  ),
  products: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 3, arbitrary: column('products') },
    has('lines', 'lines', tie('lines')),
    groups(tie('products')),
  ),
}));

export const profileRule = made.profiles as fc.Arbitrary<Rule>;
export const orderRule = made.orders as fc.Arbitrary<Rule>;
export const lineRule = made.lines as fc.Arbitrary<Rule>;
/** Rules that are about the same events. */
export const kindredRules = kindred as unknown as fc.Arbitrary<Rule[]>;
