import { expect, test } from 'vitest';
import { clientOf } from './client.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test('a browser and its system have a name, whatever else they claim to be', () => {
  const names = [
    `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1',
    `Mozilla/5.0 (Linux; Android 15; SM-S921B) ${WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
    'curl/8.5.0',
    '',
  ].map((userAgent) => Object.values(clientOf(userAgent)));
  expect(names).toEqual([
    ['Chrome', 'Linux'],
    ['Edge', 'Windows'],
    ['Firefox', 'macOS'],
    ['Safari', 'iPhone'],
    ['Samsung Internet', 'Android'],
    ['Chrome', 'ChromeOS'],
    [null, null],
    [null, null],
  ]);
});
