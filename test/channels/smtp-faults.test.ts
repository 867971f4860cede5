import { networkInterfaces } from 'node:os';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createSmtpChannel, SMTP_TIMEOUTS, type SmtpSettings, smtpSettings } from '../../src/channels/email/index.ts';
import type { EmailChannel } from '../../src/core/deliveries/index.ts';
import { emailTo, kinds } from './conformance.ts';
import { type Act, type Moment, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Script = (moment: Moment, line: string, connection: number) => Act | undefined;

async function against(
  script: Script,
  overrides: Partial<SmtpSettings> = {},
): Promise<{ server: ScriptedServer; channel: EmailChannel }> {
  const server = await startScriptedServer(script);
  const channel = channelTo(server.port, overrides);
  cleanups.push(server.close, channel.close);
  return { server, channel };
}

function channelTo(port: number, overrides: Partial<SmtpSettings> = {}, login: object = {}): EmailChannel {
  const settings = smtpSettings(
    { host: '127.0.0.1', port, implicitTls: false, ...login },
    { connectionsMax: 1, backoffMinMs: 5, backoffMaxMs: 20, ...overrides },
  );
  return createSmtpChannel(settings, { log: { warn: () => undefined } });
}

const quick = (ms: number): Partial<SmtpSettings> => ({
  timeouts: { ...SMTP_TIMEOUTS, greetingMs: ms, commandMs: ms, dataMs: ms, contentMs: ms },
});

describe('a message whose content was not begun is tried again', () => {
  const beforeContent: Moment[] = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA'];
  it.each(beforeContent)('when the server hangs up at %s', async (at) => {
    const { channel, server } = await against((moment) => (moment === at ? { drop: 'end' } : undefined));
    expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', providerDown: true });
    expect(server.accepted).toEqual([]);
  });

  it.each(beforeContent)('when the server falls silent at %s', async (at) => {
    const { channel } = await against((moment) => (moment === at ? 'silence' : undefined), quick(50));
    expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', providerDown: true });
  });

  it.each(['421 4.3.2 Too many connections\r\n', '554 5.7.1 Not you\r\n', 'HTTP/1.1 400 Bad Request\r\n\r\n'])(
    'when the server greets with %j',
    async (greeting) => {
      const { channel } = await against((moment) => (moment === 'greeting' ? greeting : undefined));
      expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', providerDown: true });
      expect(await channel.check()).toMatchObject({ ok: false });
    },
  );

  it.each(['nonsense\r\n', '25\r\n', '250'.padEnd(10_000, ' '), '250-and\r\n'.repeat(1_000)])(
    'when the answer to MAIL is no SMTP: %#',
    async (answer) => {
      const { channel } = await against((moment) => (moment === 'MAIL' ? answer : undefined));
      expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', providerDown: true });
    },
  );

  it('when nobody listens, and so is everything that waits behind it', async () => {
    const server = await startScriptedServer(() => undefined);
    await server.close();
    const channel = channelTo(server.port);
    cleanups.push(channel.close);
    const results = await Promise.all(Array.from({ length: 20 }, () => channel.send(emailTo('ann@example.com'))));
    expect(kinds(results)).toEqual({ retry: 20 });
    expect(results[19]).toMatchObject({ reason: 'unreachable', providerDown: true });
  });
});

describe('a message whose content was begun and not answered is unknown', () => {
  it.each(['midway', 'content'] as const)('when the server hangs up at %s', async (at) => {
    for (const drop of ['end', 'reset'] as const) {
      const { channel } = await against((moment) => (moment === at ? { drop } : undefined));
      expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'unknown' });
    }
  });

  it('when the server falls silent after the content', async () => {
    // Only that silence is short: who takes long to say hello has not taken the content either.
    const timeouts = { ...SMTP_TIMEOUTS, contentMs: 50 };
    const { channel } = await against((moment) => (moment === 'content' ? 'silence' : undefined), { timeouts });
    expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'unknown' });
  });

  it('but not when the server says 421 to it: then it was not taken', async () => {
    const { channel } = await against((moment) => (moment === 'content' ? '421 4.3.0 Going down\r\n' : undefined));
    expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', providerDown: true });
  });
});

it.each([
  ['DATA', '250 2.0.0 Ok\r\n', 'retry'],
  ['RCPT', '354 Go ahead\r\n', 'retry'],
  ['content', '354 Go ahead\r\n', 'unknown'],
] as const)('believes no answer that does not fit: %s %j', async (at, answer, kind) => {
  const { channel, server } = await against((moment) => (moment === at ? answer : undefined));
  expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind });
  expect(server.accepted).toEqual([]);
});

it('sends a lone dot and no content when the recipient was refused and DATA was not (RFC 2920)', async () => {
  const { channel, server } = await against((moment, line) =>
    moment === 'RCPT' && line.includes('nobody') ? '550 5.1.1 Unknown\r\n' : undefined,
  );
  const results = await Promise.all(
    ['ann', 'nobody', 'nobody2', 'bob'].map((name) => channel.send(emailTo(`${name}@example.com`))),
  );
  expect(results.map(({ kind }) => kind)).toEqual(['sent', 'rejected', 'rejected', 'sent']);
  expect(server.conversations[0]?.contents.map((content) => content !== '')).toEqual([true, false, false, true]);
});

it('refuses an address beyond ASCII, and says why, where the server does not offer SMTPUTF8 (RFC 6531)', async () => {
  const raw = 'To: jürgen@example.com\r\n\r\nHi\r\n';
  const plain = await against((moment) => (moment === 'EHLO' ? '250 scripted\r\n' : undefined));
  const refused = await plain.channel.send({ ...emailTo('jürgen@example.com'), raw });
  expect(refused).toMatchObject({ kind: 'rejected', reason: 'address_beyond_ascii', hardBounce: false });
  expect(plain.server.conversations.flatMap(({ lines }) => lines).join()).not.toContain('MAIL FROM');
  const able = await against((moment) =>
    moment === 'EHLO' ? '250-scripted\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n' : undefined,
  );
  expect(await able.channel.send({ ...emailTo('jürgen@example.com'), raw })).toMatchObject({ kind: 'sent' });
  expect(able.server.conversations[0]?.lines.find((line) => line.startsWith('MAIL'))).toMatch(
    / BODY=8BITMIME SMTPUTF8$/,
  );
});

it('resets a transaction that was left open before it begins the next', async () => {
  const { channel, server } = await against((moment, line) => {
    if (moment === 'RCPT' && line.includes('nobody')) return '550 5.1.1 Unknown\r\n';
    return undefined;
  });
  const refusing = await against((moment, line) => {
    if (moment === 'RCPT' && line.includes('nobody')) return '550 5.1.1 Unknown\r\n';
    if (moment === 'EHLO') return '250 scripted\r\n';
    return undefined;
  });
  for (const each of [channel, refusing.channel]) {
    expect(await each.send(emailTo('nobody@example.com'))).toMatchObject({ kind: 'rejected', hardBounce: true });
    expect(await each.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'sent' });
  }
  for (const each of [server, refusing.server]) expect(each.conversations[0]?.lines).toContain('RSET');
  expect(refusing.server.conversations[0]?.lines.filter((line) => line === 'DATA')).toHaveLength(1);
});

it('understands answers of several lines that come byte by byte', async () => {
  const { channel, server } = await against((moment) =>
    moment === 'RCPT' ? '250-2.1.5 Well\r\n250-2.1.5 well\r\n250 2.1.5 well\n' : undefined,
  );
  const results = await Promise.all(Array.from({ length: 5 }, () => channel.send(emailTo('ann@example.com'))));
  expect(kinds(results)).toEqual({ sent: 5 });
  expect(server.accepted).toHaveLength(5);
});

it('moves messages to a new connection when the server ends one that worked', async () => {
  let taken = 0;
  const { channel, server } = await against((moment) => {
    if (moment !== 'content' || ++taken % 7 !== 0) return undefined;
    return { say: '250 2.0.0 Taken, and enough of it\r\n', drop: 'end' };
  });
  const results = await Promise.all(Array.from({ length: 100 }, () => channel.send(emailTo('ann@example.com'))));
  expect(kinds(results)).toEqual({ sent: 100 });
  expect(server.accepted).toHaveLength(100);
});

it('never believes what was said in plain text before TLS', async () => {
  const { channel, server } = await against((moment) => {
    if (moment === 'EHLO') return '250-scripted\r\n250 STARTTLS\r\n';
    if (moment !== 'STARTTLS') return undefined;
    const early = '250-scripted\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n';
    return { say: `220 Go\r\n${early}`, drop: 'end' };
  });
  expect(await channel.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', reason: 'tls' });
  expect(server.conversations[0]?.lines.filter((line) => /^[A-Z]/.test(line) && !/^EHLO|^STARTTLS/.test(line))).toEqual(
    [],
  );
});

const outward = Object.values(networkInterfaces())
  .flat()
  .find((address) => address && !address.internal && address.family === 'IPv4')?.address;

it('never sends a password without TLS over a network', async (context) => {
  if (outward === undefined) return context.skip('this machine has no address but the loopback');
  const server = await startScriptedServer(
    (moment) => (moment === 'EHLO' ? '250-x\r\n250 AUTH PLAIN\r\n' : undefined),
    outward,
  );
  const login = { host: outward, user: 'ann', password: 'secret' };
  const careful = channelTo(server.port, {}, login);
  const trusting = channelTo(
    server.port,
    { tls: { required: false, rejectUnauthorized: true, plainAuth: true } },
    login,
  );
  cleanups.push(server.close, careful.close, trusting.close);
  expect(await careful.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'retry', reason: 'tls' });
  expect(server.conversations.flatMap(({ lines }) => lines).some((line) => line.startsWith('AUTH'))).toBe(false);
  expect(await trusting.send(emailTo('ann@example.com'))).toMatchObject({ kind: 'sent' });
});

it('keeps to its connections and to its limit for each recipient domain', async () => {
  const active = new Map<string, number>();
  let most = 0;
  const domainIn = (text: string) => /@(\w+\.example)/.exec(text)?.[1] ?? '';
  const { channel, server } = await against(
    (moment, text) => {
      if (moment !== 'RCPT' && moment !== 'content') return undefined;
      const domain = domainIn(moment === 'RCPT' ? text : (/^To: .*$/m.exec(text)?.[0] ?? ''));
      const now = (active.get(domain) ?? 0) + (moment === 'RCPT' ? 1 : -1);
      active.set(domain, now);
      most = Math.max(most, now);
      return undefined;
    },
    { connectionsMax: 6, perDomainMax: 2 },
  );
  const emails = Array.from({ length: 200 }, (_, index) => emailTo(`p${index}@${index % 4 ? 'big' : 'small'}.example`));
  expect(kinds(await Promise.all(emails.map((email) => channel.send(email))))).toEqual({ sent: 200 });
  expect(most).toBe(2);
  expect(server.connectionsSeenMax()).toBeLessThanOrEqual(6);
});

it('whatever a server does, each send has one answer, and what the server took is never tried again', async () => {
  const faults: (Act | undefined)[] = [
    undefined,
    undefined,
    undefined,
    { drop: 'end' },
    { drop: 'reset' },
    '451 4.3.0 Later\r\n',
    '550 5.1.1 Never\r\n',
    '421 4.3.2 Bye\r\n',
    'what?\r\n',
    '250 2.0.0 Out of step\r\n',
    '354 Out of step\r\n',
    { say: '250 2.0.0 Taken\r\n', drop: 'end' },
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(fc.tuple(fc.nat(), fc.nat({ max: 11 }))),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      async (chances, pipelining, connectionsMax) => {
        const { channel, server } = await against(
          (moment) => {
            if (moment === 'EHLO' && !pipelining) return '250 scripted\r\n';
            const [chance, which] = chances.next().value ?? [0, 0];
            const fault = chance % 8 === 0 ? faults[which] : undefined;
            // Words come only where an answer is due, and only a final answer says that a message was taken.
            if (moment === 'midway' && typeof fault === 'string') return undefined;
            return typeof fault === 'object' && fault.say && moment !== 'content' ? { drop: 'end' } : fault;
          },
          { connectionsMax, messagesPerConnectionMax: 5, ...quick(5_000) },
        );
        const emails = Array.from({ length: 30 }, () => emailTo('ann@example.com'));
        const results = await Promise.all(emails.map((email) => channel.send(email)));
        emails.forEach((email, index) => {
          const times = server.accepted.filter((content) =>
            content.includes(`Subject: Message ${email.key}\r\n`),
          ).length;
          const kind = results[index]?.kind;
          if (kind === 'sent') expect(times).toBe(1);
          else if (kind === 'unknown') expect(times).toBeLessThanOrEqual(1);
          else expect(times).toBe(0);
        });
      },
    ),
    { numRuns: 40 },
  );
});
