import { afterAll, describe, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { createIngest } from '../../src/services/ingest/index.ts';
import { deadLetters, inbox, openShop } from './support.ts';

const shop = await openShop({ ingest: { pendingEventsMax: 10 } });
const { ctx, post } = shop;
afterAll(() => shop.close());

const track = (messageId: string) => ({ type: 'track', event: 'Ordered', userId: messageId, messageId });

describe('too much is answered 429 with Retry-After', () => {
  test('while more events wait than may; what was taken before is stored, what was refused is not', async () => {
    const batch = (from: number) => ({ batch: Array.from({ length: 5 }, (_, at) => track(`m${from + at}`)) });
    const waiting: ReturnType<typeof post>[] = [];
    await ctx.db.transaction(async (tx) => {
      // Nothing can be stored while this transaction lasts.
      await tx.execute(sql`lock table inbox in exclusive mode`);
      waiting.push(post('/v1/batch', batch(0)), post('/v1/batch', batch(5)));
      await expect
        .poll(
          () =>
            tx.query(sql`
              select 1 from pg_locks where not granted and relation = 'inbox'::regclass
                and database = (select oid from pg_database where datname = current_database())`),
          { timeout: 15_000 },
        )
        .toHaveLength(2);
      const refused = await post('/v1/batch', batch(100));
      expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '2']);
      expect(JSON.parse(refused.body)).toMatchObject({ success: false, status: 429, code: 'overloaded' });
    });
    expect((await Promise.all(waiting)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const stored = (await inbox(ctx)).map(({ messageId }) => messageId).sort();
    expect(stored).toEqual(Array.from({ length: 10 }, (_, at) => `m${at}`));
    expect(await deadLetters(ctx)).toEqual([]);
  });

  test('while the inbox is deeper than it may be', async () => {
    const ingest = createIngest(ctx, { inboxRowsMax: 5 });
    await expect
      .poll(
        async () => {
          ctx.clock.advance(1_000);
          return ingest.put({ buckets: [0], bodies: ['{}'] }, []).catch((error) => error.code);
        },
        { timeout: 15_000 },
      )
      .toBe('unavailable');
  });
});
