import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { replayDeadLetters } from '../../src/services/ingest/index.ts';
import { createTestContext } from '../support/context.ts';
import { accept, eventOf } from './events.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

const DOCUMENTS = [
  {
    kind: 'template',
    key: 'hello',
    subject: 'Hello',
    text: 'Hello {{ profile.first_name }} {{ message.unsubscribe_url }}',
    defaults: { 'profile.first_name': 'you' },
  },
  { kind: 'table', key: 'products', columns: { sku: 'text', name: 'text', stock: 'integer' }, primary_key: ['sku'] },
  { kind: 'audience', key: 'marked', rule: { trait: 'marked', eq: true } },
];
const JOURNEYS = [
  {
    kind: 'journey',
    key: 'mark',
    entry: { event: 'Signed Up' },
    start: 'mark',
    steps: {
      mark: { type: 'update-profile', set: { marked: true }, next: 'sees' },
      sees: { type: 'condition', then: { yes: { where: { trait: 'marked', eq: true }, next: 'mail' } }, else: 'end' },
      mail: {
        type: 'email',
        template: 'hello',
        channel: 'sandbox',
        consent: 'opt-in',
        next: 'end',
        refused: 'refused',
      },
      refused: { type: 'update-profile', set: { refused: true }, next: 'end' },
    },
  },
  {
    kind: 'journey',
    key: 'follows',
    entry: { audience: 'marked' },
    start: 'seen',
    steps: { seen: { type: 'update-profile', set: { followed: true } } },
  },
  {
    kind: 'journey',
    key: 'looks-up',
    entry: { event: 'Product Viewed' },
    start: 'product',
    steps: {
      product: { type: 'lookup', table: 'products', key: { sku: '{{ entry.sku }}' }, next: 'keep', else: 'nothing' },
      keep: { type: 'update-profile', set: { product: '{{ results.product.name }}' } },
      nothing: { type: 'update-profile', set: { product: 'unknown' } },
    },
  },
  {
    kind: 'journey',
    key: 'first-three',
    entry: { event: 'Came' },
    max_entries: { count: 3, per: '30d' },
    start: 'seat',
    steps: { seat: { type: 'update-profile', set: { seat: true } } },
  },
  {
    kind: 'journey',
    key: 'ping',
    entry: { event: 'Pinged' },
    start: 'pong',
    steps: { pong: { type: 'jump', journey: 'pong' } },
  },
  {
    kind: 'journey',
    key: 'circle',
    entry: { audience: 'marked', on: 'left' },
    start: 'mark',
    steps: {
      mark: { type: 'update-profile', set: { marked: true }, next: 'unmark' },
      unmark: { type: 'update-profile', set: { marked: false } },
    },
  },
  {
    kind: 'journey',
    key: 'pong',
    entry: { api: true },
    start: 'mark',
    steps: { mark: { type: 'update-profile', set: { ponged: true } } },
  },
];

beforeAll(async () => {
  for (const documents of [DOCUMENTS, JOURNEYS.toReversed()]) {
    await applyDefinitions(ctx, { documents: documents.map(plainDocument), publish: true, dryRun: false });
  }
  await ctx.db.execute(sql`
    insert into data.products (sku, name, stock, _updated_at) values ('s1', 'Chair', 3, ${new Date(ctx.clock.now())})`);
});

async function traitsOf(userId: string): Promise<Record<string, unknown>> {
  const { traits } = await ctx.db.one<{ traits: Record<string, unknown> }>(sql`
    select traits from profile p join identity i on i.profile_bucket = p.bucket and i.profile_id = p.profile_id
    where i.namespace = 'user_id' and i.value = ${userId}`);
  return traits;
}

const now = () => ctx.clock.now();

test('what a step writes is read by the next, moves audiences and starts other journeys, in the turn of the event', async () => {
  await accept(ctx, [eventOf('ana', 'Signed Up', { now: now() })]);
  await drain(ctx);
  expect(await traitsOf('ana')).toEqual({ marked: true, followed: true, refused: true });
  const changes = await ctx.db.query(sql`select audience_key, change, cause from audience_change`);
  expect(changes).toEqual([{ audience_key: 'marked', change: 'entered', cause: 'profile' }]);
  // Nobody agreed to mail: the refusal is a row with its reason, and was known to the step at once.
  expect(await ctx.db.query(sql`select state, reason from message`)).toEqual([
    { state: 'excluded', reason: 'no_address' },
  ]);
});

test('a row is looked up before the batch that goes on with it', async () => {
  await accept(ctx, [
    eventOf('bea', 'Product Viewed', { now: now(), properties: { sku: 's1' } }),
    eventOf('cai', 'Product Viewed', { now: now(), properties: { sku: 'none' } }),
  ]);
  await drain(ctx);
  expect([await traitsOf('bea'), await traitsOf('cai')]).toEqual([{ product: 'Chair' }, { product: 'unknown' }]);
});

test('a cap is exact over all buckets', async () => {
  await accept(
    ctx,
    Array.from({ length: 20 }, (_, n) => eventOf(`d-${n}`, 'Came', { now: now() })),
  );
  await drain(ctx);
  expect(await ctx.db.one(sql`select count(*) as seats from profile where traits ? 'seat'`)).toEqual({ seats: 3 });
  const refused = await ctx.db.one(sql`
    select sum(value)::bigint as count from journey_count where journey_key = 'first-three' and name = 'refused' and outlet = 'max-entries'`);
  expect(refused).toEqual({ count: 17 });
});

test('a jump lets the person into the other journey in the same turn', async () => {
  await accept(ctx, [eventOf('eve', 'Pinged', { now: now() })]);
  await drain(ctx);
  expect(await traitsOf('eve')).toEqual({ ponged: true });
});

test('journeys that set each other off for ever are cut and reported', async () => {
  await accept(ctx, [
    eventOf('fay', 'Identify', { now: now(), traits: { marked: true } }),
    eventOf('fay', 'Identify', { now: now(), traits: { marked: false } }),
  ]);
  await drain(ctx);
  const letters = await ctx.db.query(sql`select reason from dead_letter`);
  expect(letters.length).toBeGreaterThan(0);
  expect(letters[0]).toEqual({ reason: 'chain_too_long' });
  // What led too far was applied: it is kept to be looked at, and does not happen again.
  const history = () => ctx.db.query(sql`select event_id from event order by 1`);
  const before = await history();
  expect(await replayDeadLetters(ctx, { source: 'test' })).toEqual({ replayed: 0, refused: letters.length });
  await drain(ctx);
  expect(await history()).toEqual(before);
  expect(await ctx.db.query(sql`select * from inbox`)).toEqual([]);
});

test('an event that is a day old, or comes from an import of the past, starts nothing', async () => {
  await accept(ctx, [
    eventOf('gus', 'Pinged', { now: now(), occurredAt: now() - 25 * 3_600_000 }),
    eventOf('hal', 'Pinged', { now: now(), historical: true }),
  ]);
  await drain(ctx);
  expect([await traitsOf('gus'), await traitsOf('hal')]).toEqual([{}, {}]);
});

test('afterwards everything adds up', async () => {
  expect(await examine(ctx)).toMatchObject({ differences: [], findings: [] });
});
