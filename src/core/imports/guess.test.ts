import { expect, test } from 'vitest';
import { type FoundColumn, guessKeys, guessPeople, guessRows } from './index.ts';

const column = (name: string, ...samples: string[]): FoundColumn => ({ name, type: 'text', samples });

test('a file of customers is understood by its header', () => {
  const columns = [
    column('Customer ID', '1', '2'),
    column('E-mail', 'a@example.com', 'b@example.com'),
    column('Language', 'en', 'fr'),
    column('First name', 'Ava', 'Leo'),
    column('Newsletter', 'yes', 'no'),
    column('Marketing notes', 'called twice'),
  ];
  expect(guessPeople(columns).map(({ as, name }) => `${as} ${name}`)).toEqual([
    'identity customer_id',
    'column email',
    'column locale',
    'trait first_name',
    'consent email',
    'trait marketing_notes',
  ]);
});

test('an address names the person when no number does', () => {
  const columns = [column('id', '7', '7'), column('email', 'a@example.com')];
  expect(guessPeople(columns)).toEqual([
    { as: 'trait', name: 'id' },
    { as: 'identity', name: 'email' },
  ]);
});

test('rows go into the columns of their names; what the table lacks stays out', () => {
  const columns = [column('Order ID', 'A', 'B'), column('total', '1', '1'), column('note')];
  expect(guessRows(columns, new Set(['order_id', 'total']))).toEqual([
    { as: 'column', name: 'order_id' },
    { as: 'column', name: 'total' },
    { as: 'nothing', name: 'note' },
  ]);
});

test('of rows the key is what stands once each, the owner what is called like a person', () => {
  const columns = [column('Customer', '1', '1'), column('total', '3', '4'), column('order_no', 'A', 'B')];
  expect(guessKeys(columns)).toEqual({
    key: 'order_no',
    owner: { column: 'customer', namespace: 'customer_id' },
  });
});
