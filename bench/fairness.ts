// What a blast to a million people costs a transactional message: the time from the request of POST /v1/messages until an SMTP server has
// taken the message, while nothing else happens and while the blast runs, from publishing its campaign to its last message. All roles are
// in one process; load and SMTP server in processes of their own on the same machine.
//
//   tsx bench/fairness.ts [--people 1000000] [--rate 20] [--idle-seconds 60]
import { parseArgs } from 'node:util';
import { createServer } from '../src/api/server.ts';
import { openChannel } from '../src/channels/providers/index.ts';
import type { Email, EmailChannel } from '../src/core/deliveries/index.ts';
import type { Context } from '../src/platform/context.ts';
import { publishCampaign, startCampaigns } from '../src/services/campaigns/index.ts';
import { listSends, sendSummary, startDelivery } from '../src/services/deliveries/index.ts';
import { createKey } from '../src/services/keys/index.ts';
import { addPeople, publish } from './support/engine-world.ts';
import { peakRssMb, report, say, withScratch } from './support/index.ts';
import { startLoad } from './support/load-process.ts';
import { type Sink, startSink } from './support/smtp-process.ts';

const { values: options } = parseArgs({
  options: {
    people: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '20' },
    'idle-seconds': { type: 'string', default: '60' },
  },
});
const people = Number(options.people);
const rate = Number(options.rate);
const idleSeconds = Number(options['idle-seconds']);
const LONG_S = 3_600;

const now = () => performance.timeOrigin + performance.now();

function definitions(sink: Sink): object[] {
  const text =
    'Spring is here, and with it the things that you looked at last month, in new colours and at the old price. ';
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
      key: 'reset',
      transactional: true,
      subject: '{{ row.sent }}',
      text: 'Your link: https://shop.example/reset',
    },
    {
      kind: 'template',
      key: 'blast',
      subject: 'Spring in {{ profile.city }}',
      html: `<p>Dear friend in {{ profile.city }},</p><p>${text.repeat(20)}</p>
<p><a href="https://shop.example/all">All of it</a> <a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p>`,
    },
    {
      kind: 'campaign',
      key: 'blast',
      activities: {
        people: { type: 'build-audience', rule: { trait: 'country', empty: false }, next: 'mail' },
        mail: { type: 'email', template: 'blast', channel: 'sink', consent: 'opt-out' },
      },
    },
  ];
}

function part(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

type Taken = { readonly sentAt: number; readonly ms: number };

const times = (taken: readonly Taken[]): number[] => taken.map(({ ms }) => ms);

async function untilBlastEnds(ctx: Context): Promise<number> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const send = (await listSends(ctx, { limit: 10 })).find((one) => one.campaignKey === 'blast');
    if (send?.state === 'finished') return (await sendSummary(ctx.db, [send.sendId])).sent;
  }
}

async function run(ctx: Context, sink: Sink): Promise<void> {
  let taken: Taken[] = [];
  let begunAt = Number.POSITIVE_INFINITY;
  const key = (await createKey(ctx, { name: 'bench', scopes: ['messages:write'] })).secret;
  say(`Making ${people} people...`);
  await addPeople(ctx, 1, people);
  await publish(ctx, definitions(sink));
  const campaigns = startCampaigns(ctx);
  const delivery = startDelivery(ctx, {
    openChannel: async (definition): Promise<EmailChannel> => {
      const channel = await openChannel(ctx, definition);
      return {
        ...channel,
        async send(email: Email) {
          const result = await channel.send(email);
          if (!email.urgent) begunAt = Math.min(begunAt, now());
          else if (result.kind === 'sent')
            taken.push({ sentAt: Number(email.subject), ms: now() - Number(email.subject) });
          return result;
        },
      };
    },
  });
  const server = createServer(ctx, { express: delivery.express });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const load = (seconds: number) => startLoad({ url, key, what: 'POST reset', rate, seconds, firstPerson: 1 });
  try {
    say(`Warming up, then ${idleSeconds} s with nothing else...`);
    await load(5).ended;
    taken = [];
    const quiet = await load(idleSeconds).ended;
    const idle = times(taken);
    say(`The blast begins...`);
    taken = [];
    const beside = load(LONG_S);
    const start = performance.now();
    await publishCampaign(ctx, 'blast');
    const sent = await untilBlastEnds(ctx);
    const seconds = (performance.now() - start) / 1_000;
    const busy = times(taken);
    const making = times(taken.filter(({ sentAt }) => sentAt < begunAt));
    beside.stop();
    const { refused } = await beside.ended;
    if (refused + quiet.refused > 0) throw new Error(`${refused + quiet.refused} messages were refused.`);
    const note = `${rate} transactional messages/s by API, ${idle.length} with nothing else, ${busy.length} beside the blast`;
    const line = (metric: string, value: number, unit: string) =>
      report({ bench: 'fairness', metric, value, unit, n: people, note });
    line('ratio', part(busy, 0.99) / part(idle, 0.99), 'ratio');
    line('idle_p50_ms', part(idle, 0.5), 'ms');
    line('idle_p99_ms', part(idle, 0.99), 'ms');
    line('blast_p50_ms', part(busy, 0.5), 'ms');
    line('blast_p99_ms', part(busy, 0.99), 'ms');
    line('making_rows_p90_ms', part(making, 0.9), 'ms');
    line('blast_messages_per_second', sent / seconds, 'messages/s');
    line('rss_mb', peakRssMb(), 'MB');
  } finally {
    await server.close();
    await campaigns.stop();
    await delivery.stop();
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
