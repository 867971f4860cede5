import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EndpointDefinition } from './definition.ts';
import { allowCalls, type EndpointUse } from './limit.ts';
import { resolveCallUrl } from './url.ts';

test('a call stays behind the URL of its endpoint, whatever a step writes', () => {
  const base = 'https://crm.example.com/v1/';
  expect(resolveCallUrl(base, '/people?x=1#y')).toBe('https://crm.example.com/v1/people?x=1');
  expect(resolveCallUrl(base, '')).toBe(base);
  expect(resolveCallUrl(base, `${base}people`)).toBe('https://crm.example.com/v1/people');
  for (const written of [
    '/../admin',
    '/%2e%2e/admin',
    'https://crm.example.com/v2/',
    'https://crm.example.com.evil.example/v1/',
    'https://user@crm.example.com/v1/',
    'http://crm.example.com/v1/',
    'javascript:alert(1)',
  ]) {
    expect([written, resolveCallUrl(base, written)]).toEqual([written, undefined]);
  }
  const piece = fc.constantFrom(
    '..',
    '.',
    '/',
    '//',
    '\\',
    '@',
    ':',
    '?',
    '#',
    '%2f',
    '%2e',
    'a',
    'https:',
    'evil.example',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const url = resolveCallUrl(base, pieces.join(''));
      expect(url === undefined || url.startsWith(base)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('no period sees more calls than its cap, and no span more than its throttle and one second on top', () => {
  const wish = fc.record({ afterMs: fc.integer({ min: 0, max: 3_000 }), calls: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (wishes, limit) => {
      const limits = {
        capping: { calls: limit, per: '5s' },
        throttling: { per_second: limit, wait: '1h' },
      };
      let now = 1_000_000;
      let use: EndpointUse | undefined;
      const periods = new Map<number, number>();
      let started = 0;
      for (const { afterMs, calls } of wishes) {
        now += afterMs;
        const allowed = allowCalls(limits, use, { calls, connections: 0, now });
        expect(allowed.start + allowed.capped).toBeLessThanOrEqual(calls);
        use = allowed.use;
        started += allowed.start;
        const period = Math.floor(now / 5_000);
        periods.set(period, (periods.get(period) ?? 0) + allowed.start);
      }
      expect(Math.max(0, ...periods.values())).toBeLessThanOrEqual(limit);
      expect(started).toBeLessThanOrEqual(limit + (limit * (now - 1_000_000)) / 1_000);
    }),
    { numRuns: 300 },
  );
});

test('a definition holds no login and no query, and its times are within bounds', () => {
  const given = { kind: 'endpoint', key: 'crm' } as const;
  const issues = (more: object) =>
    EndpointDefinition.safeParse({ ...given, ...more }).error?.issues.map(({ path }) => path.join('.')) ?? [];
  expect(issues({ url: 'https://crm.example.com' })).toEqual([]);
  expect(issues({ url: 'https://a:b@crm.example.com?x=1' })).toEqual(['url', 'url']);
  expect(issues({ url: 'ftp://crm.example.com' })).toEqual(['url']);
  expect(issues({ url: 'https://crm.example.com', timeout: '31s' })).toEqual(['timeout']);
  expect(issues({ url: 'https://crm.example.com', capping: {} })).toEqual(['capping']);
  expect(issues({ url: 'https://crm.example.com', headers: { 'X-A': 'a\nb' } })).toEqual(['headers.X-A']);
});
