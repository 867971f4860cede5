// How long 200,000 people take from publishing the campaign to the last message accepted by an SMTP sink in another process:
// the audience is built, personalised mail of about 6 kB with seven tracked links goes out, and each recipient has a row in the log.
// The limit is the same SMTP client sending one message that was prepared once.
//
//   tsx bench/blast.ts [--people 200000]
import { parseArgs } from 'node:util';
import { createSmtpChannel, smtpSettings } from '../src/channels/email/index.ts';
import { openChannel } from '../src/channels/providers/index.ts';
import type { Email, EmailChannel } from '../src/core/deliveries/index.ts';
import type { Context } from '../src/platform/context.ts';
import { sql } from '../src/platform/sql/index.ts';
import { publishCampaign, startCampaigns } from '../src/services/campaigns/index.ts';
import { applyDefinitions, plainDocument } from '../src/services/definitions/index.ts';
import { listSends, sendSummary, startDelivery } from '../src/services/deliveries/index.ts';
import { peakRssMb, report, say, timed, withScratch } from './support/index.ts';
import { type Sink, startSink } from './support/smtp-process.ts';

const { values: options } = parseArgs({ options: { people: { type: 'string', default: '200000' } } });
const people = Number(options.people);
const LIMIT_MESSAGES = Math.min(people, 50_000);
const CONNECTIONS = 10;

const PARAGRAPH =
  'Spring is here, and with it the things that you looked at last month, in new colours and at the old price. ';
const items = Array.from(
  { length: 6 },
  (_, index) =>
    `<p>${PARAGRAPH.repeat(3)}</p><p><a href="https://shop.example/item/${index}?ref=mail">Item ${index}</a></p>`,
);
const template = {
  kind: 'template',
  key: 'blast',
  subject: '{{ profile.first_name }}, {{ row.points }} points are waiting',
  html: `<html><body style="font-family:sans-serif"><h1>Hello {{ profile.first_name }}</h1>${items.join('\n')}
{% if row.points > 100 %}<p>You have {{ row.points }} points in {{ profile.city }}.</p>{% endif %}
<p><a href="https://shop.example/all">All of it</a> <a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p></body></html>`,
  text: `Hello {{ profile.first_name }},\n${PARAGRAPH.repeat(10)}\n{{ message.unsubscribe_url }}`,
  defaults: { 'profile.first_name': 'friend' },
};
const campaign = {
  kind: 'campaign',
  key: 'blast',
  activities: {
    people: { type: 'build-audience', rule: { trait: 'points', gte: 0 }, columns: ['points'], next: 'mail' },
    mail: { type: 'email', template: 'blast', channel: 'sink', consent: 'opt-out' },
  },
};

async function prepareInstallation(ctx: Context, sink: Sink): Promise<void> {
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, locale, traits, created_at, updated_at)
    select n % 256, n, 'person' || n || '@example' || n % 50 || '.com', 'en',
      jsonb_build_object('first_name', 'Name' || n, 'city', 'Lyon', 'points', n % 1000), '2026-01-01', '2026-01-01'
    from generate_series(1, ${sql`${people}::int`}) n`);
  await ctx.db.execute(sql`vacuum analyze profile`);
  const channel = {
    kind: 'channel',
    key: 'sink',
    provider: 'smtp',
    from: { email: 'news@shop.example', name: 'The Shop' },
    url: `smtp://127.0.0.1:${sink.port}`,
    connections: CONNECTIONS,
  };
  const documents = [channel, template, campaign].map(plainDocument);
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
}

/** The same client with a message that was prepared once: what is left is SMTP. */
async function preparedBody(ctx: Context, sink: Sink, email: Email): Promise<number> {
  const server = { host: '127.0.0.1', port: sink.port, implicitTls: false };
  const channel = createSmtpChannel(smtpSettings(server, { connectionsMax: CONNECTIONS }), { log: ctx.log });
  let next = 0;
  const lane = async () => {
    while (next++ < LIMIT_MESSAGES) await channel.send(email);
  };
  const { seconds } = await timed(() => Promise.all(Array.from({ length: channel.inFlightMax }, lane)));
  await channel.close();
  return LIMIT_MESSAGES / seconds;
}

async function untilTrue(condition: () => Promise<boolean>, everyMs: number): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, everyMs));
}

await withScratch(async ({ ctx }) => {
  const sink = await startSink();
  let example: Email | undefined;
  const delivery = startDelivery(ctx, {
    openChannel: async (definition): Promise<EmailChannel> => {
      const channel = await openChannel(ctx, definition);
      const send = (email: Email) => {
        example = email;
        return channel.send(email);
      };
      return { ...channel, send };
    },
  });
  const campaigns = startCampaigns(ctx);
  try {
    say(`Making ${people} people ...`);
    await prepareInstallation(ctx, sink);
    say('Publishing ...');
    const start = performance.now();
    const elapsed = () => (performance.now() - start) / 1_000;
    await publishCampaign(ctx, 'blast');
    await untilTrue(async () => (await listSends(ctx, { limit: 1 })).length > 0, 20);
    say(`Audience built and send prepared after ${elapsed().toFixed(2)} s.`);
    await untilTrue(async () => (await sink.counts()).messages >= people, 50);
    const seconds = elapsed();
    const [send] = await listSends(ctx, { limit: 1 });
    await untilTrue(async () => (await sendSummary(ctx.db, [send?.sendId ?? 0])).sent === people, 50);
    say(`All accepted after ${seconds.toFixed(2)} s, all recorded after ${elapsed().toFixed(2)} s.`);
    await campaigns.stop();
    await delivery.stop();
    if (!example) throw new Error('No message was composed.');
    const perSecond = people / seconds;
    const limit = await preparedBody(ctx, sink, example);
    const note = `${example.raw.length} bytes a message`;
    const common = { bench: 'blast', n: people, note };
    report({ ...common, metric: 'messages_per_second', value: perSecond, unit: 'messages/s' });
    report({ ...common, metric: 'limit_messages_per_second', value: limit, unit: 'messages/s', n: LIMIT_MESSAGES });
    report({ ...common, metric: 'ratio', value: perSecond / limit, unit: '', note: 'of a prepared body, same client' });
    report({
      ...common,
      metric: 'rss_mb',
      value: peakRssMb(),
      unit: 'MB',
      note: 'everything but PostgreSQL and the sink',
    });
  } finally {
    await campaigns.stop();
    await delivery.stop();
    await sink.stop();
  }
});
