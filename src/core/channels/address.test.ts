import { describe, expect, it } from 'vitest';
import { domainOf, isMailable, normaliseEmail } from './address.ts';

describe('an address that can be mailed', () => {
  it.each([
    'ann@example.com',
    'ann.lee+news@mail.example.co.uk',
    "o'neil@example.com",
    'x@a-b.example',
    'jürgen@bücher.example',
    'ann@xn--bcher-kva.example',
    `${'a'.repeat(64)}@example.com`,
  ])('is %s', (address) => {
    expect(isMailable(address)).toBe(true);
  });

  it.each([
    '',
    'n/a',
    'customerexample.com',
    'customer 1@example.com',
    'customer@',
    'customer@@example.com',
    '@example.com',
    '.ann@example.com',
    'ann.@example.com',
    'ann..lee@example.com',
    'ann@example',
    'ann@-a.example',
    'ann@a-.example',
    'ann@example..com',
    'ann@example.com.',
    'ann@1.2.3.4',
    'ann@[1.2.3.4]',
    '"ann lee"@example.com',
    'Ann <ann@example.com>',
    'ann@example.com\r\nBcc: eve@example.com',
    'ann@example.com\n',
    'ann\u0000@example.com',
    'ann@example.com,eve@example.com',
    'ann\u200b@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ann@${'a'.repeat(64)}.com`,
    `ann@${'abcdefgh.'.repeat(30)}com`,
  ])('is not %j', (address) => {
    expect(isMailable(address)).toBe(false);
  });
});

describe('the form in which addresses are compared', () => {
  it('is trimmed, in lower case, with the domain in ASCII', () => {
    expect(normaliseEmail('  Ann@Example.COM ')).toBe('ann@example.com');
    expect(normaliseEmail('Ann@Bücher.example')).toBe('ann@xn--bcher-kva.example');
    expect(normaliseEmail(' N/A ')).toBe('n/a');
    expect(domainOf('Ann@Bücher.example')).toBe('xn--bcher-kva.example');
    expect(domainOf('nobody')).toBe('');
  });
});
