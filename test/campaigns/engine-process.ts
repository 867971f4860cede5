import { systemClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { openDatabase } from '../../src/platform/sql/index.ts';
import { startCampaigns } from '../../src/services/campaigns/index.ts';

// A process that executes campaigns until it is killed; it says "ready" when it is about to begin.
const config = readConfig(process.env);
const db = openDatabase({ connectionString: config.databaseUrl ?? '', connectionsMax: 4 });
const ctx = {
  db,
  clock: systemClock,
  log: silentLogger,
  config,
  metrics: createMetrics(),
  signals: createSignals(),
  secret: 'only tests know',
};
await db.query({ parts: ['select 1'], values: [] });
process.stdout.write('ready\n');
startCampaigns(ctx);
