// A server that takes events, in a process of its own, for tests that kill it:
//   DATABASE_URL=... tsx test/ingest/ingest-process.ts
// Prints its address and serves until it is told to stop.
import { createServer } from '../../src/api/server.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import type { Context } from '../../src/platform/context.ts';
import { createLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { openDatabase } from '../../src/platform/sql/index.ts';

const config = readConfig(process.env);
const ctx: Context = {
  db: openDatabase({ connectionString: config.databaseUrl ?? '', connectionsMax: 6 }),
  clock: systemClock,
  log: createLogger('error'),
  config,
  metrics: createMetrics(),
  signals: createSignals(),
  secret: 'a secret that only tests know',
};
const server = createServer(ctx);
process.stdout.write(`${await server.listen({ port: 0, host: '127.0.0.1' })}\n`);
process.on('SIGTERM', () => {
  void server
    .close()
    .then(() => ctx.db.close())
    .then(() => process.exit(0));
});
