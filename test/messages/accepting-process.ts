// Accepts transactional messages and delivers them in one process, for tests that kill it:
//   DATABASE_URL=... tsx test/messages/accepting-process.ts FIRST_PERSON PEOPLE
// Prints the id of each message once its acceptance is answered, and sends until it is told to stop.
import { openChannel } from '../../src/channels/providers/index.ts';
import { MessageRequest } from '../../src/core/messages/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import type { Context } from '../../src/platform/context.ts';
import { createLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { openDatabase } from '../../src/platform/sql/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { acceptMessages } from '../../src/services/messages/index.ts';

const [first = '1', people = '0'] = process.argv.slice(2);
const CALLERS = 5;

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

let next = Number(first);
const end = next + Number(people);
await Promise.all(
  Array.from({ length: CALLERS }, async () => {
    while (next < end) {
      const to = { email: `p${next++}@example.com` };
      const request = MessageRequest.parse({ template: 'reset', category: 'transactional', channel: 'sink', to });
      const { messages } = await acceptMessages(ctx, request, undefined, { express: delivery.express });
      process.stdout.write(`${messages[0]?.id}\n`);
    }
  }),
);
