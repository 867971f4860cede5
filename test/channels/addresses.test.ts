import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isMailable, MAILABLE_PATTERN } from '../../src/core/channels/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const CUSTOMERS = join(import.meta.dirname, '../../../shared/data/customers.csv');

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
});
afterAll(() => ctx.close());

async function inDatabase(addresses: readonly string[]): Promise<boolean[]> {
  const rows = await ctx.db.query<{ mailable: boolean }>(
    sql`select address ~ ${MAILABLE_PATTERN} as mailable from unnest(${addresses}::text[]) with ordinality as t(address, n) order by n`,
  );
  return rows.map((row) => row.mailable);
}

it('PostgreSQL and JavaScript judge the same addresses as mailable', async () => {
  const pieces = fc.constantFrom(
    ...[
      'a',
      'Z',
      '9',
      '.',
      '..',
      '@',
      '-',
      '+',
      "'",
      '"',
      ' ',
      '\n',
      '\r\n',
      '/',
      '_',
      'ü',
      'ß',
      '例',
      '\u200b',
      '\u00a0',
    ],
    ...[
      'example',
      '.com',
      '.c',
      'x'.repeat(63),
      'y'.repeat(64),
      '@a.bc',
      '@bücher.example',
      '1',
      '😀',
      '[',
      '\\',
      '\u0001',
    ],
  );
  const address = fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(fc.array(address, { minLength: 50, maxLength: 200 }), async (addresses) => {
      expect(await inDatabase(addresses)).toEqual(addresses.map(isMailable));
    }),
    { numRuns: 30 },
  );
});

it('the 60 malformed addresses of the retailer are caught, and no other', (context) => {
  if (!existsSync(CUSTOMERS)) context.skip('the files of the retailer are not there');
  const [header, ...lines] = readFileSync(CUSTOMERS, 'utf8').trim().split('\n');
  const column = header?.split(',').indexOf('email') ?? -1;
  const addresses = lines.map((line) => line.split(',')[column] ?? '');
  expect(addresses.filter((address) => !isMailable(address))).toHaveLength(60);
  expect(addresses).toHaveLength(4372);
});
