import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMailable } from '../../src/core/channels/index.ts';
import { ConsentMode, ConsentStatus, consentAllows } from '../../src/core/consent/index.ts';
import { AppError } from '../../src/core/kernel/index.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { Signals } from '../../src/platform/signals.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { consentAllowsSql } from '../../src/services/consent/index.ts';
import { isMailableSql, PLAIN_ADDRESS } from '../../src/services/rules/store-mailable.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { countsOf, GREETING, makePeople, makePopulation, prepare, publish } from './support.ts';

let ctx: TestContext;
const at = new Date(0);

beforeAll(async () => {
  ctx = await createTestContext();
  await makePeople(ctx, 1, 20);
  await publish(ctx, GREETING);
  await publish(ctx, { kind: 'template', key: 'plain', subject: 'Hello', text: 'Hello {{ message.unsubscribe_url }}' });
});
afterAll(() => ctx.close());

describe('preparing a send', () => {
  it('accounts for every row of the population, with the first reason that applies', async () => {
    const population = await makePopulation(ctx, 'mixed', 1, 12);
    await ctx.db.execute(sql`insert into work.mixed values (1, 1, 7), (null, null, 1), (3, 999, 1)`);
    await ctx.db.execute(sql`update profile set email = null where profile_id = 2`);
    await ctx.db.execute(sql`update profile set email = ' ' where profile_id = 3`);
    await ctx.db.execute(sql`update profile set email = 'n/a' where profile_id = 4`);
    await ctx.db.execute(
      sql`update profile set email = ${'ann@example.com\r\nBcc: eve@example.com'} where profile_id = 5`,
    );
    await ctx.db.execute(sql`update profile set email = 'Upper@Example.com' where profile_id = 6`);
    await ctx.db.execute(sql`
      insert into suppression (channel, address, reason, created_at) values ('email', 'upper@example.com', 'complaint', ${at})`);
    await ctx.db.execute(sql`
      insert into consent (bucket, profile_id, channel, topic, status, source, updated_at) values
        (7, 7, 'email', '', 'refused', 'test', ${at}), (8, 8, 'email', 'news', 'refused', 'test', ${at}),
        (9, 9, 'email', 'other', 'refused', 'test', ${at})`);

    const send = await prepare(ctx, population, { topic: 'news' });
    expect(send).toMatchObject({
      targeted: 15,
      queued: 5,
      excluded: { no_profile: 2, duplicate: 1, no_address: 2, invalid_address: 2, suppressed: 1, no_consent: 2 },
    });
    const queued = await ctx.db.query<{ profile_id: number; data: object; domain: string }>(sql`
      select profile_id, data, domain from outbox where send_id = ${send.sendId} order by 1`);
    expect(queued.map((row) => row.profile_id)).toEqual([1, 9, 10, 11, 12]);
    expect(queued[0]).toMatchObject({ data: { total: 2 }, domain: 'example.com' });
    const refused = await ctx.db.query(sql`
      select profile_id, reason from message where send_id = ${send.sendId} and profile_id between 1 and 8 order by 1, 2`);
    expect(refused).toEqual([
      { profile_id: 1, reason: 'duplicate' },
      { profile_id: 2, reason: 'no_address' },
      { profile_id: 3, reason: 'no_address' },
      { profile_id: 4, reason: 'invalid_address' },
      { profile_id: 5, reason: 'invalid_address' },
      { profile_id: 6, reason: 'suppressed' },
      { profile_id: 7, reason: 'no_consent' },
      { profile_id: 8, reason: 'no_consent' },
    ]);
    expect(await countsOf(ctx, send.sendId)).toMatchObject({ targeted: 15, queued: 5, 'excluded duplicate': 1 });
  });

  it('sends once per row, to a column of the row, when asked', async () => {
    const population = await makePopulation(ctx, 'rows', 10, 11);
    await ctx.db.execute(sql`alter table work.rows add column mail text`);
    await ctx.db.execute(
      sql`insert into work.rows select bucket, profile_id, total, 'second@example.org' from work.rows`,
    );
    await ctx.db.execute(sql`update work.rows set mail = 'first@example.org' where mail is null`);
    const columns = [...population.columns, { name: 'mail', type: 'text' as const }];
    const settings = { per_row: true, address: { column: 'mail' } };
    const send = await prepare(ctx, { ...population, columns }, { settings });
    expect(send).toMatchObject({ targeted: 4, queued: 4 });
    const rows = await ctx.db.query<{ address: string }>(
      sql`select address from outbox where send_id = ${send.sendId}`,
    );
    expect(rows.map((row) => row.address).sort()).toEqual([
      'first@example.org',
      'first@example.org',
      'second@example.org',
      'second@example.org',
    ]);
  });

  describe('in pieces', () => {
    const PEOPLE = 12_000;

    /** A clock that goes on by itself, and how often somebody slept by it. */
    function restless() {
      let now = Date.UTC(2026, 0, 1);
      const rests: number[] = [];
      const clock: Clock = {
        now: () => (now += 10),
        sleepUntil: async (at) => {
          rests.push(at - now);
          now = at;
        },
      };
      return { clock, rests };
    }

    it('makes a message for everybody once, and leaves nothing on the side', async () => {
      await makePeople(ctx, 100_001, 100_000 + PEOPLE);
      const population = await makePopulation(ctx, 'many', 100_001, 100_000 + PEOPLE);
      await ctx.db.execute(sql`insert into work.many select * from work.many where profile_id % 1000 = 0`);
      const { clock, rests } = restless();
      const send = await prepare({ ...ctx, clock }, population);
      const twice = PEOPLE / 1_000;
      expect(send).toMatchObject({ targeted: PEOPLE + twice, queued: PEOPLE, excluded: { duplicate: twice } });
      const made = await ctx.db.one(sql`
        select count(*) as messages, count(distinct profile_id) as people, count(distinct message_id) as ids
        from outbox where send_id = ${send.sendId}`);
      expect(made).toEqual({ messages: PEOPLE, people: PEOPLE, ids: PEOPLE });
      expect(
        await ctx.db.query(sql`select from pg_tables where schemaname = 'work' and tablename like '%judged'`),
      ).toEqual([]);
      expect(rests).toEqual([]);
    });

    it('rests between them while a message with right of way is about', async () => {
      const { clock, rests } = restless();
      const overhear: Signals['overhear'] = (_name, listener) => {
        listener();
        return () => undefined;
      };
      const heard = { ...ctx.signals, overhear };
      await prepare(
        { ...ctx, clock, signals: heard },
        { table: 'many', columns: [], dimension: 'profiles' },
        {
          templateKey: 'plain',
        },
      );
      expect(rests.length).toBeGreaterThan(1);
      expect(Math.min(...rests)).toBeGreaterThan(0);
    });
  });

  it('refuses a population without the columns that the template reads, and leaves nothing behind', async () => {
    const population = await makePopulation(ctx, 'bare', 1, 2);
    const columns = [{ name: 'totals', type: 'decimal' as const }];
    const failure = await prepare(ctx, { ...population, columns }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect((failure as AppError).problems).toMatchObject([{ path: 'row.total', suggestion: 'totals' }]);
    await expect(prepare(ctx, population, { channelKey: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(prepare(ctx, population, { templateKey: 'nothing' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('what SQL decides about many people', () => {
  it('is what core decides about one: consent', async () => {
    const statuses = [...ConsentStatus.options, undefined];
    for (const mode of ConsentMode.options) {
      for (const channel of statuses) {
        for (const topic of statuses) {
          const { allowed } = await ctx.db.one<{ allowed: boolean }>(sql`
            select ${consentAllowsSql(sql`${mode}::text`, sql`${channel ?? null}::text`, sql`${topic ?? null}::text`)} as allowed`);
          expect({ mode, channel, topic, allowed }).toEqual({
            mode,
            channel,
            topic,
            allowed: consentAllows(mode, { channel, topic }),
          });
        }
      }
    }
  });

  it('is what core decides about one: addresses', async () => {
    const part = fc.stringMatching(/^[a-zA-Z0-9._+\-'@ üé,<>"]{0,70}$/);
    const address = fc.oneof(
      fc.tuple(part, part).map(([local, domain]) => `${local}@${domain}`),
      fc
        .tuple(fc.stringMatching(/^[a-z0-9._+-]{1,66}$/), fc.stringMatching(/^[a-z0-9.-]{1,66}\.[a-z]{1,4}$/))
        .map((two) => two.join('@')),
      fc.emailAddress(),
      part,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(address, { minLength: 50, maxLength: 200 }), async (addresses) => {
        const rows = await ctx.db.query<{ address: string; mailable: boolean }>(sql`
          select address, ${isMailableSql(sql`address`)} as mailable from unnest(${addresses}::text[]) address`);
        for (const row of rows) {
          expect(row).toEqual({ address: row.address, mailable: isMailable(row.address) });
          if (row.address.length <= 64 && new RegExp(PLAIN_ADDRESS).test(row.address))
            expect(isMailable(row.address)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });
});
