import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSmtpChannel, smtpSettings } from '../../src/channels/email/index.ts';
import type { EmailChannel } from '../../src/core/deliveries/index.ts';
import { emailTo, kinds, until } from './conformance.ts';
import { type Postfix, startPostfix, whyNoPostfix } from './postfix-server.ts';

describe('Postfix', () => {
  let postfix: Postfix | undefined;
  let channel: EmailChannel;
  beforeAll(async () => {
    if (whyNoPostfix() !== undefined) return;
    const started = await startPostfix();
    postfix = started;
    const server = { host: '127.0.0.1', port: started.port, implicitTls: false };
    channel = createSmtpChannel(smtpSettings(server, { connectionsMax: 4, backoffMinMs: 50 }), {
      log: { warn: () => undefined },
    });
    await until(async () => (await channel.check()).ok);
  });
  afterAll(async () => {
    await channel?.close();
    await postfix?.close();
  });
  beforeEach((context) => {
    const reason = whyNoPostfix();
    if (reason !== undefined) context.skip(reason);
  });

  const deliveredTo = async (prefix: string) =>
    ((await postfix?.delivered()) ?? []).filter((recipient) => recipient.startsWith(prefix));

  it('takes two thousand pipelined messages, and its log has every one of them once', async () => {
    const emails = Array.from({ length: 2_000 }, (_, index) => emailTo(`person${index}@example.com`));
    const results = await Promise.all(emails.map((email) => channel.send(email)));
    expect(kinds(results)).toEqual({ sent: 2_000 });
    await until(async () => (await deliveredTo('person')).length >= 2_000);
    expect((await deliveredTo('person')).sort()).toEqual(emails.map(({ to }) => to).sort());
  });

  it('loses nothing between bounces and deferrals, although it hangs up after too many of them', async () => {
    const names = Array.from({ length: 400 }, (_, index) => ['good', 'bounce', 'good', 'defer'][index % 4] ?? '');
    const emails = names.map((name, index) => emailTo(`${name}+${index}@example.com`));
    const results = await Promise.all(emails.map((email) => channel.send(email)));
    names.forEach((name, index) => {
      const result = results[index];
      if (name === 'bounce') {
        expect(result).toMatchObject({ kind: 'rejected', reason: 'mailbox_unknown', hardBounce: true });
      } else if (name === 'defer')
        expect(result).toMatchObject({ kind: 'retry', detail: expect.stringMatching(/^451 4\.3\.0/) });
      else expect(result).toMatchObject({ kind: 'sent', detail: expect.stringContaining('queued as') });
    });
    await until(async () => (await deliveredTo('good')).length >= 200);
    expect((await deliveredTo('good')).sort()).toEqual(
      emails
        .map(({ to }) => to)
        .filter((to) => to.startsWith('good'))
        .sort(),
    );
  });
});
