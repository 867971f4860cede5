import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Email, EmailChannel, SendResult } from '../../src/core/deliveries/index.ts';

/** A channel together with what only a test may look at: what its provider has taken. */
export type ChannelUnderTest = {
  readonly channel: EmailChannel;
  /** The messages taken so far, as recipient and source. */
  delivered(): Promise<readonly { readonly recipient: string; readonly raw: string }[]>;
  close(): Promise<void>;
};

let lastKey = 0;

/** A complete message to `to`; its subject and body name its key. */
export function emailTo(to: string, overrides: Partial<Email> = {}): Email {
  const key = String(++lastKey);
  return {
    key,
    envelopeFrom: 'bounces@example.com',
    to,
    from: 'News <news@example.com>',
    subject: `Message ${key}`,
    raw: `From: News <news@example.com>\r\nTo: <${to}>\r\nSubject: Message ${key}\r\n\r\nHello, this is message ${key}.\r\n`,
    bucket: lastKey % 256,
    sendId: 1,
    profileId: lastKey,
    ...overrides,
  };
}

/** Waits until `condition` holds; the test's own time limit is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

export function kinds(results: readonly SendResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of results) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/**
 * What delivery relies on, whatever the provider. The provider must bounce recipients that start with `bounce+` for good, and defer
 * those that start with `defer+`.
 */
export function describeEmailChannel(name: string, start: () => Promise<ChannelUnderTest>): void {
  describe(`an email channel through ${name}`, () => {
    let subject: ChannelUnderTest;
    beforeAll(async () => {
      subject = await start();
    });
    afterAll(() => subject?.close());

    const bodyOf = (raw: string) => raw.replaceAll('\r\n', '\n').split('\n\n').slice(1).join('\n\n').trimEnd();

    it('can talk to its provider', async () => {
      expect(await subject.channel.check()).toEqual({ ok: true });
    });

    it('delivers a message once and whole, lines that begin with dots included', async () => {
      const body = '.\r\n..\r\n.hidden\r\nno dot\r\n\r\n.\r\n.end';
      const email = emailTo('dots@example.com', { raw: `From: <a@example.com>\r\nSubject: Dots\r\n\r\n${body}\r\n` });
      expect(await subject.channel.send(email)).toMatchObject({ kind: 'sent' });
      const taken = (await subject.delivered()).filter(({ recipient }) => recipient === email.to);
      expect(taken.map(({ raw }) => bodyOf(raw))).toEqual([body.replaceAll('\r\n', '\n')]);
    });

    it('gives every one of many messages an answer of its own', async () => {
      const emails = Array.from({ length: 300 }, (_, index) => {
        const kind = index % 10 === 3 ? 'bounce' : index % 10 === 7 ? 'defer' : 'many';
        return emailTo(`${kind}+${index}@example.com`);
      });
      const results = await Promise.all(emails.map((email) => subject.channel.send(email)));
      const expected = emails.map(({ to }) =>
        to.startsWith('bounce') ? 'rejected' : to.startsWith('defer') ? 'retry' : 'sent',
      );
      expect(results.map(({ kind }) => kind)).toEqual(expected);
      const recipients = (await subject.delivered()).map(({ recipient }) => recipient).filter((to) => /^many/.test(to));
      expect(recipients.sort()).toEqual(
        emails
          .map(({ to }) => to)
          .filter((to) => /^many/.test(to))
          .sort(),
      );
    });

    it('tells a bounce, which condemns the address, from a deferral, which does not condemn the provider', async () => {
      expect(await subject.channel.send(emailTo('bounce+1@example.com'))).toMatchObject({
        kind: 'rejected',
        hardBounce: true,
      });
      expect(await subject.channel.send(emailTo('defer+1@example.com'))).toMatchObject({
        kind: 'retry',
        providerDown: false,
      });
    });

    it('asks nobody for an address that cannot be mailed or that carries commands', async () => {
      const before = (await subject.delivered()).length;
      for (const to of ['', 'n/a', 'a b@example.com', 'ann@example.com>\r\nRCPT TO:<eve@example.com']) {
        expect(await subject.channel.send(emailTo(to))).toMatchObject({
          kind: 'rejected',
          reason: 'invalid_address',
          hardBounce: false,
        });
      }
      expect((await subject.delivered()).length).toBe(before);
    });
  });
}
