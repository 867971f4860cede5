import { afterAll, expect, test } from 'vitest';
import { bucketOf } from '../../src/platform/crypto.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

test('TypeScript and SQL put an identity into the same bucket', async () => {
  const identities = ['', 'a', 'customer:17850', 'Zoë@Example.com', '東京', 'x'.repeat(1_000)];
  for (const value of identities) {
    const row = await ctx.db.one<{ bucket: number }>(sql`select bucket_of('email', ${value}) as bucket`);
    expect(row.bucket).toBe(bucketOf('email', value));
  }
});
