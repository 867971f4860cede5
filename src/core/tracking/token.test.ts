import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeDestination } from './address.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { isSignedUrl, readToken, signUrl, writeToken } from './token.ts';

const hash = (key: string) => (bytes: Uint8Array) => createHmac('sha256', key).update(bytes).digest();
const id = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const token = fc.record({ bucket: fc.integer({ min: 0, max: 255 }), messageId: id, sendId: id, profileId: id });

describe('a tracking token', () => {
  it('names its message whatever the numbers are', () => {
    fc.assert(
      fc.property(token, (value) => {
        const text = writeToken(value, hash('key'));
        expect(text).toMatch(/^[\w-]+$/);
        expect(readToken(text, hash('key'))).toEqual(value);
      }),
    );
  });

  it('is worth nothing when one character differs, when it is cut, or when another key made it', () => {
    fc.assert(
      fc.property(token, fc.nat(), (value, position) => {
        const text = writeToken(value, hash('key'));
        const at = position % text.length;
        const other = text[at] === 'A' ? 'B' : 'A';
        expect(readToken(text.slice(0, at) + other + text.slice(at + 1), hash('key'))).toBeUndefined();
        expect(readToken(text.slice(0, at), hash('key'))).toBeUndefined();
        expect(readToken(`${text}A`, hash('key'))).toBeUndefined();
        expect(readToken(text, hash('another key'))).toBeUndefined();
      }),
    );
  });

  it('is short enough for a mail that carries many', () => {
    const text = writeToken(
      { bucket: 200, messageId: 3_000_000_000, sendId: 4_000, profileId: 20_000_000 },
      hash('key'),
    );
    expect(text.length).toBeLessThanOrEqual(30);
  });
});

describe('a signed address', () => {
  it('is good for its message and nothing else', () => {
    const url = 'https://shop.example/p?id=7&x=é';
    const signature = signUrl('token', url, hash('key'));
    expect(isSignedUrl('token', url, signature, hash('key'))).toBe(true);
    expect(isSignedUrl('other', url, signature, hash('key'))).toBe(false);
    expect(isSignedUrl('token', 'https://evil.example/', signature, hash('key'))).toBe(false);
    expect(isSignedUrl('token', url, signature.slice(1), hash('key'))).toBe(false);
    expect(isSignedUrl('token', url, '', hash('key'))).toBe(false);
  });
});

describe('base64url', () => {
  it('agrees with Node and refuses a second way to write the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(text, 40)).toEqual(bytes);
      }),
    );
    expect(fromBase64Url('AB', 9)).toBeUndefined();
    expect(fromBase64Url('A=', 9)).toBeUndefined();
    expect(fromBase64Url('AAAA', 2)).toBeUndefined();
  });
});

describe('a destination', () => {
  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/path',
    'https://user@evil.example/',
    'https://evil.example/\r\nSet-Cookie: a=b',
    'https://',
    `https://example.com/${'x'.repeat(9_000)}`,
  ])('is never %j', (url) => {
    expect(safeDestination(url)).toBeUndefined();
  });

  it.each([
    'https://shop.example',
    'http://shop.example:8080/a?b=c#d',
    'mailto:help@shop.example',
    'https://shop.example/my page?name=Ann Lee',
  ])('may be %s', (url) => {
    expect(safeDestination(url)).toBe(url);
  });

  it('has no blank in its host', () => {
    expect(safeDestination('https://shop.example evil.example/')).toBeUndefined();
  });
});
