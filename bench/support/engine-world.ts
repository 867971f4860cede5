import { instantText } from '../../src/core/rules/index.ts';
import type { Context } from '../../src/platform/context.ts';
import { ensureMonthPartitions, sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, plainDocument } from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';

const EVENTS = ['Product Viewed', 'Page Viewed', 'Cart Updated', 'Order Completed'];

/**
 * Fifty audiences as a shop has them: how often and how much within windows, of some category, what somebody did not do, with traits.
 * Everybody's events move the metrics of about a quarter of them; few people come or go with one event.
 */
function audiences(): object[] {
  const rules: object[] = [];
  for (let n = 0; rules.length < 50; n++) {
    const event = EVENTS[n % EVENTS.length];
    const within = `${1 + ((n * 7) % 60)}d`;
    rules.push(
      { event, within, count: { gte: 6 + (n % 5) } },
      { event, where: { category: `c${n}`, total: { gte: 20 * (n % 9) } }, within, count: { gte: 1 + (n % 3) } },
      { event, within, sum: { of: 'total', gte: 700 + 50 * n } },
      {
        all: [
          { event, within, count: { gte: 5 } },
          { none: [{ event: 'Order Completed', within: `${1 + (n % 14)}d` }] },
        ],
      },
      {
        all: [
          { trait: 'country', in: ['France', 'Belgium'] },
          { event, where: { category: `c${n + 10}` }, within },
        ],
      },
    );
  }
  return rules.slice(0, 50).map((rule, n) => ({ kind: 'audience', key: `live-${n}`, rule }));
}

/** Ten journeys: some let in by events, some by audiences; people wait in them for a day and for what they do next. */
function journeys(): object[] {
  return Array.from({ length: 10 }, (_, n) => ({
    kind: 'journey',
    key: `journey-${n}`,
    entry:
      n < 6
        ? { event: EVENTS[n % EVENTS.length], where: { total: { gte: 180 } }, reentry: '7d' }
        : { audience: `live-${n * 5}`, reentry: '7d' },
    exit: n % 2 === 0 ? [] : [{ event: 'Subscription Cancelled' }],
    start: 'first',
    steps: {
      first: {
        type: 'wait-for',
        event: 'Order Completed',
        timeout: '1d',
        then: { happened: 'mark', 'timed-out': 'mark' },
      },
      mark: { type: 'update-profile', set: { [`seen_${n}`]: true }, next: 'rest' },
      rest: { type: 'wait', for: '2d', next: 'end' },
    },
  }));
}

/** Journeys whose event never comes: what they cost everybody else is to be nothing. */
export function idleJourneys(count: number): object[] {
  return Array.from({ length: count }, (_, n) => ({
    kind: 'journey',
    key: `idle-${n}`,
    entry: { event: `Rare Event ${n}`, reentry: '7d' },
    start: 'rest',
    steps: { rest: { type: 'wait', for: '60d', next: 'end' } },
  }));
}

export async function publish(ctx: Context, documents: readonly object[]): Promise<void> {
  await applyDefinitions(ctx, { documents: documents.map(plainDocument), publish: true, dryRun: false });
}

export async function publishShop(ctx: Context): Promise<void> {
  await publish(ctx, audiences());
  await publish(ctx, journeys());
}

/** People `from` to `to`, each known by a user id. */
export async function addPeople(ctx: Context, from: number, to: number): Promise<void> {
  const at = instantText(ctx.clock.now());
  await ctx.db.execute(sql`
    with people as materialized (
      select n, bucket_of('user_id', 'u' || n) as bucket from generate_series(${from}::bigint, ${to}::bigint) n),
    profiles as (
      insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
      select bucket, n, 'person' || n || '@example.com',
        jsonb_build_object('country', (array['France', 'Belgium', 'Italy', 'Spain'])[1 + n % 4], 'city', 'City' || n % 3000),
        ${at}::timestamptz, ${at}::timestamptz
      from people)
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select bucket, 'user_id', 'u' || n, bucket, n, ${at}::timestamptz from people`);
  await ctx.db.execute(sql`select setval('profile_id_seq', ${to}::bigint)`);
}

/** People by their numbers, one after the other. */
export type People = { readonly first: number; readonly count: number };

/** Puts events of random people into the inbox, as ingestion does: four in ten of them look at a product, one in ten orders. */
export async function fillInbox(
  ctx: Context,
  input: { readonly from: number; readonly count: number; readonly people: People },
): Promise<void> {
  const now = ctx.clock.now();
  await ensureMonthPartitions(ctx.db, 'event', [now - 86_400_000, now]);
  await ctx.db.execute(sql`
    insert into inbox (bucket, body, received_at)
    select bucket_of('user_id', 'u' || person), json_build_object('kind', 'event', 'type', 'track', 'name', name,
      'properties', json_build_object('total', total, 'sku', 'sku-' || n % 1000, 'currency', 'EUR', 'category', 'c' || n % 50),
      'traits', '{}'::json, 'identities', json_build_array(json_build_object('namespace', 'user_id', 'value', 'u' || person)),
      'messageId', 'message-' || n, 'occurredAt', ${now}::bigint - n % 3600000, 'receivedAt', ${now}::bigint, 'source', 'web'),
      ${new Date(now)}
    from (
      select n, ${input.people.first}::bigint + floor(random() * ${input.people.count}::int)::bigint as person, floor(random() * 20000) / 100 as total,
        (array['Product Viewed', 'Product Viewed', 'Product Viewed', 'Product Viewed', 'Page Viewed', 'Page Viewed', 'Page Viewed',
          'Cart Updated', 'Cart Updated', 'Order Completed'])[1 + floor(random() * 10)::int] as name
      from generate_series(${input.from}::bigint, ${input.from + input.count - 1}::bigint) n) made`);
}

/** Brings every bucket up to the rules in force and empties the inbox. */
export async function settle(ctx: Context): Promise<void> {
  await drain(ctx);
  await ctx.db.execute(sql`vacuum analyze`);
}
