import fc from 'fast-check';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createTestContext } from '../../../test/support/context.ts';
import { ProfileInput } from '../../core/profiles/index.ts';
import { sql } from '../../platform/sql/index.ts';
import { resolveIdentities } from './resolve.ts';
import { upsertProfiles } from './upsert.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
beforeEach(() => ctx.db.execute(sql`truncate profile, identity, consent`));

type Loose = { identities: Record<string, string>; columns?: object; traits?: object; consents?: object[] };
const upsert = (inputs: readonly Loose[], options: { source?: string; overRefusal?: boolean } = {}) =>
  ctx.db.transaction((tx) =>
    upsertProfiles(
      tx,
      inputs.map((input) => ProfileInput.parse(input)),
      {
        now: ctx.clock.now(),
        source: 'import:test',
        defaultCountry: 'FR',
        ...options,
      },
    ),
  );
const kinds = async (inputs: readonly Loose[]) => (await upsert(inputs)).map((outcome) => outcome.kind);
const profiles = () =>
  ctx.db.query<{ email: string | null; phone: string | null; traits: Record<string, unknown> }>(
    sql`select email, phone, traits from profile order by profile_id`,
  );

test('an unseen identity creates a profile in the bucket of that identity', async () => {
  const [outcome] = await upsert([{ identities: { customer_id: '17850' }, traits: { country: 'France' } }]);
  const row = await ctx.db.one(sql`select bucket = bucket_of('customer_id', '17850') as same, traits from profile`);
  expect(outcome).toMatchObject({ kind: 'inserted' });
  expect(row).toEqual({ same: true, traits: { country: 'France' } });
});

test('the same input twice changes nothing', async () => {
  const input = {
    identities: { customer_id: '1', email: 'A@x.com' },
    traits: { n: 1.5, o: { a: null } },
    consents: [{ channel: 'email', status: 'granted' }],
  };
  expect(await kinds([input])).toEqual(['inserted']);
  const before = await ctx.db.query(sql`select xmin::text, * from profile`);
  expect(await kinds([input])).toEqual(['unchanged']);
  expect(await ctx.db.query(sql`select xmin::text, * from profile`)).toEqual(before);
});

test('an absent key keeps what is known and null clears it', async () => {
  await upsert([
    { identities: { id: '1' }, columns: { email: 'a@x.com', phone: '0612345678' }, traits: { a: 1, b: 2 } },
  ]);
  expect(await kinds([{ identities: { id: '1' }, columns: { email: null }, traits: { b: null, c: [1] } }])).toEqual([
    'updated',
  ]);
  expect(await profiles()).toEqual([{ email: null, phone: '+33612345678', traits: { a: 1, c: [1] } }]);
});

test('of several inputs about one profile the last speaks, key by key, and the earlier ones count as unchanged', async () => {
  const outcome = await kinds([
    { identities: { id: '1' }, traits: { a: 1, b: 1 } },
    { identities: { id: '2' }, traits: { a: 9 } },
    { identities: { id: '1' }, traits: { a: 2 }, columns: { locale: 'fr' } },
    { identities: { id: '1' }, traits: { a: 3 } },
  ]);
  expect(outcome).toEqual(['unchanged', 'inserted', 'unchanged', 'inserted']);
  expect((await profiles()).map((row) => row.traits)).toEqual([{ a: 3, b: 1 }, { a: 9 }]);
});

test('emails compare case-insensitively and phones as E.164', async () => {
  expect(await kinds([{ identities: { email: 'Zoë@X.com' } }, { identities: { email: 'zoë@x.COM' } }])).toEqual([
    'unchanged',
    'inserted',
  ]);
  expect(
    await kinds([{ identities: { phone: '+33 6 12 34 56 78' } }, { identities: { phone: '06 12 34 56 78' } }]),
  ).toEqual(['unchanged', 'inserted']);
  expect(await profiles()).toMatchObject([{ email: 'zoë@x.COM' }, { phone: '+33612345678' }]);
});

test('identities link to the profile that the others name; two known ones conflict', async () => {
  await upsert([{ identities: { id: '1' } }, { identities: { email: 'a@x.com' } }]);
  const [linked, conflict] = await upsert([
    { identities: { id: '1', login: 'jo' } },
    { identities: { login: 'jo', email: 'a@x.com' }, traits: { lost: true } },
  ]);
  expect(linked?.kind).toBe('updated');
  expect(conflict).toMatchObject({ kind: 'rejected', reason: 'identity_conflict' });
  expect((await profiles()).map((row) => row.traits)).toEqual([{}, {}]);
});

test('values that cannot be an address are rejected by name', async () => {
  const outcomes = await upsert([
    { identities: { email: 'n/a' } },
    { identities: { id: '1' }, columns: { phone: '12' } },
  ]);
  expect(outcomes).toMatchObject([{ reason: 'invalid_identity' }, { reason: 'invalid_phone' }]);
});

test('an import never brings back a consent that the person withdrew elsewhere', async () => {
  const consent = (status: string, identities = { id: '1' }) => [
    { identities, consents: [{ channel: 'email', status }] },
  ];
  const stored = () => ctx.db.query(sql`select status, source from consent`);
  await upsert(consent('granted'));
  await upsert(consent('refused'), { source: 'unsubscribe' });
  expect((await upsert(consent('granted')))[0]?.kind).toBe('unchanged');
  expect(await stored()).toEqual([{ status: 'refused', source: 'unsubscribe' }]);
  expect((await upsert(consent('granted'), { overRefusal: true }))[0]?.kind).toBe('updated');
  expect(await stored()).toEqual([{ status: 'granted', source: 'import:test' }]);
});

test('one call over many rows ends as one call per row does', async () => {
  const row = fc.record({
    identities: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3'), { minKeys: 1 }),
    traits: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom(null, 1, 'two')),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (rows) => {
      const end = async (work: () => Promise<unknown>) => {
        await ctx.db.execute(sql`truncate profile, identity, consent`);
        await work();
        return ctx.db.query(sql`
          select traits, (select array_agg(namespace || value order by namespace, value) from identity i
            where i.profile_bucket = p.bucket and i.profile_id = p.profile_id) as names
          from profile p order by names`);
      };
      const together = await end(() => upsert(rows));
      const apart = await end(async () => {
        for (const one of rows) await upsert([one]);
      });
      expect(together).toEqual(apart);
    }),
    { numRuns: 40 },
  );
});

test('resolving creates each unseen value once and answers by the value as given', async () => {
  const options = { now: ctx.clock.now() };
  const first = await ctx.db.transaction((tx) =>
    resolveIdentities(tx, 'email', ['A@x.com', 'a@x.com', 'nonsense'], options),
  );
  const second = await ctx.db.transaction((tx) => resolveIdentities(tx, 'email', ['a@X.com'], options));
  expect([...first.keys()]).toEqual(['A@x.com', 'a@x.com']);
  expect(first.get('A@x.com')).toEqual(second.get('a@X.com'));
  expect(await profiles()).toHaveLength(1);
});

test('two transactions that meet the same unseen identity at once create one profile', async () => {
  const both = await Promise.all([1, 2].map(() => upsert([{ identities: { id: '1', email: 'a@x.com' } }])));
  expect(both.map(([outcome]) => outcome?.kind).sort()).toEqual(['inserted', 'unchanged']);
  expect(await profiles()).toHaveLength(1);
});
