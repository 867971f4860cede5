// How many messages one process hands to an SMTP server on the same machine that throws them away, through the same channel that
// delivery uses. The limit is a loop that writes prepared bytes without waiting for any answer; it only counts the answers.
import { connect } from 'node:net';
import { createSmtpChannel, smtpSettings } from '../src/channels/email/index.ts';
import type { Email } from '../src/core/deliveries/index.ts';
import { peakRssMb, report, say, timed } from './support/index.ts';
import { type Sink, startSink } from './support/smtp-process.ts';

const CONNECTIONS = 10;
const LINE = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit sed do eiusmod.\r\n';
const SIZES = [
  { kilobytes: 34, messages: 40_000 },
  { kilobytes: 6, messages: 60_000 },
];
/** Distinct messages in turn, so that no cache holds the one body. */
const DISTINCT = 64;

function rawMessage(kilobytes: number, index: number): string {
  const headers = [
    `From: Carillon <news@example.com>`,
    `To: <person${index}@example.net>`,
    `Subject: Hello person ${index}`,
    `Message-ID: <${index}@example.com>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ];
  const body = LINE.repeat(Math.ceil((kilobytes * 1_000) / LINE.length));
  // Out of a buffer, so that the string is flat, as a composed message is.
  return Buffer.from(`${headers.join('\r\n')}\r\n\r\n${body}`, 'latin1').toString('latin1');
}

async function throughChannel(sink: Sink, raws: readonly string[], messages: number): Promise<number> {
  const server = { host: '127.0.0.1', port: sink.port, implicitTls: false };
  const log = { warn: (fields: object, message: string) => say(`${message} ${JSON.stringify(fields)}`) };
  const channel = createSmtpChannel(smtpSettings(server, { connectionsMax: CONNECTIONS }), { log });
  let next = 0;
  const lane = async () => {
    while (next < messages) {
      const index = next++;
      const result = await channel.send(emailOf(index, raws[index % DISTINCT] ?? ''));
      if (result.kind !== 'sent') throw new Error(`Message ${index}: ${JSON.stringify(result)}`);
    }
  };
  const { seconds } = await timed(() => Promise.all(Array.from({ length: channel.inFlightMax }, lane)));
  await channel.close();
  return messages / seconds;
}

function emailOf(index: number, raw: string): Email {
  return {
    key: String(index),
    envelopeFrom: 'bounces@example.com',
    to: `person${index}@example.net`,
    from: 'news@example.com',
    subject: 'Hello',
    raw,
    bucket: index % 256,
    sendId: 1,
    profileId: index,
  };
}

/** Writes whole conversations without reading along; the sink's answers are counted by their line feeds. */
async function preparedLoop(sink: Sink, raws: readonly string[], messages: number): Promise<number> {
  const perConnection = Math.ceil(messages / CONNECTIONS);
  const prepared = raws.map((raw, index) =>
    Buffer.from(
      `MAIL FROM:<bounces@example.com>\r\nRCPT TO:<person${index}@example.net>\r\nDATA\r\n${raw}.\r\n`,
      'latin1',
    ),
  );
  const speak = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(sink.port, '127.0.0.1');
      // The greeting, then four answers for each message.
      let expected = 1 + 4 * perConnection;
      let sent = 0;
      const fill = () => {
        while (sent < perConnection && socket.write(prepared[sent++ % prepared.length] ?? '')) {
          // As much as the socket takes.
        }
      };
      socket.setNoDelay(true);
      socket.on('connect', fill);
      socket.on('drain', fill);
      socket.on('error', reject);
      socket.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) expected -= 1;
        if (expected === 0) socket.end(resolve);
      });
    });
  const { seconds } = await timed(() => Promise.all(Array.from({ length: CONNECTIONS }, speak)));
  return (perConnection * CONNECTIONS) / seconds;
}

const sink = await startSink();
try {
  for (const { kilobytes, messages } of SIZES) {
    const raws = Array.from({ length: DISTINCT }, (_, index) => rawMessage(kilobytes, index));
    const note = `${kilobytes} kB bodies, ${CONNECTIONS} connections, sink in another process`;
    await throughChannel(sink, raws, messages / 10);
    say(`${kilobytes} kB: ${messages} messages through the channel, then the prepared loop`);
    const reached = await throughChannel(sink, raws, messages);
    const before = await sink.counts();
    const limit = await preparedLoop(sink, raws, messages);
    const taken = (await sink.counts()).messages - before.messages;
    if (taken !== messages) throw new Error(`The sink took ${taken} of ${messages} messages.`);
    const line = (metric: string, value: number, unit: string) =>
      report({ bench: 'smtp', metric, value, unit, n: messages, note });
    line('messages_per_second', reached, 'messages/s');
    line('limit_messages_per_second', limit, 'messages/s');
    line('ratio', reached / limit, 'ratio');
    line('rss_mb', peakRssMb(), 'MB');
  }
} finally {
  await sink.stop();
}
