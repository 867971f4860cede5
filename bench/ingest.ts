// Events per second that one process takes durably over HTTP in batches of 100, with the load made in another process on the same
// machine. The limit is what the same database stores of the same rows by multi-row inserts with nothing before them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createServer } from '../src/api/server.ts';
import type { Context } from '../src/platform/context.ts';
import { sql } from '../src/platform/sql/index.ts';
import { createSource } from '../src/services/sources/index.ts';
import { peakRssMb, report, say, TYPESCRIPT, timed, withScratch } from './support/index.ts';

const WARM_UP_S = 3;
const SECONDS = 15;
const LIMIT_ROWS = 300_000;
const LIMIT_BATCH = 5_000;
const LIMIT_WRITERS = 2;

type Load = { events: number; seconds: number; refused: number; latenciesMs: [number, number] };

async function load(url: string, writeKey: string, seconds: number): Promise<Load> {
  const file = join(import.meta.dirname, 'support/event-load.ts');
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, file, url, writeKey, String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  return JSON.parse(output) as Load;
}

/** Rows like those that were taken, stored by statements of many rows and nothing else. */
async function limit(ctx: Context): Promise<number> {
  const rows = await ctx.db.query<{ bucket: number; body: string }>(
    sql`select bucket, body::text as body from inbox limit ${LIMIT_BATCH}`,
  );
  const buckets = rows.map((row) => row.bucket);
  const bodies = rows.map((row) => row.body);
  let left = LIMIT_ROWS / LIMIT_BATCH;
  const writer = async () => {
    while (left-- > 0) {
      await ctx.db.execute(sql`
        insert into inbox (bucket, body, received_at)
        select bucket, body::json, ${new Date()} from unnest(${buckets}::smallint[], ${bodies}::text[]) r (bucket, body)`);
    }
  };
  const { seconds } = await timed(() => Promise.all(Array.from({ length: LIMIT_WRITERS }, writer)));
  return LIMIT_ROWS / seconds;
}

await withScratch(async ({ ctx }) => {
  const server = createServer(ctx);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const { key } = await createSource(ctx, { name: 'bench', kind: 'write_key' });
  say(`Warming up for ${WARM_UP_S} s, then ${SECONDS} s of load...`);
  await load(url, key, WARM_UP_S);
  const cpu = process.cpuUsage();
  const measured = await load(url, key, SECONDS);
  const used = process.cpuUsage(cpu);
  const { count } = await ctx.db.one<{ count: number }>(sql`select count(*) from inbox`);
  if (measured.refused > 0 || count < measured.events) throw new Error(`${count} stored, ${measured.refused} refused.`);
  const rssMb = peakRssMb();
  await server.close();
  say('Storing the same rows with nothing before them...');
  const limitPerSecond = await limit(ctx);

  const n = measured.events;
  const [p50, p99] = measured.latenciesMs;
  const perSecond = n / measured.seconds;
  const cpuUs = (used.user + used.system) / n;
  const note = 'batches of 100, 16 connections, load in another process on the same machine';
  const line = (metric: string, value: number, unit: string, more = note) =>
    report({ bench: 'ingest', metric, value, unit, n, note: more });
  line('events_per_second', perSecond, 'events/s');
  line('limit_events_per_second', limitPerSecond, 'events/s', 'multi-row inserts of the same rows, two connections');
  line('ratio', perSecond / limitPerSecond, 'ratio');
  line('p50_ms', p50, 'ms', 'of a request of 100 events under full load');
  line('p99_ms', p99, 'ms', 'of a request of 100 events under full load');
  line('cpu_us', cpuUs, 'us', 'of this process per event');
  line('rss_mb', rssMb, 'MB');
});
