import { expect, test } from 'vitest';
import type { Catalog } from '../data/index.ts';
import { type Facts, NO_ROWS, type Rule } from '../rules/index.ts';
import { turningMoment } from './index.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-02T09:00:00Z');
const CATALOG: Catalog = {
  tables: new Map(),
  traits: [],
  audiences: [],
  campaigns: [],
  eventNames: ['Ordered'],
  channels: [],
  templates: [],
  endpoints: [],
};

function person(orders: readonly number[]): Facts {
  return {
    profile: { email: null, phone: null, locale: null, time_zone: null, created_at: NOW, updated_at: NOW },
    traits: {},
    events: orders.map((days) => ({ name: 'Ordered', at: NOW - days * DAY, properties: {} })),
    rows: NO_ROWS,
    audiences: new Set(),
    consents: [],
    messages: [],
    reactions: [],
    suppressed: new Set(),
  };
}
const turning = (rule: Rule, orders: readonly number[]) =>
  turningMoment({ rule, catalog: CATALOG, facts: person(orders), now: NOW });

const TWICE_A_SEASON: Rule = { event: 'Ordered', within: '90d', count: { gte: 2 } };
const LAPSED: Rule = { all: [TWICE_A_SEASON, { none: [{ event: 'Ordered', within: '30d' }] }] };

test('who is in leaves the moment after the second newest order is too old', () => {
  expect(turning(LAPSED, [40, 50, 80])).toBe(NOW + 40 * DAY + 1);
});

test('who is out because of an order enters when it is old enough', () => {
  expect(turning(LAPSED, [10, 20])).toBe(NOW + 20 * DAY + 1);
});

test('who would need another order never changes by waiting', () => {
  expect(turning(LAPSED, [10])).toBeUndefined();
});
