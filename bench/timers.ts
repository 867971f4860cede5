// How late the timers of journeys are: millions of instances wait, and a hundred thousand of them come due within one minute. Lateness is
// the time from an instance's due moment to the moment at which its turn writes that its step was passed, just before the commit. The waiting instances are made set-wise in SQL, as no events would make them in time.
//
//   tsx bench/timers.ts [--waiting 2000000] [--due 100000] [--seconds 60] [--no-curve]
// More than --due people are needed: there is one for every four that wait.
import { parseArgs } from 'node:util';
import type { Context } from '../src/platform/context.ts';
import { id, literal, raw, sql } from '../src/platform/sql/index.ts';
import { drain, startEngine } from '../src/services/engine/index.ts';
import { publish } from './support/engine-world.ts';
import { peakRssMb, report, say, timed, withScratch } from './support/index.ts';

const { values: options } = parseArgs({
  options: {
    waiting: { type: 'string', default: '2000000' },
    due: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '60' },
    'no-curve': { type: 'boolean', default: false },
  },
});
const waiting = Number(options.waiting);
const due = Number(options.due);
const seconds = Number(options.seconds);
const DAY_MS = 86_400_000;
const LEAD_MS = 3_000;
/** So many rows that wait are vacuumed in a millisecond, at least. */
const WAITING_PER_MS = 200;
/** What somebody's own instances cost is not what others' cost: however many wait, everybody has as many. */
const INSTANCES_PER_PERSON = 4;

const JOURNEY = {
  kind: 'journey',
  key: 'waiting',
  entry: { event: 'Rare Event', reentry: 'always' },
  start: 'rest',
  steps: { rest: { type: 'wait', for: '1d', next: 'again' }, again: { type: 'wait', for: '30d', next: 'end' } },
};

/** People by their numbers, one after the other. */
type People = { readonly first: number; readonly count: number };

async function addPeople(ctx: Context, { first, count }: People): Promise<void> {
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select n % 256, n, 'person' || n || '@example.com', '{"country": "France"}', ${new Date()}, ${new Date()}
    from generate_series(${first}::bigint, ${first + count - 1}::bigint) n`);
}

/** Instances that wait in the first step; `from` and `overMs` say from when on and within which time they come due. */
async function addInstances(
  ctx: Context,
  input: { count: number; people: People; from: number; overMs: number; name: string },
): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.execute(sql`
    insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, instance_key, state, dry_run, body, nodes, wake_at, entered_at)
    select profile_id % 256, profile_id, nextval('journey_instance_id_seq'), 'waiting', 1,
      ${input.name}::text || n, 'active', false,
      json_build_object('positions', json_build_array(json_build_object('id', 0, 'node', 'rest', 'visit', 1, 'since', ${now}::bigint, 'dueAt', due)),
        'entry', json_build_object('name', 'Rare Event', 'at', ${now}::bigint, 'data', json_build_object('order', n)),
        'results', '{}'::json, 'messages', '{}'::json, 'visits', json_build_object('rest', 1), 'stepNo', 1, 'nextPosition', 1,
        'expiresAt', ${now + 90 * DAY_MS}::bigint),
      '{rest}', to_timestamp(due / 1000.0), ${new Date(now)}
    from (
      select n, ${input.people.first}::bigint + (n - 1) % ${input.people.count}::bigint as profile_id,
        (${input.from}::bigint + floor(random() * ${input.overMs}::bigint))::bigint as due
      from generate_series(1, ${input.count}::bigint) n) made`);
}

/** Loading first and indexing after; the indexes end up as the migration defines them. */
async function withoutIndexes(ctx: Context, load: () => Promise<void>): Promise<void> {
  const indexes = await ctx.db.query<{ name: string; text: string }>(sql`
    select indexname as name, indexdef as text from pg_indexes
    where tablename = 'journey_instance' and indexname <> 'journey_instance_pkey'`);
  for (const { name } of indexes) await ctx.db.execute(sql`drop index ${id(name)}`);
  await load();
  for (const { text } of indexes) await ctx.db.execute(raw(text));
}

type Lateness = { readonly p50: number; readonly p99: number; readonly worst: number; readonly passed: number };

/** Everybody who comes due within the minute, measured from their due moment to the moment at which their passage is written. */
async function measure(ctx: Context, name: string, waits: number): Promise<Lateness> {
  const from = Date.now() + LEAD_MS + due / 20 + waits / WAITING_PER_MS;
  const until = from + seconds * 1_000;
  await addInstances(ctx, { count: due, people: { first: 1, count: due }, from, overMs: seconds * 1_000, name });
  await ctx.db.execute(sql`
    create table ${id(`due_at_${name}`)} as
    select instance_id, wake_at from journey_instance where wake_at between ${literal(new Date(from).toISOString())} and ${literal(new Date(until).toISOString())}`);
  await ctx.db.execute(sql`vacuum analyze journey_instance`);
  if (Date.now() > from) say('The instances were made too slowly: some were due before the engine began.');
  const engine = startEngine(ctx);
  const isDone = async () => {
    const left = await ctx.db.maybeOne(sql`
      select 1 as found from journey_instance where bucket = any(array(select bucket from bucket)) and wake_at <= ${new Date(until)} limit 1`);
    return left === undefined;
  };
  while (Date.now() < until || !(await isDone())) await new Promise((resolve) => setTimeout(resolve, 500));
  await engine.stop();
  return ctx.db.one<Lateness>(sql`
    select percentile_disc(0.5) within group (order by late) as p50, percentile_disc(0.99) within group (order by late) as p99,
      max(late) as worst, count(*) as passed
    from (
      select (extract(epoch from s.written_at - d.wake_at) * 1000)::float8 as late
      from ${id(`due_at_${name}`)} d join journey_step s on s.instance_id = d.instance_id and s.node = 'rest' and s.what = 'left') passages`);
}

await withScratch(async ({ ctx }) => {
  await publish(ctx, [JOURNEY]);
  await drain(ctx);
  // When the row is written: the commit follows at once.
  await ctx.db.execute(sql`alter table journey_step add column written_at timestamptz default clock_timestamp()`);
  let known = 0;
  const add = async (count: number, name: string) => {
    const people = { first: known + 1, count: Math.ceil(count / INSTANCES_PER_PERSON) };
    known += people.count;
    const { seconds: took } = await timed(async () => {
      await addPeople(ctx, people);
      await withoutIndexes(ctx, () =>
        addInstances(ctx, { count, people, from: Date.now() + DAY_MS, overMs: 30 * DAY_MS, name }),
      );
    });
    say(`${count} more instances wait, made in ${took.toFixed(0)} s.`);
  };
  await add(waiting, 'w');
  await measure(ctx, 'warm-up-', waiting);
  const cpu = process.cpuUsage();
  const one = await measure(ctx, 'due-', waiting);
  const used = process.cpuUsage(cpu);
  const line = (metric: string, value: number, unit: string, note: string) =>
    report({ bench: 'timers', metric, value, unit, n: due, note });
  const note = (count: number, { passed, worst }: Lateness) =>
    `${count} wait, ${passed} due within ${seconds} s; the latest ${worst.toFixed(0)} ms`;
  line('lateness_p50_ms', one.p50, 'ms', note(waiting, one));
  line('lateness_p99_ms', one.p99, 'ms', note(waiting, one));
  line('cpu_us', (used.user + used.system) / due, 'us', 'of this process per timer');
  if (!options['no-curve']) {
    await add(waiting * 3, 'x');
    const four = await measure(ctx, 'four-', waiting * 4);
    line('lateness_p50_ms_4x', four.p50, 'ms', note(waiting * 4, four));
    line('lateness_p99_ms_4x', four.p99, 'ms', note(waiting * 4, four));
  }
  line('rss_mb', peakRssMb(), 'MB', '');
});
