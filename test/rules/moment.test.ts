import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { momentOf } from '../../src/core/rules/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

const two = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
const text = fc
  .tuple(
    fc.constantFrom('1000', '1900', '2000', '2023', '2024', '2026', '9999', '0999'),
    two(13),
    two(32),
    fc.constantFrom('', 'T', ' ', 't'),
    two(24),
    two(60),
    fc.constantFrom('', ':00', ':59', ':59.9', ':59.999999', ':59.9999999', ':60', ':5'),
    fc.constantFrom('', 'Z', '+02:00', '-0330', '+14', '+15:00', 'z'),
  )
  .map(([year, month, day, separator, hour, minute, second, zone]) =>
    separator === ''
      ? `${year}-${month}-${day}`
      : `${year}-${month}-${day}${separator}${hour}:${minute}${second}${zone}`,
  );

test('SQL and core read the same texts as the same instants', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const texts = fc
    .sample(fc.oneof(text, fc.string()), { numRuns: 20_000, seed })
    .filter((one) => !one.includes('\0') && !/\p{Surrogate}/u.test(one));
  const rows = await ctx.db.query<{ text: string; at: Date | null }>(
    sql`select text, moment_of(text) as at from unnest(${texts}::text[]) text`,
  );
  const differing = rows.filter((row) => (row.at === null ? undefined : row.at.getTime()) !== momentOf(row.text));
  expect(differing, `seed ${seed}`).toEqual([]);
  expect(rows.filter((row) => row.at !== null).length).toBeGreaterThan(1_000);
});
