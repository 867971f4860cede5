import { expect, test } from 'vitest';
import { type Rule, sentenceOf } from './index.ts';

const EXAMPLES: readonly (readonly [Rule, string])[] = [
  [{ trait: 'country', in: ['France', 'Belgium'] }, 'country is "France" or "Belgium"'],
  [{ trait: 'birth_date', anniversary: '7d' }, 'birth date comes round within the next 7 days'],
  [{ trait: 'email', empty: false }, 'email is filled'],
  [
    {
      all: [
        { trait: 'score', gte: 10, lt: 20 },
        { trait: 'vip', eq: true },
      ],
    },
    'score is at least 10 and is less than 20 and vip is true',
  ],
  [
    {
      any: [
        { trait: 'country', eq: 'France' },
        {
          all: [
            { trait: 'vip', eq: true },
            { trait: 'score', gt: 5 },
          ],
        },
      ],
    },
    'either country is "France" or (vip is true and score is more than 5)',
  ],
  [
    { event: 'Order Completed', where: { total: { gte: 50 } }, within: '365d', count: { gte: 3 } },
    'the number of "Order Completed" where total is at least 50 in the last 365 days is at least 3',
  ],
  [{ none: [{ event: 'Order Completed', within: '60d' }] }, 'not (did "Order Completed" in the last 60 days)'],
  [
    {
      none: [
        { trait: 'a', eq: 1 },
        { trait: 'b', eq: 2 },
      ],
    },
    'none of (a is 1; b is 2)',
  ],
  [
    { event: ['Viewed', 'Ordered'], since: '-7d', sum: { of: 'total', gte: 100 } },
    'the sum of total of "Viewed" or "Ordered" since 7 days ago is at least 100',
  ],
  [{ event: 'Ordered', last: { before: '-30d' } }, 'the last "Ordered" is before 30 days ago'],
  [{ event: 'Ordered', first: { of: 'channel', eq: 'shop' } }, 'the channel of the first "Ordered" is "shop"'],
  [
    { event: 'Ordered', max: { of: 'total', gt: 99.5 }, distinct: { of: 'sku', gte: 3 } },
    'the largest total of "Ordered" is more than 99.5 and the number of different sku of "Ordered" is at least 3',
  ],
  [
    { sequence: [{ event: 'Viewed' }, { event: 'Ordered', within: '1d' }], within: '30d' },
    'did "Viewed", then within 1 day "Ordered" in the last 30 days',
  ],
  [
    {
      has: 'orders',
      where: {
        all: [
          { column: 'status', eq: 'paid' },
          { column: 'total', gte: 100 },
        ],
      },
    },
    'has orders (where status is "paid" and total is at least 100)',
  ],
  [
    { has: 'orders', count: { gte: 3 }, sum: { of: 'total', gte: 500 } },
    'the number of orders is at least 3 and the sum of total of orders is at least 500',
  ],
  [
    { has: 'orders.lines', where: { link: 'product', where: { column: 'category', eq: 'a' } }, count: { eq: 0 } },
    'the number of orders > lines (where its product (where category is "a")) is 0',
  ],
  [{ audience: 'vips' }, 'is in the audience "vips"'],
  [
    { message: 'spring', reaction: 'clicked', within: '30d' },
    'has messages clicked of campaign "spring" in the last 30 days',
  ],
  [
    { message: '*', state: 'sent', within: '7d', count: { gte: 3 } },
    'the number of messages sent in the last 7 days is at least 3',
  ],
  [{ consent: 'email', topic: 'news' }, 'agrees to email about "news"'],
  [{ consent: 'sms', is: 'refused' }, 'refuses sms'],
  [{ reachable: 'email' }, 'can be reached by email'],
  [{ all: [] }, 'everyone'],
];

test.each(EXAMPLES)('%j reads as a sentence', (rule, sentence) => {
  expect(sentenceOf(rule)).toBe(sentence);
});

const LAPSED: Rule = {
  all: [
    { event: 'Order Completed', within: '90d', count: { gte: 2 } },
    { none: [{ event: 'Order Completed', within: '1d' }] },
    { trait: 'country', in: ['France', 'Spain'] },
  ],
};

test.each([
  [
    'fr',
    'le nombre de « Order Completed » au cours des 90 derniers jours est au moins 2, (pas (a fait « Order Completed » au cours du dernier jour)) et country est « France » ou « Spain »',
  ],
  [
    'es',
    'el número de «Order Completed» en los últimos 90 días es al menos 2, (no (hizo «Order Completed» en el último día)) y country es «France» o «Spain»',
  ],
  [
    'pt',
    'o número de “Order Completed” nos últimos 90 dias é no mínimo 2, (não (fez “Order Completed” no último dia)) e country é “France” ou “Spain”',
  ],
] as const)('a rule reads in the language %s', (language, sentence) => {
  expect(sentenceOf(LAPSED, undefined, language)).toBe(sentence);
});
