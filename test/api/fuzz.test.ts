import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { createTestContext } from '../support/context.ts';

const ROUNDS = 8;
/** Generous: it only matters on a machine that does much else at the same time. */
const TIMEOUT_MS = 240_000;
const ctx = await createTestContext();
const failures: unknown[] = [];
const log = Object.assign(Object.create(ctx.log), {
  error: (details: unknown) => failures.push(details),
  child: () => log,
});
const server = createServer({ ...ctx, log, config: { ...ctx.config, apiKey: 'owner' } });
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
const routes: { readonly method: Method; readonly url: string; readonly endless: boolean }[] = [];
server.addHook('onRoute', (route) => {
  for (const method of [route.method].flat()) {
    if (method === 'HEAD' || method === 'OPTIONS') continue;
    routes.push({ method: method as Method, url: route.url, endless: route.config?.endless === true });
  }
});
await server.ready();
afterAll(async () => {
  await server.close();
  await ctx.close();
});

const nasty = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    '99999999999999999999',
    '3000000000',
    '9007199254740993',
    'NaN',
    'null',
    'a',
    'A b',
  ),
  fc.constantFrom(
    '\0',
    'x\0y',
    '\ud800',
    '😀',
    "'; drop table profile; --",
    '../../etc/passwd',
    '%00',
    '{{ x }}',
    '__proto__',
  ),
  fc.constantFrom(
    'sandbox',
    'profiles',
    'campaign',
    'template',
    'table',
    'live',
    'bm90IGpzb24',
    'WzFd',
    'W10',
    'WyJhIiwiYiJd',
  ),
  fc.string({ maxLength: 80, unit: 'binary' }),
);
const value = fc.oneof(
  nasty,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
);
const body = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(
    fc.constantFrom(
      'kind',
      'key',
      'name',
      'rule',
      'columns',
      'scopes',
      'activities',
      'on',
      'email',
      'profile_id',
      'version',
    ),
    value,
  ),
);
const query = fc.dictionary(
  fc.constantFrom('limit', 'after', 'version', 'state', 'format', 'q', 'kind', 'publish'),
  nasty,
);

/** Text for a URL; what is no text at all travels as its replacement character. */
const encode = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

test(
  'whatever is sent to whichever route, the answer is never an internal error',
  async () => {
    const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const input = fc.record({ parts: fc.array(nasty, { minLength: 8, maxLength: 8 }), query, body, raw: fc.boolean() });
    for (const [at, { method, url, endless }] of routes.entries()) {
      const property = fc.asyncProperty(input, async ({ parts, query: asked, body: sent, raw }) => {
        let part = 0;
        const path = url.replace(/:[a-zA-Z_]+|\*/g, () => encode(parts[part++ % parts.length] ?? '') || 'x');
        const search = Object.entries(asked).map(([name, text]) => `${name}=${encode(text)}`);
        const answer = await server.inject({
          method,
          url: search.length === 0 ? path : `${path}?${search.join('&')}`,
          headers: { authorization: 'Bearer owner', ...(raw ? {} : { 'content-type': 'application/json' }) },
          ...(method === 'GET' ? {} : { payload: raw ? String(JSON.stringify(sent)) : JSON.stringify(sent) }),
          payloadAsStream: true,
        });
        // A stream of news ends when who reads it goes.
        const end = endless ? answer.stream().destroy() : answer.stream().resume();
        if (!end.closed) await once(end, 'close');
        expect({ status: answer.statusCode, failures, route: `${method} ${path}` }).not.toMatchObject({ status: 500 });
      });
      await fc.assert(property, { seed: seed + at, numRuns: ROUNDS, endOnFailure: true });
    }
  },
  TIMEOUT_MS,
);
