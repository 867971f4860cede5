import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMailable } from './address.ts';
import { verpAddress, verpReference } from './verp.ts';

const hash = (key: string) => (bytes: Uint8Array) => createHmac('sha256', key).update(bytes).digest();

describe('a bounce address', () => {
  it('names its message, can be mailed, and survives a change of case', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 2 ** 48 - 1 }), (bucket, messageId) => {
        const address = verpAddress({ bucket, messageId }, 'bounces.example.com', hash('key'));
        expect(address).toMatch(/^b\+[a-z2-7]{24}@bounces\.example\.com$/);
        expect(isMailable(address)).toBe(true);
        expect(verpReference(address.toUpperCase(), hash('key'))).toEqual({ bucket, messageId });
      }),
    );
  });

  it('cannot be forged or changed', () => {
    const address = verpAddress({ bucket: 7, messageId: 4711 }, 'bounces.example.com', hash('key'));
    expect(verpReference(address, hash('other key'))).toBeUndefined();
    for (let index = 2; index < 26; index++) {
      const swapped = address[index] === 'a' ? 'b' : 'a';
      expect(verpReference(address.slice(0, index) + swapped + address.slice(index + 1), hash('key'))).toBeUndefined();
    }
    expect(verpReference('ann@example.com', hash('key'))).toBeUndefined();
  });
});
