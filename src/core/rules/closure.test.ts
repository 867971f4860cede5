import { describe, expect, test } from 'vitest';
import type { Catalog } from '../data/index.ts';
import { type Comparison, compileClosure, type Facts, NO_ROWS, Rule } from './index.ts';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const DAY_MS = 86_400_000;
const CATALOG: Catalog = {
  tables: new Map(),
  traits: [],
  audiences: [],
  campaigns: [],
  eventNames: [],
  channels: [],
  templates: [],
};
const NOBODY: Facts = {
  profile: {
    email: 'a@example.com',
    phone: null,
    locale: null,
    time_zone: null,
    created_at: NOW - DAY_MS,
    updated_at: NOW,
  },
  traits: {},
  events: [],
  rows: NO_ROWS,
  audiences: new Set(),
  consents: [],
  messages: [],
  reactions: [],
  suppressed: new Set(),
};
const holds = (rule: Rule, facts: Partial<Facts>) =>
  compileClosure(Rule.parse(rule), CATALOG)({ ...NOBODY, ...facts }, NOW);

describe('one value', () => {
  const EXAMPLES: readonly (readonly [value: unknown, comparison: Comparison, expected: boolean])[] = [
    ['France', { eq: 'France' }, true],
    ['france', { eq: 'France' }, false],
    [5, { eq: '5' }, false],
    ['5', { gt: 4 }, false],
    [undefined, { eq: 'France' }, false],
    [undefined, { ne: 'France' }, true],
    [null, { not_in: ['France'] }, true],
    [undefined, { lt: 10 }, false],
    [0.1, { between: [0.1, 0.3] }, true],
    [1e-7, { gt: 0 }, true],
    ['\u{1F600}', { gt: '\uffee' }, true],
    ['', { empty: true }, true],
    [0, { empty: true }, false],
    [[], { empty: true }, true],
    ['France', { starts_with: 'Fr', contains: 'an' }, true],
    ['100%', { like: '100\\%' }, true],
    ['1000', { like: '100\\%' }, false],
    ['caf\u00e9', { like: 'caf_' }, true],
    ['2026-02-20', { within: '30d' }, true],
    ['2026-03-03', { within: '30d' }, false],
    ['2026-02-30', { within: '30d' }, false],
    ['2026-02-20', { before: '-10d' }, true],
    ['2026-03-02T10:00:00+02:00', { before: 'now' }, true],
    ['1990-03-05', { anniversary: '3d' }, true],
    ['1990-03-06', { anniversary: '3d' }, false],
    [true, { in: [true, 'yes'] }, true],
  ];
  test.each(EXAMPLES)('%j %j is %s', (value, comparison, expected) => {
    expect(holds({ trait: 'value', ...comparison }, { traits: value === undefined ? {} : { value } })).toBe(expected);
  });

  test('a reserved column is addressed like a trait, a nested trait by its path', () => {
    expect(holds({ trait: 'email', eq: 'a@example.com' }, {})).toBe(true);
    expect(holds({ trait: 'created_at', within: '1d' }, {})).toBe(true);
    expect(holds({ trait: 'address.city', eq: 'Lyon' }, { traits: { address: { city: 'Lyon' } } })).toBe(true);
  });
});

describe('events', () => {
  const ordered = (daysAgo: number, properties: Record<string, unknown> = {}) => ({
    name: 'Ordered',
    at: NOW - daysAgo * DAY_MS,
    properties,
  });
  const viewed = (daysAgo: number) => ({ ...ordered(daysAgo), name: 'Viewed' });
  const EXAMPLES: readonly (readonly [name: string, rule: Rule, events: Facts['events'], expected: boolean])[] = [
    ['an event in the future has not happened', { event: 'Ordered' }, [ordered(-1)], false],
    ['the edge of a window is inside', { event: 'Ordered', within: '7d' }, [ordered(7)], true],
    ['the end of a span is outside', { event: 'Ordered', between: ['-9d', '-7d'] }, [ordered(7)], false],
    ['nobody at all has fewer than three', { event: 'Ordered', count: { lt: 3 } }, [], true],
    ['the sum of nothing is zero', { event: 'Ordered', sum: { of: 'total', lte: 0 } }, [], true],
    ['there is no average of nothing', { event: 'Ordered', average: { of: 'total', lt: 100 } }, [], false],
    [
      'decimals add up exactly',
      { event: 'Ordered', sum: { of: 'total', eq: 0.3 } },
      [ordered(2, { total: 0.1 }), ordered(1, { total: 0.2 })],
      true,
    ],
    [
      'texts are no numbers to a sum',
      { event: 'Ordered', sum: { of: 'total', eq: 1 } },
      [ordered(2, { total: 1 }), ordered(1, { total: '5' })],
      true,
    ],
    [
      'an average is compared without rounding',
      { event: 'Ordered', average: { of: 'total', gt: 0.3333333333333333 } },
      [ordered(3, { total: 1 }), ordered(2, { total: 0 }), ordered(1, { total: 0 })],
      true,
    ],
    [
      'the last event decides',
      { event: 'Ordered', last: { of: 'shop', eq: 'b' } },
      [ordered(2, { shop: 'a' }), ordered(1, { shop: 'b' })],
      true,
    ],
    [
      'two spellings of a number are one value',
      { event: 'Ordered', distinct: { of: 'total', eq: 1 } },
      [ordered(2, { total: 1 }), ordered(1, { total: 1.0 })],
      true,
    ],
    [
      'two aggregates must both hold',
      { event: 'Ordered', count: { gte: 2 }, max: { of: 'total', gte: 5 } },
      [ordered(2, { total: 9 })],
      false,
    ],
    [
      'a chain needs its order',
      { sequence: [{ event: 'Viewed' }, { event: 'Ordered' }] },
      [ordered(2), viewed(1)],
      false,
    ],
    [
      'a chain needs its haste',
      { sequence: [{ event: 'Viewed' }, { event: 'Ordered', within: '1d' }] },
      [viewed(5), viewed(3), ordered(1)],
      false,
    ],
    [
      'any start of a chain will do',
      { sequence: [{ event: 'Viewed' }, { event: 'Ordered', within: '1d' }] },
      [viewed(5), viewed(2), ordered(1)],
      true,
    ],
  ];
  test.each(EXAMPLES)('%s', (_name, rule, events, expected) => {
    expect(holds(rule, { events })).toBe(expected);
  });
});

describe('consent and reach', () => {
  const said = (topic: string, status: 'granted' | 'refused') => ({ channel: 'email', topic, status });
  const EXAMPLES: readonly (readonly [name: string, rule: Rule, facts: Partial<Facts>, expected: boolean])[] = [
    ['a channel covers its topics', { consent: 'email', topic: 'news' }, { consents: [said('', 'granted')] }, true],
    [
      'a refused topic stays refused',
      { consent: 'email', topic: 'news' },
      { consents: [said('', 'granted'), said('news', 'refused')] },
      false,
    ],
    [
      'a refused channel outweighs a topic',
      { consent: 'email', topic: 'news' },
      { consents: [said('', 'refused'), said('news', 'granted')] },
      false,
    ],
    [
      'a topic says nothing of the channel',
      { consent: 'email', is: 'unknown' },
      { consents: [said('news', 'granted')] },
      true,
    ],
    [
      'consent and an address make a person reachable',
      { reachable: 'email' },
      { consents: [said('', 'granted')] },
      true,
    ],
    [
      'a suppressed address does not',
      { reachable: 'email' },
      { consents: [said('', 'granted')], suppressed: new Set(['email']) },
      false,
    ],
    ['silence does not', { reachable: 'email' }, {}, false],
  ];
  test.each(EXAMPLES)('%s', (_name, rule, facts, expected) => {
    expect(holds(rule, facts)).toBe(expected);
  });
});
