// 200,000 people, from confirming the send to the last message accepted by an SMTP sink in another process: personalised mail of
// about 6 kB, tracked links, a row in the log per recipient. The limit is the same SMTP client sending one prepared message.
import { createSmtpChannel, smtpSettings } from '../src/channels/email/index.ts';
import { openChannel } from '../src/channels/providers/index.ts';
import { ChannelDefinition } from '../src/core/channels/index.ts';
import { TemplateDefinition } from '../src/core/content/index.ts';
import type { EmailChannel } from '../src/core/deliveries/index.ts';
import type { Context } from '../src/platform/context.ts';
import { sql } from '../src/platform/sql/index.ts';
import { prepareSend, sendSummary, startDelivery } from '../src/services/deliveries/index.ts';
import { peakRssMb, report, say, timed, withScratch } from './support/index.ts';
import { type Sink, startSink } from './support/smtp-process.ts';

const PEOPLE = Number(process.env.BLAST_PEOPLE ?? 200_000);
const LIMIT_MESSAGES = Math.min(PEOPLE, 50_000);
const CONNECTIONS = 10;

async function makePeople(ctx: Context): Promise<void> {
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, locale, traits, created_at, updated_at)
    select n % 256, n, 'person' || n || '@example' || n % 50 || '.com', 'en',
      jsonb_build_object('first_name', 'Name' || n, 'city', 'Lyon', 'points', n % 1000), ${new Date()}, ${new Date()}
    from generate_series(1, ${PEOPLE}::int) n`);
  await ctx.db.execute(sql`
    create table work.blast as
    select (n % 256)::smallint as bucket, n::bigint as profile_id, (n % 500)::numeric as total from generate_series(1, ${sql`${PEOPLE}::int`}) n`);
  await ctx.db.execute(sql`analyze profile, work.blast`);
}

const PARAGRAPH =
  'Spring is here, and with it the things that you looked at last month, in new colours and at the old price. ';

/** About 6 kB on the wire, with six tracked links, a condition, a loop-free body as most mails have. */
const TEMPLATE = {
  subject: '{{ profile.first_name }}, {{ row.total | round }} points are waiting',
  html: `<html><body style="font-family:sans-serif"><h1>Hello {{ profile.first_name }}</h1>
${Array.from({ length: 6 }, (_, index) => `<p>${PARAGRAPH.repeat(3)}</p><p><a href="https://shop.example/item/${index}?ref=mail">Item ${index}</a></p>`).join('\n')}
{% if row.total > 100 %}<p>You have {{ row.total }} points in {{ profile.city }}.</p>{% endif %}
<p><a href="{{ message.unsubscribe_url }}">Unsubscribe</a></p></body></html>`,
  text: `Hello {{ profile.first_name }},\n${PARAGRAPH.repeat(4)}\n{{ message.unsubscribe_url }}`,
  defaults: { 'profile.first_name': 'friend' },
};

async function publish(ctx: Context, kind: string, key: string, body: object): Promise<void> {
  const now = new Date(ctx.clock.now());
  await ctx.db.execute(sql`
    insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
    values (${kind}, ${key}, 1, 'published', ${JSON.stringify(body)}::jsonb, ${now}, ${now}, ${now})`);
}

/** The same client with one message that was prepared once: what is left is SMTP. */
async function limit(ctx: Context, sink: Sink, raw: string): Promise<number> {
  const server = { host: '127.0.0.1', port: sink.port, implicitTls: false };
  const channel = createSmtpChannel(smtpSettings(server, { connectionsMax: CONNECTIONS }), { log: ctx.log });
  let next = 0;
  const lane = async () => {
    while (next++ < LIMIT_MESSAGES) {
      await channel.send({
        key: '1',
        envelopeFrom: 'a@example.com',
        to: 'b@example.com',
        from: 'a@example.com',
        subject: 's',
        raw,
        bucket: 0,
        sendId: 1,
        profileId: 1,
      });
    }
  };
  const { seconds } = await timed(() => Promise.all(Array.from({ length: channel.inFlightMax }, lane)));
  await channel.close();
  return LIMIT_MESSAGES / seconds;
}

await withScratch(async ({ ctx }) => {
  const sink = await startSink();
  try {
    say(`Making ${PEOPLE} people ...`);
    await makePeople(ctx);
    await publish(ctx, 'template', 'blast', TemplateDefinition.parse({ kind: 'template', key: 'blast', ...TEMPLATE }));
    const channelDefinition = ChannelDefinition.parse({
      kind: 'channel',
      key: 'sink',
      provider: 'smtp',
      from: { email: 'news@shop.example', name: 'The Shop' },
      url: `smtp://127.0.0.1:${sink.port}`,
      connections: CONNECTIONS,
    });
    await publish(ctx, 'channel', 'sink', channelDefinition);
    let raw = '';
    const opening = async (definition: Parameters<typeof openChannel>[1]): Promise<EmailChannel> => {
      const channel = await openChannel(ctx, definition);
      return {
        ...channel,
        send: (email) => {
          raw = email.raw;
          return channel.send(email);
        },
      };
    };
    const delivery = startDelivery(ctx, { openChannel: opening });
    say('Blast ...');
    const start = performance.now();
    const prepared = await ctx.db.transaction((tx) =>
      prepareSend(tx, ctx, {
        channelKey: 'sink',
        templateKey: 'blast',
        consent: 'opt-out',
        lane: 'campaign',
        hold: false,
        population: { table: 'blast', columns: [{ name: 'total', type: 'decimal' }], dimension: 'profiles' },
      }),
    );
    say(`Prepared after ${((performance.now() - start) / 1_000).toFixed(2)} s`);
    while ((await sink.counts()).messages < PEOPLE) await new Promise((resolve) => setTimeout(resolve, 20));
    const seconds = (performance.now() - start) / 1_000;
    while ((await sendSummary(ctx.db, [prepared.sendId])).sent < PEOPLE)
      await new Promise((resolve) => setTimeout(resolve, 50));
    say(`Recorded after ${((performance.now() - start) / 1_000).toFixed(2)} s`);
    await delivery.stop();
    const perSecond = PEOPLE / seconds;
    const note = `prepared-body loop over the same client, ${raw.length} bytes`;
    const limitPerSecond = await limit(ctx, sink, raw);
    const common = { bench: 'blast', n: PEOPLE };
    report({ ...common, metric: 'messages_per_second', value: perSecond, unit: 'messages/s' });
    report({
      ...common,
      metric: 'limit_messages_per_second',
      value: limitPerSecond,
      unit: 'messages/s',
      n: LIMIT_MESSAGES,
      note,
    });
    report({ ...common, metric: 'ratio', value: perSecond / limitPerSecond, unit: '' });
    report({ ...common, metric: 'rss_mb', value: peakRssMb(), unit: 'MB' });
  } finally {
    await sink.stop();
  }
});
