// How many events per second pass the engine: from the inbox through identity, profile, 50 live audiences with windows, 10 live journeys
// and the history, in a process per core (CARILLON_WORKERS) and in one alone, over a durable server. The inbox is filled before. The limit in the same run is the bare SQL of such a
// queue: claim buckets, take their items, change the profiles, append the history, commit.
//
//   tsx bench/engine.ts [--events 200000] [--profiles 50000] [--processes 2] [--no-curve]
import { parseArgs } from 'node:util';
import type { Context } from '../src/platform/context.ts';
import { sql } from '../src/platform/sql/index.ts';
import { startEngine } from '../src/services/engine/index.ts';
import { type EngineProcess, spawnEngine } from './support/engine-process.ts';
import {
  addPeople,
  fillInbox,
  idleJourneys,
  type People,
  publish,
  publishShop,
  settle,
} from './support/engine-world.ts';
import { peakRssMb, report, say, timed, withScratch } from './support/index.ts';

const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '200000' },
    profiles: { type: 'string', default: '50000' },
    processes: { type: 'string', default: '2' },
    'no-curve': { type: 'boolean', default: false },
  },
});
const events = Number(options.events);
const profiles = Number(options.profiles);
const WARM_UP = Math.ceil(events / 5);
const LIMIT_WORKERS = 2;
const LIMIT_BUCKETS = 8;
const LIMIT_ITEMS = 64;
let made = 0;

const SOME: People = { first: 1, count: profiles };

const fill = async (ctx: Context, count: number, people: People) => {
  await fillInbox(ctx, { from: made + 1, count, people });
  made += count;
  await ctx.db.execute(sql`vacuum analyze inbox`);
};

/** Looks at the newest item of one bucket at a time: to ask whether there is any would go over all that was taken since the last vacuum. */
async function untilEmpty(ctx: Context): Promise<void> {
  const newest = await ctx.db.query<{ bucket: number; inboxId: number }>(
    sql`select bucket, max(inbox_id) as "inboxId" from inbox group by bucket`,
  );
  for (const { bucket, inboxId } of newest) {
    const isThere = sql`select 1 as found from inbox where bucket = ${bucket} and inbox_id = ${inboxId}`;
    while (await ctx.db.maybeOne(isThere)) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Measured = { readonly perSecond: number; readonly cpuUs: number };

/** Events of random people out of `people`, from the first turn until the inbox is empty; this process and `others`. */
async function measure(
  ctx: Context,
  count: number,
  people: People,
  others: readonly EngineProcess[],
): Promise<Measured> {
  await fill(ctx, count, people);
  const cpu = process.cpuUsage();
  await Promise.all(others.map((other) => other.start()));
  const engine = startEngine(ctx);
  const { seconds } = await timed(() => untilEmpty(ctx));
  const [, ...usedByOthers] = await Promise.all([engine.stop(), ...others.map((other) => other.stop())]);
  const used = process.cpuUsage(cpu);
  const cpuUs = usedByOthers.reduce((sum, other) => sum + other.cpuUs, used.user + used.system);
  return { perSecond: count / seconds, cpuUs: cpuUs / count };
}

/** What the same database does of the same events with nothing to decide. */
async function limit(ctx: Context, count: number): Promise<number> {
  await fill(ctx, count, SOME);
  let taken = 0;
  const worker = async (offset: number) => {
    for (let at = offset; taken < count; at += LIMIT_BUCKETS) {
      const buckets = Array.from({ length: LIMIT_BUCKETS }, (_, n) => (at + n) % 256);
      const rows = await ctx.db.transaction(async (tx) => {
        await tx.execute(sql`
          select set_config('synchronous_commit', 'off', true), set_config('jit', 'off', true),
            set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`);
        await tx.execute(sql`select from bucket where bucket = any(${buckets}::smallint[]) for update skip locked`);
        return tx.execute(sql`
          with oldest as materialized (
            select i.bucket, i.inbox_id from unnest(${buckets}::smallint[]) b (bucket) cross join lateral (
              select * from inbox where inbox.bucket = b.bucket order by inbox_id limit ${LIMIT_ITEMS}) i),
          taken as materialized (
            delete from inbox i using oldest o where i.bucket = o.bucket and i.inbox_id = o.inbox_id
            returning i.bucket, substr(i.body -> 'identities' -> 0 ->> 'value', 2)::bigint as profile_id, i.body, i.received_at),
          changed as (
            update profile p set updated_at = t.received_at from taken t where p.bucket = t.bucket and p.profile_id = t.profile_id)
          insert into event (bucket, profile_id, occurred_at, name, properties, source, received_at)
          select bucket, profile_id, to_timestamp((body ->> 'occurredAt')::bigint / 1000.0), body ->> 'name',
            (body ->> 'properties')::jsonb, 'web', received_at from taken`);
      });
      taken += rows;
    }
  };
  const { seconds } = await timed(() =>
    Promise.all(Array.from({ length: LIMIT_WORKERS }, (_, n) => worker((n * 256) / LIMIT_WORKERS))),
  );
  return count / seconds;
}

/** Of whom nobody has any event. */
const WAITING: People = { first: 11 * profiles + 1, count: 5 * profiles };

/** People who stand in an idle journey and wait; others than those whose events are measured. */
async function addWaiting(ctx: Context, from: number, to: number): Promise<void> {
  const now = ctx.clock.now();
  const body = {
    positions: [{ id: 0, node: 'rest', visit: 1, since: now, dueAt: now + 60 * 86_400_000 }],
    entry: { name: 'Rare Event 0', at: now, data: {} },
    results: {},
    messages: {},
    visits: { rest: 1 },
    stepNo: 1,
    nextPosition: 1,
    expiresAt: now + 90 * 86_400_000,
  };
  await ctx.db.execute(sql`
    insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, instance_key, state, dry_run, body, nodes, wake_at, entered_at)
    select bucket, profile_id, nextval('journey_instance_id_seq'), 'idle-' || n % 10, 1, 'k' || n, 'active', false,
      ${JSON.stringify(body)}::json, '{rest}', ${new Date(now + 60 * 86_400_000)}, ${new Date(now)}
    from generate_series(${from}::int, ${to}::int) n
      join profile on profile_id = ${WAITING.first}::int + n % ${WAITING.count}::int`);
}

await withScratch(async ({ ctx, databaseUrl }) => {
  say(`${profiles} people, 50 audiences, 10 journeys...`);
  await addPeople(ctx, 1, profiles);
  await publishShop(ctx);
  await publish(ctx, idleJourneys(10));
  const { seconds } = await timed(() => settle(ctx));
  say(`Every bucket was brought up in ${seconds.toFixed(1)} s. Warming up...`);
  const others = await Promise.all(
    Array.from({ length: Number(options.processes) - 1 }, () => spawnEngine(databaseUrl)),
  );
  await measure(ctx, WARM_UP, SOME, others);
  const own = await measure(ctx, events, SOME, others);
  const line = (metric: string, value: number, unit: string, note: string) =>
    report({ bench: 'engine', metric, value, unit, n: events, note });
  line(
    'events_per_second',
    own.perSecond,
    'events/s',
    `50 audiences with windows, 10 journeys; ${options.processes} processes`,
  );
  line('cpu_us', own.cpuUs, 'us', 'of all engines per event');
  const alone = await measure(ctx, events, SOME, []);
  line('one_process_events_per_second', alone.perSecond, 'events/s', 'of people with twice the history');
  const bare = await limit(ctx, events);
  line('limit_events_per_second', bare, 'events/s', 'claim, take, update, append and nothing else');
  line('ratio', own.perSecond / bare, 'ratio', 'events_per_second / limit_events_per_second');
  if (!options['no-curve']) await curve(ctx, line, others);
  await Promise.all(others.map((other) => other.close()));
  line('rss_mb', peakRssMb(), 'MB', '');
});

type Line = (metric: string, value: number, unit: string, note: string) => void;

/**
 * The same with four and sixteen times as much of what should not matter. What people have done themselves does, so each figure is of
 * people who have done nothing yet.
 */
async function curve(ctx: Context, line: Line, others: readonly EngineProcess[]): Promise<void> {
  const count = Math.ceil(events / 2);
  const fresh = (slice: number): People => ({ first: slice * profiles + 1, count: profiles });
  let people = profiles;
  for (const times of [1, 4, 16]) {
    await addPeople(ctx, people + 1, (times + 1) * profiles);
    people = (times + 1) * profiles;
    await settle(ctx);
    const { perSecond } = await measure(ctx, count, fresh(times), others);
    line(`profiles_${times}x`, perSecond, 'events/s', `${people} profiles`);
  }
  for (const [slice, times] of [1, 4, 16].entries()) {
    await addWaiting(ctx, times === 1 ? 1 : (profiles * times) / 4 + 1, profiles * times);
    await settle(ctx);
    const { perSecond } = await measure(ctx, count, fresh(5 + slice), others);
    line(`waiting_${times}x`, perSecond, 'events/s', `${profiles * times} instances of others wait`);
  }
  for (const [slice, times] of [1, 4, 16].entries()) {
    if (times > 1) await publish(ctx, idleJourneys(10 * times));
    await settle(ctx);
    const { perSecond } = await measure(ctx, count, fresh(8 + slice), others);
    line(`journeys_${times}x`, perSecond, 'events/s', `${10 * times} journeys that wait for other events`);
  }
}
