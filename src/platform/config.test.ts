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
