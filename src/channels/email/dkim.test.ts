import { createHash, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { createDkimSigner, relaxedBody, splitMessage } from './dkim.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const RAW = [
  'From: News <news@example.com>',
  'To: ann@example.com',
  'Subject: A folded',
  '\tsubject   with  spaces ',
  'Date: Mon, 02 Mar 2026 09:00:00 +0000',
  'Message-ID: <1@example.com>',
  'List-Unsubscribe: <https://example.com/u/x>,',
  ' <mailto:u@example.com>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'Feedback-ID: spring:shop:campaign:carillon',
  'X-Other: not signed',
  '',
  'Hello  there \t',
  '  two  spaces',
  '',
  'end',
  '',
  '',
  '',
].join('\r\n');

/** A verifier written from RFC 6376 alone; it shares no code with the signer. */
function verifies(message: string, key: KeyObject): boolean {
  const [head = '', ...rest] = message.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const fields = head.split(/\r\n(?![ \t])/).map((field) => {
    const name = field.slice(0, field.indexOf(':')).trim().toLowerCase();
    return { name, value: field.slice(field.indexOf(':') + 1) };
  });
  const signature = fields.find(({ name }) => name === 'dkim-signature')?.value ?? '';
  const tags = new Map(
    signature
      .replace(/\r\n/g, '')
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')]),
  );
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+$/, '').replace(/[ \t]+/g, ' '));
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  const canonicalBody = lines.map((line) => `${line}\r\n`).join('');
  if (createHash('sha256').update(canonicalBody).digest('base64') !== tags.get('bh')) return false;

  const relaxed = (name: string, value: string) =>
    `${name}:${value
      .replace(/\r\n/g, '')
      .replace(/[ \t]+/g, ' ')
      .replace(/^ | $/g, '')}`;
  const left = fields.filter(({ name }) => name !== 'dkim-signature');
  let data = '';
  for (const name of tags.get('h')?.split(':') ?? []) {
    const at = left.findLastIndex((field) => field.name === name);
    if (at < 0) continue;
    data += `${relaxed(name, left.splice(at, 1)[0]?.value ?? '')}\r\n`;
  }
  data += relaxed('dkim-signature', signature.replace(/(\bb=)[\s\S]*$/, '$1'));
  const bytes = Buffer.from(tags.get('b') ?? '', 'base64');
  return tags.get('a') === 'ed25519-sha256'
    ? verify(null, createHash('sha256').update(data).digest(), key, bytes)
    : verify('sha256', Buffer.from(data), key, bytes);
}

describe('a DKIM signature', () => {
  const keys = { rsa, ed25519 };
  it.each(['rsa', 'ed25519'] as const)(
    'with %s verifies by the RFC, and nothing may be changed or added',
    async (kind) => {
      const sign = createDkimSigner({ domain: 'example.com', selector: 's1', privateKey: pem(keys[kind].privateKey) });
      const signed = (await sign(RAW)) + RAW;
      const { publicKey } = keys[kind];
      expect(verifies(signed, publicKey)).toBe(true);
      expect(verifies(signed.replace('end', 'End'), publicKey)).toBe(false);
      expect(verifies(signed.replace('To: ann', 'To: eve'), publicKey)).toBe(false);
      expect(verifies(signed.replace('One-Click', 'Two-Click'), publicKey)).toBe(false);
      expect(verifies(signed.replace('\r\n\r\n', '\r\nSubject: Another\r\n\r\n'), publicKey)).toBe(false);
      // What relays do on the way: fold differently, add headers of their own, end the body with empty lines.
      expect(
        verifies(`Received: by relay\r\n${signed.replace('A folded\r\n\tsubject', 'A folded subject')}\r\n`, publicKey),
      ).toBe(true);
    },
  );

  it('names the headers that mailbox providers want signed, in lines that are short enough', async () => {
    const sign = createDkimSigner({ domain: 'example.com', selector: 's1', privateKey: pem(rsa.privateKey) });
    const header = await sign(RAW);
    const names = /h=([^;]*);/.exec(header)?.[1]?.replace(/\s/g, '').split(':') ?? [];
    for (const name of [
      'from',
      'to',
      'subject',
      'date',
      'message-id',
      'list-unsubscribe',
      'list-unsubscribe-post',
      'feedback-id',
    ]) {
      expect(names).toContain(name);
    }
    expect(Math.max(...header.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(header.endsWith('\r\n')).toBe(true);
  });

  it('hashes any body as nodemailer does', async () => {
    const piece = fc.constantFrom('a', ' ', '  ', '\t', '\r\n', ' \r\n', '\r\n\r\n', 'word', '.');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const body = pieces.join('');
        const transport = createTransport({
          streamTransport: true,
          buffer: true,
          newline: 'windows',
          dkim: { domainName: 'example.com', keySelector: 's', privateKey: pem(rsa.privateKey) },
        } as never);
        const { message } = (await transport.sendMail({
          envelope: { from: 'a@example.com', to: 'b@example.com' },
          raw: `From: a@example.com\r\n\r\n${body}\r\n`,
        })) as unknown as { message: Buffer };
        const theirs = /bh=([^;]*);/.exec(message.toString())?.[1]?.replace(/\s/g, '');
        const ours = createHash('sha256')
          .update(relaxedBody(splitMessage(message.toString()).body))
          .digest('base64');
        expect(ours).toBe(theirs);
      }),
      { numRuns: 60 },
    );
  });

  it('is not made with a key that is none, and the error does not show it', () => {
    expect(() => createDkimSigner({ domain: 'example.com', selector: 's', privateKey: 'secret text' })).toThrow(
      /readable PEM/,
    );
  });
});
