import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { PROFILES } from '../../src/core/data/index.ts';
import type { JsonObject } from '../../src/core/kernel/index.ts';
import { compileRowClosure, type Facts, NO_ROWS, Rule } from '../../src/core/rules/index.ts';
import { raw, sql } from '../../src/platform/sql/index.ts';
import { insertSuppressions } from '../../src/services/consent/store-suppression.ts';
import { readMapping } from '../../src/services/imports/index.ts';
import { ruleCondition } from '../../src/services/rules/index.ts';
import { loadCatalog } from '../../src/services/tables/index.ts';
import { createTestContext } from '../support/context.ts';
import { counts, importText, rejectsOf, stagingTables } from './harness.ts';

const ctx = await createTestContext();
type Person = { readonly bucket: number; readonly profileId: number };
const NOTHING_KNOWN: Facts = {
  profile: { email: null, phone: null, locale: null, time_zone: null, created_at: 0, updated_at: 0 },
  traits: {},
  events: [],
  rows: NO_ROWS,
  audiences: new Set(),
  consents: [],
  messages: [],
  reactions: [],
  suppressed: new Set(),
};
afterAll(() => ctx.close());
beforeEach(() => ctx.db.execute(sql`truncate profile, identity, consent, import_run cascade`));

const people = () =>
  ctx.db.query(sql`select email, phone, locale, time_zone, traits from profile order by traits ->> 'n', email`);
const MAPPING = readMapping(`
default_country: FR
identities: { customer_id: id, email: { column: mail, on_error: null } }
columns: { email: mail, phone: phone, locale: { column: lang, transform: [lower] } }
traits: { n: n, spent: { column: spent, type: decimal }, since: since }
consent:
  email: { column: news }
  email/offers: { column: offers, granted: [oui], refused: [non] }
`);
const FILE = `id,mail,phone,lang,n,spent,since,news,offers
1.0,Ana@X.com,06 12 34 56 78,FR,1,12.50,2026-01-01,yes,oui
2,,,,2,,,no,
3,c@x.com,+4915112345678,de,007,x,,,
4,d@x.com,12,de,4,1,,perhaps,
,,,,5,,,,
6,not an address,,,6,,,,
`;

test('people land with identities, columns, traits and consents, each bad row with its reasons', async () => {
  const { importId, counts: done } = await importText(ctx, 'profiles', FILE, { mapping: MAPPING });
  expect(done).toEqual({ read: 6, inserted: 2, updated: 0, unchanged: 0, deleted: 0, rejected: 4 });
  expect(await people()).toEqual([
    {
      email: 'Ana@X.com',
      phone: '+33612345678',
      locale: 'fr',
      time_zone: null,
      traits: { n: '1', spent: 12.5, since: '2026-01-01' },
    },
    { email: null, phone: null, locale: null, time_zone: null, traits: { n: '2' } },
  ]);
  expect((await rejectsOf(ctx, importId)).map((row) => `${row.line} ${row.column_name} ${row.reason}`)).toEqual([
    '4 spent not_a_number',
    '5 news unknown_consent',
    '5 phone invalid_phone',
    '6 customer_id missing_identity',
    '7 email invalid_identity',
  ]);
  const consents = await ctx.db.query(sql`select channel, topic, status, source from consent order by 1, 2, 3`);
  expect(consents).toEqual([
    { channel: 'email', topic: '', status: 'granted', source: 'import:file.csv' },
    { channel: 'email', topic: '', status: 'refused', source: 'import:file.csv' },
    { channel: 'email', topic: 'offers', status: 'granted', source: 'import:file.csv' },
  ]);
  expect(await stagingTables(ctx)).toEqual([]);
});

test('the space around an address is not kept, whatever the mapping says, so that its owner is found by it', async () => {
  const mapping = readMapping(
    'identities: { customer_id: id }\ncolumns: { email: mail, locale: { column: lang, transform: [lower] } }',
  );
  await importText(ctx, 'profiles', 'id,mail,lang\n1, Ana@x.com\t, FR \n2,  ,\n', { mapping });
  expect(await people()).toMatchObject([{ email: 'Ana@x.com', locale: 'fr' }, { email: null }]);
  await ctx.db.execute(sql`update live_epoch set epoch = 1`);
  const now = ctx.clock.now();
  await ctx.db.transaction((tx) =>
    insertSuppressions(tx, 'email', ['ana@x.com'], { reason: 'manual', detail: null, now }),
  );
  const touched = sql`select count(*) as count from inbox i join profile p using (bucket, profile_id) where p.email = 'Ana@x.com'`;
  expect(await ctx.db.one(touched)).toEqual({ count: 1 });
});

test('emails that were kept with space around them are trimmed once', async () => {
  await ctx.db.execute(sql`
    insert into profile (bucket, email, traits, created_at, updated_at)
    select 1, email, '{}', now(), now() from unnest(array[E' a@x.com\t', '  ', 'b@x.com']) email`);
  await ctx.db.execute(
    raw(await readFile(join(import.meta.dirname, '../../migrations/0029_trimmed_emails.sql'), 'utf8')),
  );
  expect(await people()).toMatchObject([{ email: 'a@x.com' }, { email: 'b@x.com' }, { email: null }]);
});

test('a default that is no number says that the column is one of texts', async () => {
  const mapping = { identities: { customer_id: 'id' }, traits: { n: { column: 'n', default: 'unknown' } } };
  await counts(ctx, 'profiles', 'id,n\n1,5\n2,\n', { mapping });
  expect(await people()).toMatchObject([{ traits: { n: '5' } }, { traits: { n: 'unknown' } }]);
});

test('the same people twice change nothing, and a dry run counts exactly', async () => {
  const dry = await importText(ctx, 'profiles', FILE, { mapping: MAPPING, dryRun: true });
  expect(await people()).toEqual([]);
  const real = await importText(ctx, 'profiles', FILE, { mapping: MAPPING });
  expect(dry.counts).toEqual(real.counts);
  const before = await ctx.db.query(sql`select xmin::text, * from profile order by profile_id`);
  expect(await counts(ctx, 'profiles', FILE, { mapping: MAPPING })).toMatchObject({ unchanged: 2, rejected: 4 });
  expect(await ctx.db.query(sql`select xmin::text, * from profile order by profile_id`)).toEqual(before);
});

test('a row that names two people is a reject, and the others go in', async () => {
  const mapping = { identities: { customer_id: 'id', email: 'mail' }, traits: { n: 'n' } };
  await counts(ctx, 'profiles', 'id,mail,n\n1,a@x.com,1\n2,b@x.com,2\n', { mapping });
  const { importId, counts: done } = await importText(
    ctx,
    'profiles',
    'id,mail,n\n1,b@x.com,9\n3,B@x.com,8\n4,d@x.com,4\n',
    { mapping },
  );
  expect(done).toMatchObject({ read: 3, inserted: 1, updated: 1, rejected: 1 });
  expect(await rejectsOf(ctx, importId)).toMatchObject([{ line: 2, reason: 'identity_conflict' }]);
});

test('NDJSON keeps what a row does not say and clears what it says is null', async () => {
  const mapping = { identities: { customer_id: 'id' }, columns: { email: 'mail' }, traits: { a: 'a', b: 'b' } };
  await counts(ctx, 'profiles', '{"id":1,"mail":"a@x.com","a":1,"b":{"c":[1]}}', { mapping });
  expect(await counts(ctx, 'profiles', '{"id":1,"a":null}', { mapping })).toMatchObject({ updated: 1 });
  expect(await people()).toMatchObject([{ email: 'a@x.com', traits: { b: { c: [1] } } }]);
});

test('without a mapping the key is the identity, known columns are columns and the rest traits', async () => {
  const file =
    'Customer ID,Email,timezone,Zip,Age,Joined\n1,a@x.com,Europe/Paris,01234,30,2026-01-31\n2,b@x.com,,99999,41,\n';
  await expect(importText(ctx, 'profiles', file)).rejects.toThrow('does not fit');
  expect(await counts(ctx, 'profiles', file, { key: ['customer_id'] })).toMatchObject({ inserted: 2 });
  expect((await people())[0]).toMatchObject({
    email: 'a@x.com',
    time_zone: 'Europe/Paris',
    traits: { zip: '01234', age: 30, joined: '2026-01-31' },
  });
});

test('a file cannot delete people', async () => {
  const file = 'id,_change_request_type\n1,\n2,D\n';
  const { importId, counts: done } = await importText(ctx, 'profiles', file, { mapping: { identities: { id: 'id' } } });
  expect(done).toMatchObject({ inserted: 1, rejected: 1 });
  expect(await rejectsOf(ctx, importId)).toMatchObject([{ line: 3, reason: 'unknown_change' }]);
});

test('SQL and closure say the same of every number that was imported; what JSON would round is refused, or text where its type was guessed', async () => {
  const digits = fc.integer({ min: 0, max: 999_999_999 }).map((part) => String(part).padStart(9, '0'));
  const nearby = fc
    .tuple(fc.constantFrom('0.1', '0.30000000000000004', '9007199254740992', '12.5', '1'), digits)
    .map(([number, more]) => (number.includes('.') ? `${number}${more}` : `${number}.${more}`));
  const number = fc.oneof(
    nearby,
    fc.tuple(digits, digits, digits).map(([a, b, c]) => `1${a}${b}.${c}`),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e25, max: 1e25 }).map(String),
  );
  const bounds = [0.1, 0.30000000000000004, 9007199254740992, 12.5, 1];
  const numbers = fc.sample(number, { numRuns: 300, seed: 7 });
  const file = `id,told,guessed\n${numbers.map((text, at) => `${at},${text},${text}`).join('\n')}\n`;
  const mapping = {
    identities: { customer_id: 'id' },
    traits: { told: { column: 'told', type: 'decimal' }, guessed: 'guessed' },
  };
  const { importId, counts: done } = await importText(ctx, 'profiles', file, { mapping });
  const reasons = new Set((await rejectsOf(ctx, importId)).map((row) => `${row.column_name} ${row.reason}`));
  expect(reasons).toEqual(new Set(['told imprecise_number']));
  expect(done?.inserted).toBeGreaterThan(50);
  await importText(ctx, 'profiles', file, { mapping: { ...mapping, traits: { guessed: 'guessed' } } });
  const catalog = await loadCatalog(ctx.db);
  const people = await ctx.db.query<Person>(
    sql`select bucket, profile_id as "profileId" from profile order by profile_id`,
  );
  expect(people).toHaveLength(numbers.length);
  for (const trait of ['told', 'guessed']) {
    for (const bound of bounds) {
      for (const order of ['eq', 'gt', 'lte'] as const) {
        const rule = Rule.parse({ trait, [order]: bound });
        const condition = ruleCondition({ rule, catalog, on: PROFILES, alias: 't', now: ctx.clock.now() });
        const found = await ctx.db.query<Person>(sql`
          select t.bucket, t.profile_id as "profileId" from profile t where ${condition} order by t.profile_id`);
        const closure = compileRowClosure({ rule, catalog, on: PROFILES });
        const rows = await ctx.db.query<Person & { traits: JsonObject }>(
          sql`select bucket, profile_id as "profileId", traits from profile order by profile_id`,
        );
        const expected = rows.filter(({ traits }) => closure({ ...NOTHING_KNOWN, traits }, {}, ctx.clock.now()));
        expect(found).toEqual(expected.map(({ bucket, profileId }) => ({ bucket, profileId })));
      }
    }
  }
});
