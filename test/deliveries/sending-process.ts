// A delivery worker in a process of its own, for tests that kill it:
//   DATABASE_URL=... tsx test/deliveries/sending-process.ts
// Prints "ready" and sends until it is told to stop.
import { openChannel } from '../../src/channels/providers/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import type { Context } from '../../src/platform/context.ts';
import { createLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { openDatabase } from '../../src/platform/sql/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';

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
const delivery = startDelivery(ctx, { openChannel: (definition) => openChannel(ctx, definition) });
process.stdout.write('ready\n');
process.on('SIGTERM', () => {
  void delivery
    .stop()
    .then(() => ctx.db.close())
    .then(() => process.exit(0));
});
