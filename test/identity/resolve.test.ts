import fc from 'fast-check';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { createTestContext } from '../support/context.ts';
import { accept, clear, eventOf, people, settle, turn } from './worker.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
beforeEach(() => clear(ctx));

/** More cases than a run of all tests has time for. */
const CASES = Number(process.env.CARILLON_IDENTITY_CASES ?? 8);

const conflicts = () =>
  ctx.db.query(sql`select namespace, identity, other, reason from identity_conflict order by identity, other`);

test('an event that names nobody known makes one profile, in the bucket of its first identity, with all its identities', async () => {
  await accept(ctx, [eventOf(['user_id:1', 'anonymous_id:a', 'email:a@x.com', 'phone:+33612345678'])]);
  await settle(ctx);
  expect(await people(ctx)).toEqual([
    { names: ['anonymous_id:a', 'email:a@x.com', 'phone:+33612345678', 'user_id:1'], events: 1 },
  ]);
  expect(await ctx.db.query(sql`select email, phone, bucket = bucket_of('user_id', '1') as home from profile`)).toEqual(
    [{ email: 'a@x.com', phone: '+33612345678', home: true }],
  );
});

test('who logs in keeps what they did before: the anonymous profile gets the user id and later events of either find it', async () => {
  await accept(ctx, [eventOf(['anonymous_id:a'])]);
  await settle(ctx);
  await accept(ctx, [eventOf(['user_id:1', 'anonymous_id:a']), eventOf(['user_id:1']), eventOf(['anonymous_id:a'])]);
  await settle(ctx);
  expect(await people(ctx)).toEqual([{ names: ['anonymous_id:a', 'user_id:1'], events: 4 }]);
  expect(await ctx.db.query(sql`select from profile_alias`)).toHaveLength(0);
});

test('two workers that meet the same new identity at the same time end with one profile', async () => {
  for (let round = 0; round < 5; round++) {
    await clear(ctx);
    await accept(
      ctx,
      Array.from({ length: 20 }, () => eventOf(['user_id:1', 'anonymous_id:a'])),
    );
    await accept(
      ctx,
      Array.from({ length: 20 }, () => eventOf(['anonymous_id:a', 'email:a@x.com'])),
    );
    await settle(ctx, 4);
    expect(await people(ctx)).toEqual([{ names: ['anonymous_id:a', 'email:a@x.com', 'user_id:1'], events: 40 }]);
  }
});

test('anonymous and known identities in any order, in any batches, by several workers, end as one profile per connected person', async () => {
  // Three people, each with identities that are connected in the end, whatever comes first.
  const person = (n: number) => [
    [`user_id:u${n}`],
    [`anonymous_id:a${n}`],
    [`anonymous_id:b${n}`],
    [`user_id:u${n}`, `anonymous_id:a${n}`],
    [`user_id:u${n}`, `anonymous_id:b${n}`, `email:e${n}@x.com`],
    [`anonymous_id:c${n}`, `email:e${n}@x.com`],
    [`email:e${n}@x.com`],
  ];
  const all = [1, 2, 3].flatMap(person);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 4, maxLength: 4 }),
      async (order, sizes) => {
        await clear(ctx);
        const waiting = [...order];
        let at = 0;
        while (waiting.length > 0) {
          const batch = waiting.splice(0, sizes[at++ % sizes.length]);
          await accept(
            ctx,
            batch.map((names) => eventOf(names)),
          );
          await Promise.all([turn(ctx, 3), turn(ctx, 3), turn(ctx, 256)]);
        }
        await settle(ctx, 3);
        expect(await people(ctx)).toEqual(
          [1, 2, 3].map((n) => ({
            names: [
              `anonymous_id:a${n}`,
              `anonymous_id:b${n}`,
              `anonymous_id:c${n}`,
              `email:e${n}@x.com`,
              `user_id:u${n}`,
            ],
            events: 7,
          })),
        );
        expect(await conflicts()).toEqual([]);
      },
    ),
    { numRuns: CASES },
  );
});

test('two users on one device never become one person, however their events meet, and the report says so', async () => {
  for (let round = 0; round < 8; round++) {
    await clear(ctx);
    if (round % 2 === 0) {
      await accept(ctx, [eventOf(['anonymous_id:shared'])]);
      await settle(ctx);
    }
    await accept(ctx, [
      eventOf(['user_id:1', 'anonymous_id:shared']),
      eventOf(['user_id:2', 'anonymous_id:shared']),
      eventOf(['user_id:1']),
      eventOf(['user_id:2']),
    ]);
    await settle(ctx, 4);
    const found = await people(ctx);
    expect(found.map(({ names }) => names.filter((name) => name.startsWith('user_id')))).toEqual(
      expect.arrayContaining([['user_id:1'], ['user_id:2']]),
    );
    expect(found).toHaveLength(2);
    expect(found.reduce((sum, { events }) => sum + events, 0)).toBe(round % 2 === 0 ? 5 : 4);
    expect(await conflicts()).toMatchObject([{ namespace: 'user_id', reason: 'two_users' }]);
  }
});

test('an identity more than the limit is not linked, the event goes to the profile of its first identity', async () => {
  const emails = Array.from({ length: 6 }, (_, n) => `email:e${n}@x.com`);
  await accept(
    ctx,
    emails.map((email) => eventOf(['user_id:1', email])),
  );
  await settle(ctx);
  expect(await people(ctx)).toEqual([{ names: [...emails.slice(0, 5), 'user_id:1'], events: 6 }]);
  expect(await conflicts()).toEqual([
    { namespace: 'email', identity: 'email:e5@x.com', other: 'user_id:1', reason: 'limit' },
  ]);
});

test('an alias makes one person even of two users', async () => {
  await accept(ctx, [eventOf(['user_id:1', 'email:a@x.com']), eventOf(['user_id:2'])]);
  await settle(ctx);
  await accept(ctx, [eventOf(['user_id:2', 'anonymous_id:1', 'user_id:1'], { type: 'alias', name: 'Alias' })]);
  await settle(ctx);
  expect(await people(ctx)).toEqual([{ names: ['email:a@x.com', 'user_id:1', 'user_id:2'], events: 3 }]);
  await accept(ctx, [eventOf(['user_id:1']), eventOf(['user_id:2'])]);
  await settle(ctx);
  expect(await people(ctx)).toMatchObject([{ events: 5 }]);
});

test('an event of somebody who was deleted makes a new profile, wherever the old one had lived', async () => {
  await accept(ctx, [eventOf(['anonymous_id:a']), eventOf(['user_id:1', 'anonymous_id:a'])]);
  await settle(ctx);
  await ctx.db.execute(sql`delete from profile`);
  await accept(ctx, [eventOf(['user_id:1', 'anonymous_id:a']), eventOf(['anonymous_id:a'])]);
  await settle(ctx);
  expect(await people(ctx)).toMatchObject([{ names: ['anonymous_id:a', 'user_id:1'] }]);
});
