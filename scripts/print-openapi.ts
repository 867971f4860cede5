// Prints the OpenAPI document. Nothing is opened: describing the routes needs no database.
import { createServer } from '../src/api/server.ts';
import { systemClock } from '../src/platform/clock.ts';
import { readConfig } from '../src/platform/config.ts';
import { silentLogger } from '../src/platform/log.ts';
import { createMetrics } from '../src/platform/metrics.ts';
import { createSignals } from '../src/platform/signals.ts';
import { openDatabase } from '../src/platform/sql/index.ts';

const db = openDatabase({ connectionString: 'postgres://127.0.0.1:1/none', connectionsMax: 1 });
const server = createServer({
  db,
  clock: systemClock,
  log: silentLogger,
  config: readConfig({}),
  metrics: createMetrics(),
  signals: createSignals(),
  secret: 'describes, signs nothing',
});
await server.ready();
process.stdout.write((await server.inject({ url: '/api/openapi.json' })).body);
await server.close();
await db.close();
