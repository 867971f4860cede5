import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSmtpChannel, type SmtpSettings, smtpSettings } from '../../src/channels/email/index.ts';
import { type ChannelUnderTest, describeEmailChannel, emailTo } from './conformance.ts';

type Running = { readonly port: number; readonly taken: { recipient: string; raw: string }[]; close(): Promise<void> };

/** A real SMTP server that bounces, defers and keeps what it takes. */
async function startServer(options: SMTPServerOptions = {}): Promise<Running> {
  const taken: { recipient: string; raw: string }[] = [];
  const refusal = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 500,
    onRcptTo({ address }, _session, done) {
      if (address.startsWith('bounce+')) done(refusal(550, '5.1.1 No such user'));
      else if (address.startsWith('defer+')) done(refusal(451, '4.3.0 Try again later'));
      else done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        for (const { address } of session.envelope.rcptTo) taken.push({ recipient: address, raw });
        done(/^Subject: Virus/m.test(raw) ? refusal(554, '5.6.0 Not this one') : null);
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { port, taken, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

function channelTo(running: Running, overrides: Partial<SmtpSettings> = {}, login: object = {}) {
  const server = { host: '127.0.0.1', port: running.port, implicitTls: false, ...login };
  return createSmtpChannel(smtpSettings(server, { connectionsMax: 4, ...overrides }), {
    log: { warn: () => undefined },
  });
}

async function subjectOf(
  options: SMTPServerOptions,
  overrides: Partial<SmtpSettings> = {},
  login: object = {},
): Promise<ChannelUnderTest> {
  const running = await startServer(options);
  const channel = channelTo(running, overrides, login);
  return {
    channel,
    delivered: async () => running.taken,
    async close() {
      await channel.close();
      await running.close();
    },
  };
}

const needsLogin: SMTPServerOptions = {
  authOptional: false,
  disabledCommands: [],
  onAuth(auth, _session, done) {
    if (auth.username === 'ann' && auth.password === 'p:w ü') done(null, { user: 'ann' });
    else done(new Error('Invalid'));
  },
};
const trusting = { required: true, rejectUnauthorized: false, plainAuth: false };
const login = { user: 'ann', password: 'p:w ü' };

describeEmailChannel('an SMTP server', () => subjectOf({}));
describeEmailChannel('an SMTP server without PIPELINING', () => subjectOf({ hidePIPELINING: true }));
describeEmailChannel('an SMTP server with STARTTLS and AUTH PLAIN', () =>
  subjectOf({ ...needsLogin, authMethods: ['PLAIN'] }, { tls: trusting }, login),
);
describeEmailChannel('an SMTP server with TLS from the start and AUTH LOGIN', () =>
  subjectOf(
    { ...needsLogin, secure: true, authMethods: ['LOGIN'] },
    { tls: trusting },
    { ...login, implicitTls: true },
  ),
);
describeEmailChannel('connections that are given up after three messages each', () =>
  subjectOf({}, { messagesPerConnectionMax: 3 }),
);

describe('an SMTP channel', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startServer({ ...needsLogin, size: 10_000 });
  });
  afterAll(() => running.close());

  it('waits, and blames nobody, while its login is refused', async () => {
    const channel = channelTo(running, { tls: trusting }, { user: 'ann', password: 'wrong' });
    expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({
      kind: 'retry',
      reason: 'authentication_failed',
      providerDown: true,
    });
    expect(await channel.check()).toMatchObject({ ok: false });
    await channel.close();
  });

  it('trusts no certificate that it cannot verify when TLS is required', async () => {
    const tls = { required: true, rejectUnauthorized: true, plainAuth: false };
    const channel = channelTo(running, { tls }, login);
    expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', reason: 'tls' });
    await channel.close();
  });

  it('does not speak without TLS when TLS is required', async () => {
    const plain = await startServer();
    const channel = channelTo(plain, { tls: trusting });
    expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', reason: 'tls' });
    expect(plain.taken).toEqual([]);
    await channel.close();
    await plain.close();
  });

  it('does not send what the server has said is too large, and judges content that is refused', async () => {
    const channel = channelTo(running, { tls: trusting }, login);
    const raw = `Subject: Large\r\n\r\n${'x'.repeat(70).concat('\r\n').repeat(200)}`;
    const virus = 'Subject: Virus\r\n\r\nHello\r\n';
    const results = await Promise.all([
      channel.send(emailTo('ann@example.com', { raw })),
      channel.send(emailTo('ann@example.com', { raw: virus })),
      channel.send(emailTo('ann@example.com')),
    ]);
    expect(results).toMatchObject([
      { kind: 'rejected', reason: 'message_too_large', hardBounce: false },
      { kind: 'rejected', reason: 'content_refused', hardBounce: false },
      { kind: 'sent' },
    ]);
    await channel.close();
  });

  it('finds its way back to a server that was restarted', async () => {
    const first = await startServer();
    const channel = channelTo(first, { backoffMinMs: 10 });
    expect(await channel.send(emailTo('one@example.com'))).toMatchObject({ kind: 'sent' });
    await first.close();
    expect(await channel.send(emailTo('two@example.com'))).toMatchObject({ kind: 'retry', providerDown: true });
    const second = new SMTPServer({
      authOptional: true,
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', done);
      },
    });
    await new Promise<void>((resolve) => second.listen(first.port, '127.0.0.1', resolve));
    expect(await channel.send(emailTo('three@example.com'))).toMatchObject({ kind: 'sent' });
    await channel.close();
    await new Promise<void>((resolve) => second.close(() => resolve()));
  });

  it('carries addresses and content beyond ASCII when the server can', async () => {
    const channel = channelTo(running, { tls: trusting }, login);
    const raw = 'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nGrüße aus Zürich\r\n';
    const before = running.taken.length;
    expect(await channel.send(emailTo('jürgen@bücher.example', { raw }))).toMatchObject({ kind: 'sent' });
    expect(running.taken.slice(before).map((message) => message.raw)).toEqual([
      expect.stringContaining('Grüße aus Zürich'),
    ]);
    await channel.close();
  });
});
