// An engine in a process of its own, for tests that kill and freeze it:
//   DATABASE_URL=... tsx test/engine/engine-process.ts
// Prints "ready" and processes buckets until it is told to stop.
import { systemClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import type { Context } from '../../src/platform/context.ts';
import { createLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { openDatabase, sql } from '../../src/platform/sql/index.ts';
import { startEngine } from '../../src/services/engine/index.ts';

const SILENCE_MS = 1_000;

const config = readConfig({ DATABASE_URL: process.env.DATABASE_URL, CARILLON_ROLES: 'engine' });
const ctx: Context = {
  db: openDatabase({ connectionString: config.databaseUrl ?? '', connectionsMax: 6 }),
  clock: systemClock,
  log: createLogger('fatal'),
  config,
  metrics: createMetrics(),
  signals: createSignals(),
  secret: 'a secret that only tests know',
};
await ctx.db.query(sql`select 1`);
const engine = startEngine(ctx, { silenceMs: SILENCE_MS });
process.stdout.write('ready\n');
process.on('SIGTERM', () => {
  void engine
    .stop()
    .then(() => ctx.db.close())
    .then(() => process.exit(0));
});
