import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JourneyInput } from '../../src/core/journeys/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { plainDocument, saveDraft } from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import {
  closeJourney,
  listReads,
  showJourney,
  startDryRun,
  tendJourneys,
  triggerBusinessEvent,
} from '../../src/services/journeys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { makePeople, pass, publish, settle, standing } from './service.ts';

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
