import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { judgeRecipient } from '../../src/core/deliveries/index.ts';
import { id, sql } from '../../src/platform/sql/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { GREETING, prepare, publish } from './support.ts';

const PEOPLE_PER_CASE = 40;
const CASES = Number(process.env.PROPERTY_RUNS ?? 10);

let ctx: TestContext;
beforeAll(async () => {
  ctx = await createTestContext();
  await publish(ctx, GREETING);
});
afterAll(() => ctx.close());

const status = fc.constantFrom('granted' as const, 'refused' as const);
const consents = fc
  .tuple(fc.option(status), fc.option(status), fc.option(status), fc.option(status))
  .map(([channel, topic, otherTopic, otherChannel]) => [
    ...(channel ? [{ channel: 'email', topic: '', status: channel }] : []),
    ...(topic ? [{ channel: 'email', topic: 'news', status: topic }] : []),
    ...(otherTopic ? [{ channel: 'email', topic: 'offers', status: otherTopic }] : []),
    ...(otherChannel ? [{ channel: 'sms', topic: '', status: otherChannel }] : []),
  ]);
const address = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 30 }).map((n) => `Person${n}@Example.com`) },
  { weight: 2, arbitrary: fc.emailAddress() },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '  a@b.example ',
      '\ta@b.example',
      'a@b',
      'ü@bücher.example',
      'a b@c.example',
      'A@B.EXAMPLE',
      `${'x'.repeat(65)}@b.example`,
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }).filter((text) => !text.includes('\0')) },
);
const person = fc.record({ address: fc.option(address), suppressed: fc.boolean(), consents });

it('one person is judged as a whole population is', async () => {
  let table = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: PEOPLE_PER_CASE, maxLength: PEOPLE_PER_CASE }),
      fc.constantFrom('opt-in' as const, 'opt-out' as const, 'none' as const),
      fc.constantFrom('', 'news'),
      async (people, consent, topic) => {
        table += 1;
        await ctx.db.execute(sql`truncate profile, consent, suppression`);
        const lower = new Set(
          people.flatMap((one) =>
            one.suppressed && one.address ? [one.address.replace(/^ +| +$/g, '').toLowerCase()] : [],
          ),
        );
        await ctx.db.execute(sql`
          insert into profile (bucket, profile_id, email, created_at, updated_at)
          select n % 256, n, email, ${new Date(0)}, ${new Date(0)}
          from unnest(${people.map((one) => one.address)}::text[]) with ordinality as one (email, n)`);
        const given = people.flatMap((one, index) => one.consents.map((consented) => ({ ...consented, n: index + 1 })));
        await ctx.db.execute(sql`
          insert into consent (bucket, profile_id, channel, topic, status, source, updated_at)
          select n % 256, n, channel, topic, status, 'test', ${new Date(0)}
          from unnest(${given.map((one) => one.n)}::int[], ${given.map((one) => one.channel)}::text[],
            ${given.map((one) => one.topic)}::text[], ${given.map((one) => one.status)}::text[]) one (n, channel, topic, status)`);
        await ctx.db.execute(sql`
          insert into suppression (channel, address, reason, created_at)
          select 'email', address, 'manual', ${new Date(0)} from unnest(${[...lower]}::text[]) address`);
        const name = `judged_${table}`;
        await ctx.db.execute(sql`
          create table ${id('work', name)} as select bucket, profile_id, 1::numeric as total from profile`);
        const { sendId } = await prepare(
          ctx,
          { table: name, columns: [{ name: 'total', type: 'decimal' }], dimension: 'profiles' },
          { consent, topic },
        );
        const rows = await ctx.db.query<{ profile_id: number; reason: string | null; address: string | null }>(sql`
          select profile_id, reason, address from message where send_id = ${sendId}
          union all select profile_id, null, address from outbox where send_id = ${sendId} order by profile_id`);
        const judged = people.map((one, index) => {
          const suppressed = lower.has((one.address ?? '').replace(/^ +| +$/g, '').toLowerCase());
          const verdict = judgeRecipient({ ...one, suppressed, send: { channel: 'email', topic, consent } });
          return [index + 1, verdict.kind === 'queue' ? verdict.address : verdict.reason];
        });
        expect(judged).toEqual(rows.map((row) => [row.profile_id, row.reason ?? row.address]));
      },
    ),
    { numRuns: CASES },
  );
});
