// A worker that makes calls, in a process of its own, for tests that kill it:
//   DATABASE_URL=... tsx test/calls/calling-process.ts
import { systemClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import { createLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { openDatabase } from '../../src/platform/sql/index.ts';
import { startCalls } from '../../src/services/calls/index.ts';

const config = readConfig(process.env);
startCalls({
  db: openDatabase({ connectionString: config.databaseUrl ?? '', connectionsMax: 6 }),
  clock: systemClock,
  log: createLogger('error'),
  config,
  metrics: createMetrics(),
  signals: createSignals(),
  secret: 'a secret that only tests know',
});
process.stdout.write('ready\n');
