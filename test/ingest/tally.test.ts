import { afterAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { createSource, createTally } from '../../src/services/sources/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

test('what sources sent while the database was away is counted at the next saving, once', async () => {
  const { source_id: sourceId } = await createSource(ctx, { name: 'shop', kind: 'write_key' });
  const source = { sourceId, name: 'shop', kind: 'write_key' as const, settings: undefined };
  let away = true;
  const db = Object.assign(Object.create(ctx.db), {
    transaction: (...given: Parameters<typeof ctx.db.transaction>) =>
      away ? Promise.reject(new Error('The connection is lost.')) : ctx.db.transaction(...given),
  });
  const tally = createTally({ ...ctx, db });
  tally.count(source, 3, 1);
  tally.countUnknown('wk_stranger');
  const lost = tally.save();
  // Comes while the saving fails.
  tally.count(source, 2, 0);
  tally.countUnknown('wk_stranger');
  await expect(lost).rejects.toThrow('The connection is lost.');
  away = false;
  await tally.save();
  await tally.save();
  expect(await ctx.db.query(sql`select source_id, accepted, rejected from source_count`)).toEqual([
    { source_id: sourceId, accepted: 5, rejected: 1 },
  ]);
  expect(await ctx.db.query(sql`select attempts from unknown_key`)).toEqual([{ attempts: 2 }]);
});
