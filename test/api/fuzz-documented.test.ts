// Every operation that the OpenAPI document names, over a shop in which there is something to find: each parameter and each part of a body
// is what it should be but for one, which is ugly. What is answered may be a refusal, but is never an internal error.
import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import type { SignedIn } from '../console/signed-in.ts';
import { openSmallShop } from '../console/small-shop.ts';
import { createTestContext } from '../support/context.ts';
import { type JsonSchema, sample } from './sample-schema.ts';

/** Of each operation; `FUZZ_ROUNDS` looks longer. */
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 25);
/** Generous: it only matters on a machine that does much else at the same time. */
const TIMEOUT_MS = 240_000 + ROUNDS * 20_000;
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

type Parameter = { readonly name: string; readonly in: 'path' | 'query' | 'header'; readonly schema: JsonSchema };
type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
};
type Target = { readonly path: string; readonly method: string; readonly operation: Operation };
type Sent = { readonly type: string; readonly payload: string };
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
};

const ctx = await createTestContext();
const failures: { err?: { stack?: string } }[] = [];
const log = Object.assign(Object.create(ctx.log), {
  error: (details: object) => failures.push(details),
  child: () => log,
});
const server = createServer({ ...ctx, log, config: { ...ctx.config, apiKey: 'owner' } });
const headers = { authorization: 'Bearer owner' };
const endless = new Set<string>();
server.addHook('onRoute', ({ url, config }) => void (config?.endless && endless.add(url)));

async function call(method: string, url: string, payload?: unknown) {
  const answer = await server.inject({ method: method as 'GET', url, headers, payload: payload as object });
  return answer.json();
}

beforeAll(async () => {
  await server.ready();
  await openSmallShop({ ctx, call } as unknown as SignedIn);
  await call('POST', '/api/webhooks', { url: 'https://hook.example.com', events: ['message.sent'] });
  await call('POST', '/api/sources', { name: 'site' });
  for (const version of [1, 2]) await call('POST', '/api/campaigns/spring-preview/test', { version });
}, TIMEOUT_MS);
afterAll(async () => {
  await server.close();
  await ctx.close();
});

/** What there is in the shop, by the word that stands before it in an address, or by the parameter. */
const THERE: Readonly<Record<string, string>> = {
  audiences: 'lapsed',
  campaigns: 'spring-preview',
  campaign: 'spring-preview',
  journeys: 'welcome',
  templates: 'welcome',
  channels: 'sandbox',
  tables: 'orders',
  namespace: 'user_id',
  value: 'neo',
  kind: 'campaign',
  activity: 'lots',
  outlet: 'vip',
};

function there(path: string, name: string): string {
  const before = path.split('/').at(path.split('/').indexOf(`{${name}}`) - 1) ?? '';
  return THERE[name] ?? THERE[before === '{kind}' ? 'campaign' : before] ?? (name === 'id' ? '0-1' : '1');
}

const UGLY_TEXTS = [
  ...['', '0', '-1', '1', '1.5', '1e3', '1e308', '-1e308', 'NaN', 'Infinity', 'null', 'true', 'false'],
  ...['99999999999999999999', '9007199254740993', '9007199254740991', '3000000000', '2147483648', '32768'],
  ...['8640000000000000', '8640000000000001', '999999999d', '1d', 'PT1S', '275760-09-13', '+275760-09-13T00:00:00Z'],
  ...['0000-00-00', '9999-12-31T23:59:59.999Z', '-000001-01-01T00:00:00Z', 'UTC', 'Mars/Base', '+99:99', 'Etc/GMT+14'],
  ...[
    '\0',
    'x\0y',
    '\ufffd',
    '😀',
    "'; drop table profile; --",
    '../../etc/passwd',
    '%00',
    '%',
    '%',
    '{{ x }}',
    '{% x',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '[]', '{}', ',', '::', ':', 'email:', 'user_id:neo'],
  ...[
    'a'.repeat(63),
    'a'.repeat(64),
    'a'.repeat(201),
    'a'.repeat(999),
    'id',
    'total',
    'sandbox',
    'lapsed',
    '(',
    '[',
    '\\',
  ],
];
const UGLY_NUMBERS = [
  ...[1e20, 8.64e15, 8.64e15 + 2, -8.64e15, 1e308, -1e308, -1, 0, 1, 1.5, 2 ** 53, 2 ** 31, 2 ** 63, 32_768],
  ...[-62_135_596_800_001, 253_402_300_800_000, -210_866_803_200_001, 1e-7],
];
const UGLY_VALUES: readonly unknown[] = [
  ...[...UGLY_TEXTS, ...UGLY_NUMBERS, null, true, false, [], {}, [[]], [null], [{}], '\ud800', 'x'.repeat(20_000)],
  ...[JSON.parse('{"__proto__": 1}'), { constructor: 1 }, { toString: 'x' }, { '': 1 }, { '\0': 1 }],
];
const ugly = fc.constantFrom(...UGLY_TEXTS);
const uglyValue = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...UGLY_VALUES) }, fc.jsonValue({ maxDepth: 2 }));
/** Sort keys of as many forms as lists have. */
const uglyPlace = fc.oneof(
  fc.array(fc.constantFrom(...UGLY_NUMBERS), { minLength: 1, maxLength: 3 }),
  fc.tuple(fc.constantFrom(...UGLY_NUMBERS), ugly),
  fc.array(ugly, { minLength: 1, maxLength: 2 }),
  fc.tuple(...[1, 2, 3].map(() => fc.constantFrom(...UGLY_NUMBERS)), ugly),
  fc.tuple(...[1, 2, 3].map(() => fc.constantFrom(...UGLY_NUMBERS)), ugly, ugly),
  fc.array(uglyValue, { maxLength: 5 }),
);

const encode = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
const placeOf = (place: readonly unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url');

/** A value with one of its parts, or itself, replaced. */
function spoil(value: unknown, at: fc.GeneratorValue): unknown {
  const isInner = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isInner || at(fc.nat, { max: 9 }) === 0) return at(() => uglyValue);
  if (Array.isArray(value)) {
    const index = at(fc.nat, { max: value.length - 1 });
    return value.map((item, position) => (position === index ? spoil(item, at) : item));
  }
  const entries = Object.entries(value);
  const index = at(fc.nat, { max: entries.length });
  if (index === entries.length) return { ...value, [at(() => ugly)]: at(() => uglyValue) };
  return Object.fromEntries(entries.map(([key, item], position) => [key, position === index ? spoil(item, at) : item]));
}

async function answerTo(method: string, { url, headers: more, sent }: Asked): Promise<number> {
  const answer = await server.inject({
    method: method as 'GET',
    url,
    headers: { ...headers, ...more, ...(sent ? { 'content-type': sent.type } : {}) },
    ...(sent ? { payload: sent.payload } : {}),
    payloadAsStream: true,
  });
  // A stream of news ends when who reads it goes.
  const end = endless.has(url.split('?')[0] ?? '') ? answer.stream().destroy() : answer.stream().resume();
  if (!end.closed) await once(end, 'close');
  return answer.statusCode;
}

/** The places that a list gives by itself, to be spoilt. */
async function placesOf({ path, operation }: Target): Promise<unknown[][]> {
  if (!operation.parameters?.some(({ name }) => name === 'after')) return [];
  const url = path.replace(/\{(\w+)\}/g, (_, name) => there(path, name));
  const answer = await server.inject({ url: `${url}?limit=1`, headers });
  const next = answer.statusCode === 200 ? answer.json().next : null;
  return next === null ? [] : [JSON.parse(Buffer.from(next, 'base64url').toString('utf8'))];
}

type Asked = { readonly url: string; readonly headers: Record<string, string>; readonly sent?: Sent };

/** A request of an operation as it should be, but for one parameter or part of the body. `places` are sort keys that its list has given. */
function requestOf(target: Target, document: Document, places: readonly unknown[][], at: fc.GeneratorValue): Asked {
  const { parameters = [], requestBody } = target.operation;
  const contents = Object.entries(requestBody?.content ?? {});
  // Bodies have more parts than parameters are.
  const parts = parameters.length + (contents.length > 0 ? 3 * (parameters.length + 1) : 0);
  const spoilt = parts === 0 ? 0 : at(fc.nat, { max: parts - 1 });
  let url = target.path;
  const query: string[] = [];
  const headers: Record<string, string> = {};
  const cursor = () => {
    const [given] = places;
    return placeOf(given && at(fc.boolean) ? [spoil(given, at)].flat() : at(() => uglyPlace));
  };
  for (const [number, { name, in: where, schema }] of parameters.entries()) {
    const text = number !== spoilt ? undefined : name === 'after' ? cursor() : at(() => ugly);
    const options = (schema.enum ?? []).map(String);
    if (where === 'path') url = url.replace(`{${name}}`, encode(text ?? there(target.path, name)) || 'x');
    else if (where === 'header') headers[name] = (text ?? '1').replace(/[^\x21-\x7e]/g, '_');
    else if (text !== undefined) query.push(`${name}=${encode(text)}`);
    else if (options.length > 0 && at(fc.boolean)) query.push(`${name}=${at(fc.constantFrom, ...options)}`);
  }
  if (query.length > 0) url += `?${query.join('&')}`;
  if (contents.length === 0) return { url, headers };
  const [type, { schema }] = at(fc.constantFrom, ...contents);
  const right = schema ? sample(schema, document.components.schemas, at) : {};
  const payload = JSON.stringify(spoilt < parameters.length ? right : spoil(right, at)) ?? 'null';
  return { url, headers, sent: { type, payload } };
}

test(
  'whatever one parameter or part of a body of a documented operation is, the answer is never an internal error',
  async () => {
    const document: Document = (await server.inject({ url: '/api/openapi.json' })).json();
    const targets = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): Target => ({ path, method: method.toUpperCase(), operation })),
    );
    expect(targets.length).toBeGreaterThan(150);
    const found: string[] = [];
    for (const [index, target] of targets.entries()) {
      // The shop is to stay.
      if (target.method === 'DELETE') continue;
      const places = target.method === 'GET' ? await placesOf(target) : [];
      const property = fc.asyncProperty(fc.gen(), async (at) => {
        const asked = requestOf(target, document, places, at);
        failures.length = 0;
        const status = await answerTo(target.method, asked);
        if (status !== 500 && failures.length === 0) return;
        const why = failures[0]?.err?.stack?.split('\n').slice(0, 9).join('\n');
        found.push(`${target.method} ${asked.url}\n${asked.sent?.payload.slice(0, 600)}\n${why}`);
      });
      await fc.assert(property, { seed: SEED + index, numRuns: ROUNDS, endOnFailure: true });
    }
    expect(found.join('\n\n'), `seed ${SEED}`).toBe('');
  },
  TIMEOUT_MS,
);

test('a moment in a cursor that no timestamp can be is refused before the database is asked', async () => {
  const lists: [url: string, rest: readonly unknown[]][] = [
    ['/api/profiles/user_id/neo/timeline', [1, 1]],
    ['/api/audiences/lapsed/changes', [1, 1, 'entered']],
    ['/api/identity-conflicts', [1, 1, 'a', 'b']],
  ];
  for (const [url, rest] of lists) {
    for (const moment of [8.64e15 + 2, 1e20, 1e308, -8.64e15, 1.5]) {
      const answer = await server.inject({ url: `${url}?after=${placeOf([moment, ...rest])}`, headers });
      expect(answer.json(), url).toMatchObject({ status: 422, problems: [{ path: 'query.after' }] });
    }
    const latest = await server.inject({ url: `${url}?after=${placeOf([8.64e15, ...rest])}`, headers });
    expect(latest.statusCode, url).toBe(200);
  }
});
