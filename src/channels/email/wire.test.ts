import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReplyReader } from './replies.ts';
import { capabilitiesOf, encodeContent, isSafeSender, wireRecipient } from './wire.ts';

describe('content on the wire', () => {
  const piece = fc.constantFrom('.', '..', '\r\n', '\n', '\r', 'a', ' ', '\r\n.\r\n', 'ü', '€');
  const raws = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));

  it('ends nowhere before its end, and is whole again when the dots are taken off', () => {
    fc.assert(
      fc.property(raws, fc.boolean(), (raw, reuse) => {
        const { buffer, length } = encodeContent(raw, reuse ? Buffer.alloc(4_096) : undefined);
        const wire = buffer.toString('utf8', 0, length);
        expect(wire.endsWith('\n.\r\n')).toBe(true);
        const inside = wire.slice(0, -3);
        expect(/(^|\n)\.(\r?\n|$)/.test(inside)).toBe(false);
        const ended = raw.endsWith('\n') ? raw : `${raw}\r\n`;
        expect(inside.replace(/(^|\n)\./g, '$1')).toBe(ended);
      }),
    );
  });

  it('knows whether it needs 8BITMIME, and has room for the next commands', () => {
    expect(encodeContent('Hello\r\n', undefined).eightBit).toBe(false);
    for (const spare of [undefined, Buffer.alloc(1_450)]) {
      const content = encodeContent('ü'.repeat(1_000), spare);
      expect(content.eightBit).toBe(true);
      expect(content.length).toBe(2_005);
      expect(content.buffer.length - content.length).toBeGreaterThan(1_000);
    }
  });
});

describe('what a server says', () => {
  it('is read the same however it is cut into packets', () => {
    const said = '220 mail\r\n250-one\r\n250-two\r\n250 three\n354 go\r\n421\r\n';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
        const replies: [number, string][] = [];
        const reader = createReplyReader(
          (code, text) => replies.push([code, text]),
          (what) => {
            throw new Error(what);
          },
        );
        let at = 0;
        for (let index = 0; at < said.length; index++) {
          const size = sizes[index % sizes.length] ?? 1;
          reader.push(Buffer.from(said.slice(at, at + size)));
          at += size;
        }
        expect(replies).toEqual([
          [220, 'mail'],
          [250, 'one\ntwo\nthree'],
          [354, 'go'],
          [421, ''],
        ]);
      }),
    );
  });

  it('tells what it can do', () => {
    expect(
      capabilitiesOf('mail.example\nPIPELINING\nsize 1000\nAUTH=LOGIN PLAIN\nSTARTTLS\n8BITMIME\nSMTPUTF8'),
    ).toEqual({
      pipelining: true,
      eightBitMime: true,
      smtpUtf8: true,
      startTls: true,
      sizeMax: 1000,
      mechanisms: ['LOGIN', 'PLAIN'],
    });
  });
});

it('addresses cannot carry commands', () => {
  expect(wireRecipient('Ann@Bücher.example')).toEqual({
    path: 'Ann@xn--bcher-kva.example',
    domain: 'xn--bcher-kva.example',
  });
  expect(wireRecipient('ann@example.com>\r\nDATA')).toBeUndefined();
  expect(isSafeSender('')).toBe(true);
  expect(isSafeSender('b+x@example.com')).toBe(true);
  expect(isSafeSender('x@example.com> SIZE=1')).toBe(false);
  expect(isSafeSender('x@example.com\r\nRSET')).toBe(false);
});
