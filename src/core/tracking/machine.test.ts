import { describe, expect, it } from 'vitest';
import { type Hit, isMachine } from './machine.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const person: Hit = {
  kind: 'clicked',
  method: 'GET',
  userAgent: CHROME,
  crawler: false,
  sinceSent: 60_000,
  linksJustFollowed: 0,
};

describe('a hit on a tracking link', () => {
  it.each([
    ['a browser a minute later', {}, false],
    ['a browser when the time of sending is not known any more', { sinceSent: undefined }, false],
    ['the second of two links', { linksJustFollowed: 1 }, false],
    ['a HEAD request', { method: 'HEAD' }, true],
    ['no user agent', { userAgent: undefined }, true],
    ['a crawler', { crawler: true }, true],
    ['a second after sending', { sinceSent: 1_000 }, true],
    ['the third link within a second', { linksJustFollowed: 2 }, true],
    ['a security vendor', { userAgent: 'Mozilla/5.0 (compatible; Proofpoint URL Defense)' }, true],
    ['Apple Mail Privacy Protection', { kind: 'opened', userAgent: 'Mozilla/5.0' }, true],
    [
      'the image proxy of Gmail',
      {
        kind: 'opened',
        userAgent: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
      },
      true,
    ],
    ['a reader whose images load', { kind: 'opened' }, false],
  ] as const)('%s: machine %s %s', (_name, change, expected) => {
    expect(isMachine({ ...person, ...change })).toBe(expected);
  });
});
