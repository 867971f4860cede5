import { systemClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { openDatabase } from '../../src/platform/sql/index.ts';
import { importFile, readMapping } from '../../src/services/imports/index.ts';

// A process that imports one file until it has finished or is killed; it says "ready" when it is about to begin.
const [path = '', target = ''] = process.argv.slice(2);
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
const { counts } = await importFile(ctx, {
  source: { path, name: 'killed.csv' },
  target,
  mapping: readMapping(undefined),
  key: ['customer_id'],
});
process.stdout.write(`${JSON.stringify(counts)}\n`);
await db.close();
