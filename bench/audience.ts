// The exact count of an audience of three conditions (a trait, an event aggregate in a window, an absence) over a million people and
// ten million events, against a scan of the same data by DuckDB, which keeps it in columns.
//
//   tsx bench/audience.ts [--profiles 1000000] [--events 10000000] [--plan] [--no-limit]
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { PROFILES } from '../src/core/data/index.ts';
import type { Instant } from '../src/core/kernel/index.ts';
import { instantText, type Rule } from '../src/core/rules/index.ts';
import { type Database, ensureMonthPartitions, raw, sql } from '../src/platform/sql/index.ts';
import { countPopulation, explainPopulation } from '../src/services/audiences/index.ts';
import { loadCatalog } from '../src/services/tables/index.ts';
import { peakRssMb, report, say, timed, withScratch } from './support/index.ts';

const NOW: Instant = Date.parse('2026-06-30T12:00:00Z');
const DAYS = 725;
const RUNS = 7;
const DAY_MS = 86_400_000;

const { values: options } = parseArgs({
  options: {
    profiles: { type: 'string', default: '1000000' },
    events: { type: 'string', default: '10000000' },
    plan: { type: 'boolean', default: false },
    'no-limit': { type: 'boolean', default: false },
  },
});
const profiles = Number(options.profiles);
const events = Number(options.events);

const RULE: Rule = {
  all: [
    { trait: 'country', in: ['France', 'Belgium'] },
    { event: 'Order Completed', within: '365d', count: { gte: 3 } },
    { none: [{ event: 'Order Completed', within: '60d' }] },
  ],
};
/** The same with a test of a property, for which the rows themselves must be read. */
const RULE_WITH_PROPERTY: Rule = {
  all: [
    { trait: 'country', in: ['France', 'Belgium'] },
    { event: 'Order Completed', where: { total: { gte: 50 } }, within: '365d', count: { gte: 3 } },
    { none: [{ event: 'Order Completed', within: '60d' }] },
  ],
};

/** People and two years of events, made by the database itself; a few people do much more than the others. */
async function fill(db: Database): Promise<void> {
  const days = Array.from({ length: DAYS + 1 }, (_, index) => NOW - index * DAY_MS);
  await ensureMonthPartitions(db, 'event', days);
  await db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select hashint8(i) & 255, i, 'person' || i || '@example.com', jsonb_build_object(
      'first_name', 'Name' || i % 5000, 'last_name', 'Family' || i % 20000,
      'country', (array['France', 'Belgium', 'Germany', 'Italy', 'Spain', 'Poland', 'Austria', 'Sweden', 'Norway', 'Ireland'])[1 + (hashint8(i + 7) & 2147483647) % 10],
      'city', 'City' || i % 3000, 'score', i % 100, 'newsletter', i % 3 = 0), ${instantText(NOW)}::timestamptz, ${instantText(NOW)}::timestamptz
    from generate_series(1, ${profiles}::bigint) i`);
  // Loading first and indexing after is how a backfill is done too; the indexes end up as the migration defines them.
  await db.execute(raw('drop index event_name; alter table event drop constraint event_pkey'));
  const half = Math.ceil(events / 2);
  await Promise.all([addEvents(db, 1, half), addEvents(db, half + 1, events)]);
  await db.execute(
    raw(
      "set maintenance_work_mem = '512MB'; alter table event add primary key (bucket, profile_id, occurred_at, event_id)",
    ),
  );
  await db.execute(raw('create index event_name on event (name, occurred_at) include (bucket, profile_id)'));
  await db.execute(raw('vacuum analyze event, profile'));
}

/** Two of these at once keep both cores busy. */
async function addEvents(db: Database, from: number, to: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select setseed(${from === 1 ? 0.25 : 0.75})`);
    await tx.execute(sql`
      insert into event (bucket, profile_id, occurred_at, event_id, name, properties, source, received_at)
      select hashint8(person) & 255, person, at, i, name,
        jsonb_build_object('total', floor(random() * 20000) / 100, 'sku', 'sku-' || i % 1000, 'currency', 'EUR'), 'bench', at
      from (
        select i, 1 + floor(${profiles}::bigint * power(random(), 2))::bigint as person,
          ${instantText(NOW)}::timestamptz - random() * ${DAYS} * interval '1 day' as at,
          (array['Product Viewed', 'Product Viewed', 'Product Viewed', 'Product Viewed', 'Page Viewed', 'Page Viewed', 'Page Viewed',
            'Cart Updated', 'Cart Updated', 'Order Completed'])[1 + floor(random() * 10)::int] as name
        from generate_series(${from}::bigint, ${to}::bigint) i) made`);
  });
}

type Measured = { readonly seconds: number; readonly count: number };

/** The median of a few runs: the first one warms the cache, as it would be on a server at work. */
async function median(work: () => Promise<number>): Promise<Measured> {
  const runs: Measured[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { seconds, result } = await timed(work);
    runs.push({ seconds, count: result });
  }
  const middle = [...runs].sort((a, b) => a.seconds - b.seconds)[Math.floor(RUNS / 2)];
  if (!middle) throw new Error('Nothing was measured.');
  return middle;
}

/** DuckDB is a dependency of the benches alone; its absence leaves the limit out, and says so. */
async function duckDb(): Promise<{ run(text: string): Promise<number> } | undefined> {
  try {
    const name = '@duckdb/node-api';
    const { DuckDBInstance } = await import(name);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    return {
      async run(text) {
        const rows = (await connection.runAndReadAll(text)).getRows();
        return Number(rows[0]?.[0] ?? 0);
      },
    };
  } catch (error) {
    say(`No limit is measured: @duckdb/node-api is not installed (npm install in bench/): ${(error as Error).message}`);
    return undefined;
  }
}

async function unload(databaseUrl: string, query: string, file: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await pipeline(client.query(copyTo(`copy (${query}) to stdout with (format csv)`)), createWriteStream(file));
  await client.end();
}

/** The same question to DuckDB over the columns that it needs, already loaded into its own tables. */
async function limit(databaseUrl: string, folder: string): Promise<Measured | undefined> {
  const duck = await duckDb();
  if (!duck) return undefined;
  const [people, history] = [join(folder, 'profile.csv'), join(folder, 'event.csv')];
  await unload(databaseUrl, "select bucket, profile_id, traits ->> 'country' from profile", people);
  await unload(
    databaseUrl,
    "select bucket, profile_id, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS'), name from event",
    history,
  );
  await duck.run(
    `create table profile as select * from read_csv('${people}', header = false, columns = {bucket: 'smallint', profile_id: 'bigint', country: 'varchar'})`,
  );
  await duck.run(
    `create table event as select * from read_csv('${history}', header = false, columns = {bucket: 'smallint', profile_id: 'bigint', occurred_at: 'timestamp', name: 'varchar'})`,
  );
  const since = (days: number) =>
    `timestamp '${instantText(NOW - days * DAY_MS)
      .slice(0, 23)
      .replace('T', ' ')}'`;
  const until = `timestamp '${instantText(NOW).slice(0, 23).replace('T', ' ')}'`;
  return median(() =>
    duck.run(`
    select count(*) from profile p
    where country in ('France', 'Belgium')
      and (bucket, profile_id) in (select (bucket, profile_id) from event where name = 'Order Completed' and occurred_at >= ${since(365)}
        and occurred_at <= ${until} group by bucket, profile_id having count(*) >= 3)
      and not exists (select 1 from event e where e.bucket = p.bucket and e.profile_id = p.profile_id and e.name = 'Order Completed'
        and e.occurred_at >= ${since(60)} and e.occurred_at <= ${until})`),
  );
}

await withScratch(async ({ ctx, databaseUrl, folder }) => {
  say(`Making ${profiles} profiles and ${events} events.`);
  const { seconds: filling } = await timed(() => fill(ctx.db));
  say(`Made in ${filling.toFixed(0)} s.`);
  const catalog = await loadCatalog(ctx.db);
  const population = (rule: Rule) => ({ rule, catalog, on: PROFILES, now: NOW });
  if (options.plan) say(await explainPopulation(ctx.db, population(RULE)));
  const own = await median(() => countPopulation(ctx.db, population(RULE)));
  const n = profiles + events;
  const note = `${own.count} people; median of ${RUNS}, warm`;
  report({ bench: 'audience', metric: 'seconds', value: own.seconds, unit: 's', n, note });
  if (options.plan) say(await explainPopulation(ctx.db, population(RULE_WITH_PROPERTY)));
  const property = await median(() => countPopulation(ctx.db, population(RULE_WITH_PROPERTY)));
  report({
    bench: 'audience',
    metric: 'property_seconds',
    value: property.seconds,
    unit: 's',
    n,
    note: `${property.count} people; orders of 50 and more`,
  });
  report({ bench: 'audience', metric: 'rss_mb', value: peakRssMb(), unit: 'MB', n });
  const scan = options['no-limit'] ? undefined : await limit(databaseUrl, folder);
  if (!scan) return;
  if (scan.count !== own.count) throw new Error(`DuckDB counts ${scan.count}, Carillon ${own.count}.`);
  report({
    bench: 'audience',
    metric: 'limit_seconds',
    value: scan.seconds,
    unit: 's',
    n,
    note: 'DuckDB, columns in memory',
  });
  report({
    bench: 'audience',
    metric: 'ratio',
    value: own.seconds / scan.seconds,
    unit: '',
    n,
    note: 'seconds / limit_seconds',
  });
});
