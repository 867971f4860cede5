import { expect, test } from 'vitest';
import { eventOfRow } from '../../src/core/ingest/index.ts';

test('a column of the history is a property, whatever it is called', () => {
  expect(eventOfRow(['event', 'userId', 'constructor'], ['a', 'u', 'x'])).toMatchObject({
    properties: { constructor: 'x' },
  });
});
