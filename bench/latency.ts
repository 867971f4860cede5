// How long it takes from an event that is sent over HTTP until the message that it causes was taken by an SMTP server: through
// ingestion, the engine with a live journey, and delivery, in one process; load and server in processes of their own on the same
// machine. What it is held against in the same run is nothing but the commits on the way: three of one row each, one after the other.
//
//   tsx bench/latency.ts [--rate 500] [--seconds 20] [--profiles 50000]
import { parseArgs } from 'node:util';
import { createServer } from '../src/api/server.ts';
import { openChannel } from '../src/channels/providers/index.ts';
import type { Email, EmailChannel } from '../src/core/deliveries/index.ts';
import type { Context } from '../src/platform/context.ts';
import { sql } from '../src/platform/sql/index.ts';
import { startDelivery } from '../src/services/deliveries/index.ts';
import { startEngine } from '../src/services/engine/index.ts';
import { createSource } from '../src/services/sources/index.ts';
import { addPeople, publish, settle } from './support/engine-world.ts';
import { peakRssMb, report, say, withScratch } from './support/index.ts';
import { startLoad } from './support/load-process.ts';
import { type Sink, startSink } from './support/smtp-process.ts';

const { values: options } = parseArgs({
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    profiles: { type: 'string', default: '50000' },
  },
});
const rate = Number(options.rate);
const seconds = Number(options.seconds);
const profiles = Number(options.profiles);
const WARM_UP_S = 5;
const COMMITS = 300;
const EVENT = 'Cart Left';

const now = () => performance.timeOrigin + performance.now();

function definitions(sink: Sink): object[] {
  return [
    {
      kind: 'channel',
      key: 'sink',
      provider: 'smtp',
      from: { email: 'news@shop.example', name: 'The Shop' },
      url: `smtp://127.0.0.1:${sink.port}`,
      connections: 10,
    },
    {
      kind: 'template',
      key: 'reminder',
      subject: '{{ row.sent }}',
      html: `<p>Dear friend in {{ profile.city }}, {{ row.sku }} still waits for you.</p>
<p><a href="https://shop.example/cart">To your cart</a> <a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p>`,
    },
    {
      kind: 'journey',
      key: 'reminder',
      entry: { event: EVENT },
      start: 'mail',
      steps: {
        mail: {
          type: 'email',
          template: 'reminder',
          channel: 'sink',
          consent: 'opt-out',
          data: { sent: '{{ entry.sent }}', sku: '{{ entry.sku }}' },
          next: 'end',
        },
      },
    },
  ];
}

/** What three commits in a row take that the next part of the way has to wait for. */
async function commits(ctx: Context): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < COMMITS; n++) {
    const at = performance.now();
    for (let commit = 0; commit < 3; commit++) {
      await ctx.db.execute(sql`insert into setting (key, value) values (${`bench ${n} ${commit}`}, 'true')`);
    }
    times.push(performance.now() - at);
  }
  return times;
}

function part(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

async function run(ctx: Context, sink: Sink): Promise<void> {
  const taken: number[] = [];
  const server = createServer(ctx);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const { key } = await createSource(ctx, { name: 'bench', kind: 'write_key' });
  const load = (forSeconds: number, firstPerson: number) =>
    startLoad({ url, key, what: EVENT, rate, seconds: forSeconds, firstPerson }).ended;
  say(`${profiles} people, one journey...`);
  await addPeople(ctx, 1, profiles);
  await publish(ctx, definitions(sink));
  await settle(ctx);
  const engine = startEngine(ctx);
  const delivery = startDelivery(ctx, {
    openChannel: async (definition): Promise<EmailChannel> => {
      const channel = await openChannel(ctx, definition);
      return {
        ...channel,
        async send(email: Email) {
          const result = await channel.send(email);
          if (result.kind === 'sent') taken.push(now() - Number(email.subject));
          return result;
        },
      };
    },
  });
  try {
    say(`Warming up for ${WARM_UP_S} s, then ${seconds} s at ${rate} events/s...`);
    const warm = await load(WARM_UP_S, 1);
    await arrived(warm.requests);
    taken.length = 0;
    const cpu = process.cpuUsage();
    const measured = await load(seconds, warm.requests + 1);
    await arrived(measured.requests);
    const used = process.cpuUsage(cpu);
    if (measured.refused > 0) throw new Error(`${measured.refused} events were refused.`);
    const bare = await commits(ctx);
    const n = taken.length;
    const note = `${rate} events/s, each a request; sent to taken by the SMTP server`;
    const line = (metric: string, value: number, unit = 'ms', more = note) =>
      report({ bench: 'latency', metric, value, unit, n, note: more });
    line('p50_ms', part(taken, 0.5));
    line('p99_ms', part(taken, 0.99));
    line('max_ms', part(taken, 1 - 1e-9));
    line('answer_p50_ms', measured.answerMs[0], 'ms', 'of the HTTP request alone: the event is durable');
    line('answer_p99_ms', measured.answerMs[1], 'ms', 'of the HTTP request alone');
    line('limit_p50_ms', part(bare, 0.5), 'ms', 'three commits of one row, one after the other, on a quiet machine');
    line('limit_p99_ms', part(bare, 0.99), 'ms', 'the same');
    line('cpu_us', (used.user + used.system) / n, 'us', 'of this process per event');
    line('rss_mb', peakRssMb(), 'MB', 'ingestion, engine and delivery in one process');
  } finally {
    await server.close();
    await engine.stop();
    await delivery.stop();
  }

  async function arrived(events: number): Promise<void> {
    const endAt = Date.now() + 60_000;
    while (taken.length < events) {
      if (Date.now() > endAt) throw new Error(`${taken.length} of ${events} messages came.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

await withScratch(async ({ ctx }) => {
  const sink = await startSink();
  try {
    await run(ctx, sink);
  } finally {
    await sink.stop();
  }
});
