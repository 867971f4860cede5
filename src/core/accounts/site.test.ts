import { describe, expect, test } from 'vitest';
import { siteAt } from './site.ts';

const LOCAL = 'http://127.0.0.1:8080';
const PUBLIC = 'https://carillon.example.com';

describe('the site that passkeys belong to', () => {
  test('is the public address when it has a domain and TLS, and the browser is there', () => {
    expect(siteAt({ publicUrl: PUBLIC, host: 'carillon.example.com' })).toEqual({
      kind: 'site',
      host: 'carillon.example.com',
      origin: PUBLIC,
    });
    expect(siteAt({ publicUrl: `${PUBLIC}:8443/console`, host: 'CARILLON.example.com:8443' })).toMatchObject({
      host: 'carillon.example.com',
      origin: `${PUBLIC}:8443`,
    });
  });

  test('is localhost with its port, whatever the public address', () => {
    for (const publicUrl of [LOCAL, PUBLIC, 'http://localhost:8080']) {
      expect(siteAt({ publicUrl, host: 'localhost:8080' })).toEqual({
        kind: 'site',
        host: 'localhost',
        origin: 'http://localhost:8080',
      });
    }
    expect(siteAt({ publicUrl: 'https://localhost:8080', host: 'localhost:8080' })).toMatchObject({
      origin: 'https://localhost:8080',
    });
  });

  test('is none at an address of numbers, and the address that works is named', () => {
    const none = { kind: 'none', why: 'ip-address' };
    expect(siteAt({ publicUrl: LOCAL, host: '127.0.0.1:8080' })).toEqual({ ...none, instead: 'http://localhost:8080' });
    expect(siteAt({ publicUrl: LOCAL, host: '[::1]:8080' })).toEqual({ ...none, instead: 'http://localhost:8080' });
    expect(siteAt({ publicUrl: LOCAL, host: '127.1' })).toEqual({ ...none, instead: 'http://localhost' });
    expect(siteAt({ publicUrl: LOCAL, host: '192.168.0.7:8080' })).toEqual({ ...none, instead: null });
    expect(siteAt({ publicUrl: PUBLIC, host: '192.168.0.7:8080' })).toEqual({ ...none, instead: PUBLIC });
    expect(siteAt({ publicUrl: 'https://10.0.0.1', host: '10.0.0.1' })).toEqual({ ...none, instead: null });
  });

  test('is none at a name that is not the public address, or has no TLS', () => {
    expect(siteAt({ publicUrl: PUBLIC, host: 'other.example.com' })).toEqual({
      kind: 'none',
      why: 'other-address',
      instead: PUBLIC,
    });
    expect(siteAt({ publicUrl: PUBLIC, host: 'carillon.example.com:8080' })).toMatchObject({ why: 'other-address' });
    const plain = { publicUrl: 'http://carillon.example.com', host: 'carillon.example.com' };
    expect(siteAt(plain)).toEqual({ kind: 'none', why: 'no-domain', instead: null });
    expect(siteAt({ publicUrl: LOCAL, host: 'carillon.example.com' })).toMatchObject({ why: 'no-domain' });
    expect(siteAt({ publicUrl: LOCAL, host: 'localhost.example.com' })).toMatchObject({ kind: 'none' });
  });

  test('is none where the host is no host', () => {
    for (const host of ['', 'a b', '[', '999.999.999.999']) {
      expect(siteAt({ publicUrl: LOCAL, host })).toMatchObject({ kind: 'none', why: 'no-domain' });
    }
  });
});
