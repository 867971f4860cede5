import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test.each([
  ['127.0.0.1', 'http://localhost:8080'],
  ['0.0.0.0', 'http://localhost:8080'],
  ['::', 'http://localhost:8080'],
  ['::1', 'http://localhost:8080'],
  ['fd00::7', 'http://[fd00::7]:8080'],
  ['192.0.2.7', 'http://192.0.2.7:8080'],
])('who listens on %s is at %s unless told otherwise', (host, url) => {
  const { publicUrl } = readConfig({ HOST: host });
  expect(new URL(publicUrl).origin).toBe(url);
  expect(publicUrl).toBe(url);
});

test('trusted proxies are addresses and ranges, and nobody unless told', () => {
  const trusted = (text: string) => readConfig({ CARILLON_TRUSTED_PROXIES: text }).trustedProxies;
  expect(readConfig({}).trustedProxies).toEqual([]);
  expect(trusted('')).toEqual([]);
  expect(trusted('10.0.0.0/8, 127.0.0.1,::1,fd00::/8')).toEqual(['10.0.0.0/8', '127.0.0.1', '::1', 'fd00::/8']);
});

test.each(['true', 'proxy.internal', '10.0.0.0/33', '0.0.0.0/0', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.1 10.0.0.2'])(
  '"%s" is not trusted as a proxy but refused',
  (text) => {
    expect(() => readConfig({ CARILLON_TRUSTED_PROXIES: text })).toThrow('The environment is not valid.');
  },
);
