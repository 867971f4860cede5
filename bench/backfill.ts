// How long a new audience with windows takes until it is exact for a million people with ten million events, while more events come:
// from the moment of publishing until every bucket is filled, by the engine that processes those events at the same time. Then the same
// of a new computed trait, until everybody has it.
//
//   tsx bench/backfill.ts [--profiles 1000000] [--events 10000000] [--rate 1000] [--held]
//
// --held: another audience was in force before, so that most people have a state that is added to.
import { parseArgs } from 'node:util';
import { PROFILES } from '../src/core/data/index.ts';
import type { EventItem } from '../src/core/engine/index.ts';
import type { Instant } from '../src/core/kernel/index.ts';
import type { Rule } from '../src/core/rules/index.ts';
import { instantText } from '../src/core/rules/index.ts';
import type { Context } from '../src/platform/context.ts';
import { bucketOf } from '../src/platform/crypto.ts';
import { type Database, ensureMonthPartitions, raw, sql } from '../src/platform/sql/index.ts';
import { countAudience, countPopulation } from '../src/services/audiences/index.ts';
import { applyDefinitions, plainDocument } from '../src/services/definitions/index.ts';
import { startEngine } from '../src/services/engine/index.ts';
import { createIngest } from '../src/services/ingest/index.ts';
import { loadCatalog } from '../src/services/tables/index.ts';
import { peakRssMb, report, say, timed, withScratch } from './support/index.ts';

const DAYS = 725;
const DAY_MS = 86_400_000;
const TICK_MS = 100;
/** How many of the people the events that keep coming are about. */
const VISITORS_MAX = 50_000;

const { values: options } = parseArgs({
  options: {
    profiles: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '10000000' },
    rate: { type: 'string', default: '1000' },
    held: { type: 'boolean', default: false },
  },
});
const profiles = Number(options.profiles);
const events = Number(options.events);
const rate = Number(options.rate);

const RULE: Rule = {
  all: [
    { trait: 'country', in: ['France', 'Belgium'] },
    { event: 'Order Completed', within: '365d', count: { gte: 2 } },
    { none: [{ event: 'Order Completed', within: '30d' }] },
  ],
};
const BEFORE: Rule = { event: 'Cart Updated', within: '365d', count: { gte: 2 } };

/** People and two years of events, made by the database itself; a few people do much more than the others. */
async function fill(db: Database, now: Instant): Promise<void> {
  const days = Array.from({ length: DAYS + 2 }, (_, index) => now + DAY_MS - index * DAY_MS);
  await ensureMonthPartitions(db, 'event', days);
  const at = sql`${instantText(now)}::timestamptz`;
  await db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select bucket_of('user_id', 'u' || i), i, 'person' || i || '@example.com', jsonb_build_object(
      'first_name', 'Name' || i % 5000, 'score', i % 100,
      'country', (array['France', 'Belgium', 'Germany', 'Italy', 'Spain', 'Poland', 'Austria', 'Sweden', 'Norway', 'Ireland'])[1 + (hashint8(i + 7) & 2147483647) % 10]),
      ${at}, ${at}
    from generate_series(1, ${profiles}::bigint) i`);
  await db.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select bucket, 'user_id', 'u' || profile_id, bucket, profile_id, ${at} from profile where profile_id <= ${VISITORS_MAX}`);
  // Loading first and indexing after; the indexes end up as the migration defines them.
  await db.execute(raw('drop index event_name; alter table event drop constraint event_pkey'));
  const half = Math.ceil(events / 2);
  await Promise.all([addEvents(db, now, 1, half), addEvents(db, now, half + 1, events)]);
  await db.execute(
    raw(
      "set maintenance_work_mem = '512MB'; alter table event add primary key (bucket, profile_id, occurred_at, event_id)",
    ),
  );
  await db.execute(raw('create index event_name on event (name, occurred_at) include (bucket, profile_id)'));
  await db.execute(sql`select setval('profile_id_seq', ${profiles}), setval('event_id_seq', ${events})`);
  await db.execute(raw('vacuum analyze event, profile, identity'));
}

/** Two of these at once keep both cores busy. */
async function addEvents(db: Database, now: Instant, from: number, to: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select setseed(${from === 1 ? 0.25 : 0.75})`);
    await tx.execute(sql`
      insert into event (bucket, profile_id, occurred_at, event_id, name, properties, source, received_at)
      select p.bucket, person, at, i, made.name,
        jsonb_build_object('total', floor(random() * 20000) / 100, 'sku', 'sku-' || i % 1000, 'currency', 'EUR'), 'bench', at
      from (
        select i, 1 + floor(${profiles}::bigint * power(random(), 2))::bigint as person,
          ${instantText(now)}::timestamptz - random() * ${DAYS} * interval '1 day' as at,
          (array['Product Viewed', 'Product Viewed', 'Product Viewed', 'Product Viewed', 'Page Viewed', 'Page Viewed', 'Page Viewed',
            'Cart Updated', 'Cart Updated', 'Order Completed'])[1 + floor(random() * 10)::int] as name
        from generate_series(${from}::bigint, ${to}::bigint) i) made
      join profile p on p.profile_id = person`);
  });
}

/** Events at a steady rate until told to stop: of every ten one is an order. Answers how many were taken. */
function keepComing(ctx: Context): { stop(): Promise<number> } {
  const ingest = createIngest(ctx);
  let taken = 0;
  const pending = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const items = Array.from({ length: (rate * TICK_MS) / 1_000 }, () => arrival(ctx.clock.now(), taken++));
    const accepted: Promise<void> = ingest.accept(items).finally(() => pending.delete(accepted));
    pending.add(accepted);
  }, TICK_MS);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return taken;
    },
  };
}

function arrival(now: Instant, number: number): { bucket: number; item: EventItem } {
  const identity = { namespace: 'user_id', value: `u${1 + ((number * 7_919) % Math.min(profiles, VISITORS_MAX))}` };
  const item: EventItem = {
    kind: 'event',
    type: 'track',
    name: number % 10 === 0 ? 'Order Completed' : 'Product Viewed',
    properties: { total: 49.9, sku: 'sku-17' },
    traits: {},
    identities: [identity],
    messageId: `bench-${number}`,
    occurredAt: now,
    receivedAt: now,
    source: 'bench',
  };
  return { bucket: bucketOf(identity.namespace, identity.value), item };
}

async function publish(ctx: Context, definition: object): Promise<void> {
  const documents = [plainDocument(definition)];
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
}

async function filled(ctx: Context): Promise<void> {
  for (;;) {
    const { waiting } = await ctx.db.one<{ waiting: boolean }>(sql`
      select exists (select from bucket where epoch < (select epoch from live_epoch)) as waiting`);
    if (!waiting) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Until everybody has a new computed trait, and nobody has still to be told of it. */
async function traitSeconds(ctx: Context): Promise<number> {
  const trait = { kind: 'computed-trait', key: 'spent', event: 'Order Completed', sum: 'total' };
  const { seconds } = await timed(async () => {
    await publish(ctx, trait);
    await filled(ctx);
    await processed(ctx);
  });
  const { having, meant } = await ctx.db.one<{ having: number; meant: number }>(sql`
    select (select count(*) from profile where traits ? 'spent') as having,
      (select count(distinct (bucket, profile_id)) from event where name = 'Order Completed') as meant`);
  if (having !== meant) throw new Error(`${having} people have the trait, ${meant} should.`);
  return seconds;
}

/** Until nothing waits in the inbox. */
async function processed(ctx: Context): Promise<void> {
  for (;;) {
    const { waiting } = await ctx.db.one<{ waiting: boolean }>(sql`select exists (select from inbox) as waiting`);
    if (!waiting) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

await withScratch(async ({ ctx }) => {
  say(`Making ${profiles} profiles and ${events} events.`);
  const { seconds: making } = await timed(() => fill(ctx.db, ctx.clock.now()));
  say(`Made in ${making.toFixed(0)} s.`);
  // What reading the same rows costs at the least: the events that the rule looks at, once, by index.
  const limit = async () => {
    const from = new Date(ctx.clock.now() - 365 * DAY_MS);
    await ctx.db.one(sql`
      select count(*), count(distinct (bucket, profile_id)) from event where name = 'Order Completed' and occurred_at >= ${from}`);
  };
  await limit();
  const scan = await timed(limit);
  const engine = startEngine(ctx);
  if (options.held) {
    await publish(ctx, { kind: 'audience', key: 'before', rule: BEFORE });
    await filled(ctx);
    await ctx.db.execute(raw('vacuum analyze profile_state, audience_member'));
  }
  const coming = keepComing(ctx);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { seconds: publishing } = await timed(() => publish(ctx, { kind: 'audience', key: 'lapsed', rule: RULE }));
  const { seconds: filling } = await timed(() => filled(ctx));
  const seconds = publishing + filling;
  const taken = await coming.stop();
  const { seconds: behind } = await timed(() => processed(ctx));
  const trait = await traitSeconds(ctx);
  await engine.stop();
  const catalog = await loadCatalog(ctx.db);
  const kept = await countAudience(ctx, { key: 'lapsed' });
  const exact = await countPopulation(ctx.db, { rule: RULE, catalog, on: PROFILES, now: ctx.clock.now() });
  if (!kept.kept || kept.count !== exact)
    throw new Error(`${kept.count} members are kept, the rule is true of ${exact}.`);
  const n = profiles + events;
  const note = `${kept.count} members; ${publishing.toFixed(1)} s of it publishing; ${taken} events came meanwhile, processed ${behind.toFixed(1)} s after the last`;
  report({ bench: 'backfill', metric: 'seconds', value: seconds, unit: 's', n, note });
  report({ bench: 'backfill', metric: 'trait_seconds', value: trait, unit: 's', n, note: 'a sum over all orders' });
  report({ bench: 'backfill', metric: 'rss_mb', value: peakRssMb(), unit: 'MB', n });
  report({
    bench: 'backfill',
    metric: 'limit_seconds',
    value: scan.seconds,
    unit: 's',
    n,
    note: 'one scan by index of the events that the rule looks at, the people among them counted; nothing written',
  });
  report({ bench: 'backfill', metric: 'ratio', value: seconds / scan.seconds, unit: 'x', n });
});
