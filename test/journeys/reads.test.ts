import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JourneyInput } from '../../src/core/journeys/index.ts';
import { inLanguage } from '../../src/core/kernel/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument, saveDraft } from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import {
  closeJourney,
  forecastPublishing,
  listReads,
  pauseJourney,
  resumeJourney,
  showJourney,
  startDryRun,
  stopJourney,
  tendJourneys,
  triggerBusinessEvent,
} from '../../src/services/journeys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { enter, makePeople, pass, publish, settle, standing, TEMPLATE } from './service.ts';

let ctx: TestContext;
const HOUR = 3_600_000;

beforeAll(async () => {
  ctx = await createTestContext();
  await makePeople(ctx, 30);
  await publish(ctx, { kind: 'audience', key: 'everybody', rule: { any: [{ trait: 'email', ne: '' }] } });
  await publish(ctx, { kind: 'audience', key: 'chosen', static: true });
});
afterAll(() => ctx.close());

/** Lets everybody who comes stay for a while. */
function reading(key: string, entry: JourneyInput['entry'], stay = '30d'): JourneyInput {
  return { kind: 'journey', key, entry, start: 'stay', steps: { stay: { type: 'wait', for: stay as `${number}d` } } };
}

/** Puts people `p<from>` to `p<to>` into the saved audience. */
async function choose(from: number, to: number): Promise<void> {
  const values = Array.from({ length: to - from + 1 }, (_, i) => `p${from + i}`);
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since)
    select profile_bucket, 'chosen', profile_id, ${new Date(ctx.clock.now())} from identity
    where namespace = 'customer_id' and value = any(${values})
    on conflict do nothing`);
}

const insideOf = async (key: string) => (await showJourney(ctx, { key })).inside;

test('without a schedule an audience is read once, at its rate, when the journey goes live', async () => {
  await publish(ctx, reading('once', { read: 'everybody', rate: 10 }));
  await settle(ctx);
  expect(await insideOf('once')).toBe(0);
  await pass(ctx, 1_000, 1);
  expect(await insideOf('once')).toBe(10);
  await pass(ctx, 2_500, 3);
  expect(await insideOf('once')).toBe(30);
  await pass(ctx, 48 * HOUR, 1);
  expect(await listReads(ctx, { key: 'once', limit: 10 })).toMatchObject([{ state: 'done', people: 30, entered: 30 }]);
  expect(await showJourney(ctx, { key: 'once' })).toMatchObject({ entered: 30, refused: 0 });
  expect(await ctx.db.one(sql`select count(*) as count from journey_read_member`)).toEqual({ count: 0 });
});

test('a read that is interrupted goes on where it was: nobody twice, nobody left out', async () => {
  await publish(ctx, reading('cut', { read: 'everybody', rate: 12 }));
  await settle(ctx);
  ctx.clock.advance(1_000);
  let commits = 0;
  const breaking = {
    ...ctx,
    db: {
      ...ctx.db,
      transaction: async <T>(work: Parameters<typeof ctx.db.transaction<T>>[0]) => {
        commits++;
        return ctx.db.transaction<T>(async (tx) => {
          await work(tx);
          throw new Error('The process died before the commit.');
        });
      },
    },
  };
  await expect(tendJourneys(breaking)).rejects.toThrow('died');
  expect(commits).toBeGreaterThan(0);
  await drain(ctx);
  expect(await insideOf('cut')).toBe(0);
  await pass(ctx, 4_000, 5);
  expect(await showJourney(ctx, { key: 'cut' })).toMatchObject({ entered: 30, inside: 30, refused: 0 });
});

test('two who tend the same read let nobody in twice', async () => {
  await publish(ctx, reading('both', { read: 'everybody', rate: 10_000 }));
  ctx.clock.advance(1_000);
  for (let look = 0; look < 4; look++) {
    await Promise.all([tendJourneys(ctx), tendJourneys(ctx)]);
    ctx.clock.advance(500);
  }
  await settle(ctx);
  expect(await showJourney(ctx, { key: 'both' })).toMatchObject({ entered: 30, refused: 0 });
});

test('a recurring read lets in who is not inside; incremental, only who joined since; forced, everybody anew', async () => {
  const daily = { every: 'day', at: '06:00', zone: 'UTC' } as const;
  await choose(1, 4);
  await publish(
    ctx,
    reading('daily', { read: 'chosen', schedule: daily }, '1h'),
    reading('joined', { read: 'chosen', schedule: daily, incremental: true }, '1h'),
    reading('forced', { read: 'chosen', schedule: daily, force: true }),
  );
  await settle(ctx);
  expect(await insideOf('daily')).toBe(0);
  const next = new Date(ctx.clock.now());
  ctx.clock.advanceTo(Date.UTC(next.getUTCFullYear(), next.getUTCMonth(), next.getUTCDate() + 1, 6));
  await settle(ctx);
  await pass(ctx, 2_000, 2);
  for (const key of ['daily', 'joined', 'forced']) expect([key, await insideOf(key)]).toEqual([key, 4]);
  await choose(5, 6);
  await pass(ctx, 24 * HOUR, 2);
  await pass(ctx, 2_000, 2);
  expect((await showJourney(ctx, { key: 'daily' })).entered).toBe(10);
  expect((await showJourney(ctx, { key: 'joined' })).entered).toBe(6);
  expect(await showJourney(ctx, { key: 'forced' })).toMatchObject({ entered: 10, inside: 6 });
  expect(await standing(ctx, 'forced')).toEqual({ active: 6, forced: 4 });
});

test('an incremental read waits for the one before that is under way, and nobody is left out', async () => {
  const everyMinute = { cron: '* * * * *', zone: 'UTC' };
  await publish(ctx, reading('overtaken', { read: 'everybody', schedule: everyMinute, incremental: true, rate: 5 }));
  for (let minute = 1; minute <= 3; minute++) await pass(ctx, 60_000, 2);
  const entered = await insideOf('overtaken');
  expect(entered).toBeGreaterThan(0);
  expect(entered).toBeLessThan(30);
  await pass(ctx, 60_000, 30);
  expect(await showJourney(ctx, { key: 'overtaken' })).toMatchObject({ entered: 30, refused: 0 });
  await closeJourney(ctx, { key: 'overtaken' });
});

test('a pause makes a read that is under way stand still, and nobody is left out', async () => {
  await publish(ctx, reading('halted', { read: 'everybody', rate: 5 }));
  await settle(ctx);
  await pass(ctx, 1_000, 1);
  await pauseJourney(ctx, { key: 'halted' });
  await pass(ctx, 10_000, 5);
  expect(await showJourney(ctx, { key: 'halted' })).toMatchObject({ entered: 5, refused: 0 });
  await resumeJourney(ctx, { key: 'halted' });
  await pass(ctx, 10_000, 10);
  expect(await showJourney(ctx, { key: 'halted' })).toMatchObject({ entered: 30, refused: 0 });
});

test('whom a read has let in just before a pause is held, not refused', async () => {
  const mail = { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none' } as const;
  const entry = { read: 'everybody', rate: 5 };
  await publish(ctx, TEMPLATE, { kind: 'journey', key: 'cut-short', entry, start: 'mail', steps: { mail } });
  await settle(ctx);
  ctx.clock.advance(1_000);
  await tendJourneys(ctx);
  // They lie in the inbox.
  await pauseJourney(ctx, { key: 'cut-short' });
  await settle(ctx);
  expect(await standing(ctx, 'cut-short')).toEqual({ held: 5 });
  await resumeJourney(ctx, { key: 'cut-short' });
  await pass(ctx, 10_000, 10);
  expect(await showJourney(ctx, { key: 'cut-short' })).toMatchObject({ entered: 30, refused: 0 });
});

test('closing a journey ends its reads: nobody more enters', async () => {
  await publish(ctx, reading('closing', { read: 'everybody', rate: 5 }));
  await settle(ctx);
  await pass(ctx, 1_000, 1);
  await closeJourney(ctx, { key: 'closing' });
  await pass(ctx, 10_000, 2);
  expect(await insideOf('closing')).toBe(5);
  expect(await listReads(ctx, { key: 'closing', limit: 1 })).toMatchObject([{ state: 'cancelled', entered: 5 }]);
});

test('a business event lets the audience in with its properties, once per event, each in an instance of its own', async () => {
  await publish(
    ctx,
    reading('restock', { business_event: 'Back in stock', read: 'chosen', where: { sku: { eq: 'A1' } } }),
  );
  await settle(ctx);
  const trigger = (id: string, sku: string) =>
    triggerBusinessEvent(ctx, { name: 'Back in stock', id, properties: { sku } });
  expect((await trigger('e1', 'B2')).journeys).toEqual([]);
  expect((await trigger('e1', 'A1')).journeys).toMatchObject([{ key: 'restock', audience: 'chosen', started: true }]);
  expect((await trigger('e1', 'A1')).journeys).toMatchObject([{ started: false }]);
  await pass(ctx, 2_000, 3);
  expect(await insideOf('restock')).toBe(6);
  await trigger('e2', 'A1');
  await pass(ctx, 2_000, 3);
  expect(await insideOf('restock')).toBe(12);
  const bodies = await ctx.db.query<{ sku: string }>(sql`
    select distinct body -> 'entry' -> 'data' ->> 'sku' as sku from journey_instance where journey_key = 'restock'`);
  expect(bodies).toEqual([{ sku: 'A1' }]);
});

/** The next time that clocks show six in UTC. */
async function passToSix(): Promise<void> {
  const next = new Date(ctx.clock.now());
  ctx.clock.advanceTo(Date.UTC(next.getUTCFullYear(), next.getUTCMonth(), next.getUTCDate() + 1, 6));
  await settle(ctx);
  await pass(ctx, 2_000, 2);
}
const DAILY = { every: 'day', at: '06:00', zone: 'UTC' } as const;
const enteredIn = async (key: string, version: number) => (await showJourney(ctx, { key, version })).entered;
/** Publishes a journey and says what was told of it. */
async function publishSaying(document: JourneyInput): Promise<string[]> {
  const applied = await applyDefinitions(ctx, {
    documents: [plainDocument(document)],
    publish: true,
    dryRun: false,
  });
  return applied.flatMap(({ notes }) => notes.map((note) => inLanguage(note)));
}
const draft = (document: JourneyInput) =>
  saveDraft(ctx, { kind: 'journey', key: document.key, document: plainDocument(document) });

test('a new version goes on from what the one before has read: nobody enters again who has not joined since', async () => {
  await choose(1, 4);
  const joined = (stay: string) => reading('anew', { read: 'chosen', schedule: DAILY, incremental: true }, stay);
  await publish(ctx, joined('1h'));
  await passToSix();
  const before = await enteredIn('anew', 1);
  await pass(ctx, 2 * HOUR, 4);
  await publish(ctx, joined('2h'));
  await pass(ctx, 1_000, 2);
  expect((await showJourney(ctx, { key: 'anew', version: 1 })).state).toBe('finished');
  await choose(7, 8);
  await passToSix();
  expect([before, await enteredIn('anew', 2)]).toEqual([6, 2]);
});

test('and lets in who was still to come when it was published, nobody twice', async () => {
  const slow = (stay: string) =>
    reading('slow', { read: 'everybody', schedule: DAILY, incremental: true, rate: 5 }, stay);
  await publish(ctx, slow('1h'));
  await passToSix();
  const before = await enteredIn('slow', 1);
  expect(before).toBeLessThan(30);
  await publish(ctx, slow('2h'));
  await pass(ctx, 20_000, 20);
  expect(before + (await enteredIn('slow', 2))).toBe(30);
  await passToSix();
  expect(before + (await enteredIn('slow', 2))).toBe(30);
});

test('what a dry run reads lets people into the dry run alone, whatever is live', async () => {
  await publish(ctx, reading('tried', { api: true }));
  await draft(reading('tried', { read: 'everybody' }));
  await startDryRun(ctx, { key: 'tried' });
  await pass(ctx, 5_000, 5);
  expect([await enteredIn('tried', 1), await enteredIn('tried', 2)]).toEqual([0, 30]);
});

test.each([
  ['once', { read: 'everybody', schedule: { once: '2026-01-01' } }],
  ['incremental', { read: 'everybody', schedule: DAILY, incremental: true }],
] as const)('what was read in a dry run is read for real when the version goes live (%s)', async (name, entry) => {
  const key = `real-${name}`;
  await draft(reading(key, entry));
  await startDryRun(ctx, { key });
  await passToSix();
  expect(await enteredIn(key, 1)).toBe(30);
  await publish(ctx, reading(key, entry));
  await passToSix();
  expect(await showJourney(ctx, { key, version: 1 })).toMatchObject({ state: 'live', entered: 30, inside: 30 });
});

test.each([
  ['without a schedule', { read: 'chosen', rate: 5_000 }],
  ['at a time that is past', { read: 'chosen', rate: 5_000, schedule: { once: '2026-01-01' } }],
  // Whatever the read was set to before: who corrects a journey may well correct that.
  ['at another time that is past', { read: 'chosen', rate: 5_000, schedule: { once: '2026-01-02' } }],
] as const)('a corrected version does not read again what was read once (%s)', async (name, entry) => {
  const key = `corrected-${name.replaceAll(' ', '-')}`;
  await choose(1, 4);
  await publish(ctx, reading(key, { read: 'chosen' }, '1h'));
  await pass(ctx, 2 * HOUR, 8);
  const before = await enteredIn(key, 1);
  expect(before).toBeGreaterThanOrEqual(4);
  const [applied] = await publishSaying(reading(key, entry, '2h'));
  expect(applied).toMatch(/^The audience "chosen" was read at .* UTC and is not read again/);
  await pass(ctx, 2 * HOUR, 8);
  expect(await showJourney(ctx, { key, version: 2 })).toMatchObject({ entered: 0, refused: 0 });
  // Nor when it was stopped for the correction.
  await stopJourney(ctx, { key });
  await publish(ctx, reading(key, entry, '3h'));
  await pass(ctx, 2 * HOUR, 8);
  expect((await showJourney(ctx, { key, version: 3 })).entered).toBe(0);
  const again = new Date(ctx.clock.now() + HOUR).toISOString().slice(0, 19);
  const later = reading(key, { read: 'chosen', schedule: { once: again, zone: 'UTC' } }, '1h');
  expect(await publishSaying(later)).toEqual([expect.stringMatching(/at .* UTC and lets everybody in it in\.$/)]);
  await pass(ctx, 3 * HOUR, 12);
  expect((await showJourney(ctx, { key, version: 4 })).entered).toBe(before);
});

test('a corrected version lets in the rest of a read that is under way, nobody twice', async () => {
  const once = (stay: string) => reading('rest', { read: 'everybody', rate: 5 }, stay);
  await publish(ctx, once('1h'));
  await settle(ctx);
  await pass(ctx, 2_000, 2);
  const before = await enteredIn('rest', 1);
  expect([before > 0, before < 30]).toEqual([true, true]);
  expect(await publishSaying(once('2h'))).toEqual([
    'It goes on with the read of the audience "everybody" that is under way.',
  ]);
  await pass(ctx, 20_000, 20);
  await pass(ctx, 3 * HOUR, 6);
  expect([
    before + (await enteredIn('rest', 2)),
    (await showJourney(ctx, { key: 'rest', version: 2 })).refused,
  ]).toEqual([30, 0]);
});

test('another audience is read at once, and it is said before', async () => {
  await publish(ctx, reading('other', { read: 'everybody' }));
  await pass(ctx, 4_000, 4);
  await draft(reading('other', { read: 'chosen' }));
  const notes = (await forecastPublishing(ctx, 'other')).map((note) => inLanguage(note));
  expect(notes).toEqual(['It reads the audience "chosen" at once and lets everybody in it in.']);
  await publish(ctx, reading('other', { read: 'chosen' }));
  await pass(ctx, 4_000, 4);
  expect((await listReads(ctx, { key: 'other', limit: 1 }))[0]).toMatchObject({ version: 2, audience_key: 'chosen' });
});

test('an incremental journey that was closed or stopped goes on from what it had read when it is published again', async () => {
  const joined = (stay: string) =>
    reading('reopened', { read: 'everybody', schedule: DAILY, incremental: true, rate: 5 }, stay);
  expect(await publishSaying(joined('1h'))).toEqual([expect.stringMatching(/lets everybody in it in\.$/)]);
  await passToSix();
  const before = await enteredIn('reopened', 1);
  // Who had not entered yet is still to come, and nobody enters twice.
  expect(before).toBeLessThan(30);
  await stopJourney(ctx, { key: 'reopened' });
  expect(await publishSaying(joined('2h'))).toEqual([expect.stringMatching(/who was not in it when it was read at/)]);
  await passToSix();
  await pass(ctx, 20_000, 20);
  expect(before + (await enteredIn('reopened', 2))).toBe(30);
  await closeJourney(ctx, { key: 'reopened' });
  await publish(ctx, joined('3h'));
  await passToSix();
  await pass(ctx, 20_000, 20);
  expect(await enteredIn('reopened', 3)).toBe(0);
});

test.each([
  { what: 'reads an audience', entry: { read: 'everybody' }, ends: 'retries' },
  { what: 'is let in one by one', entry: { api: true }, ends: 'message' },
] as const)('of a journey that $what the channel ends $ends', async ({ entry, ends }) => {
  await publish(ctx, TEMPLATE, {
    ...{ kind: 'journey', key: `ends-${ends}`, entry, start: 'mail' },
    steps: { mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none' } },
  });
  if ('api' in entry) await enter(ctx, `ends-${ends}`, 1, 1);
  await pass(ctx, 2_000, 2);
  expect(
    await ctx.db.query(sql`select settings ->> 'deadline_of' as ends from send where journey_key = ${`ends-${ends}`}`),
  ).toEqual([{ ends }]);
});
