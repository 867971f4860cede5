// The time machine by HTTP: what it answers while it runs, and what a canvas can be wound through with.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { publish, TEMPLATE, waitAndWrite } from '../journeys/service.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-03-02T08:00:00Z');
const PEOPLE = 300;

let ctx: TestContext;
let server: ReturnType<typeof createServer>;
let headers: { authorization: string };

beforeAll(async () => {
  ctx = await createTestContext();
  await publish(ctx, TEMPLATE, waitAndWrite('nudge', { entry: { event: 'Cart Updated' } }));
  const { secret } = await createKey(ctx, { name: 'test', scopes: ['profiles:read'] });
  headers = { authorization: `Bearer ${secret}` };
  server = createServer(ctx);
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

const events = Array.from({ length: PEOPLE }, (_, number) => ({
  type: 'track',
  event: 'Cart Updated',
  userId: `u${number}`,
  messageId: `m${number}`,
  timestamp: new Date(START + number * 60_000).toISOString(),
}));

async function run(url: string, payload: object) {
  return server.inject({ method: 'POST', url, headers, payload });
}

test('while a simulation runs it says how much is done, and its last line is the result', async () => {
  const reply = await run('/api/simulations/lines', { key: 'nudge', version: 1, events });
  const lines = reply.body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { done?: number; simulated?: { journeys: unknown[] } });
  const told = lines.flatMap(({ done }) => (done === undefined ? [] : [done]));
  expect(told.length).toBeGreaterThan(0);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(lines.at(-1)?.simulated?.journeys).toMatchObject([{ key: 'nudge', version: 1, entered: PEOPLE }]);
});

test('what happened by interval adds up to the whole, and a person is traced to places on the canvas', async () => {
  const until = new Date(START + 4 * HOUR_MS).toISOString();
  const reply = await run('/api/simulations', { key: 'nudge', events, until, follow: ['user_id:u0'] });
  const simulated = reply.json();
  const [journey] = simulated.journeys;
  type Line = { at: number; node: string; what: string; name: string; value: number };
  const total = (what: string, node: string) =>
    (simulated.course as Line[])
      .filter((line) => line.what === what && line.node === node)
      .reduce((sum, line) => sum + line.value, 0);
  expect(total('entered', '')).toBe(journey.entered);
  for (const { node, entered, left, ended } of journey.nodes) {
    expect([total('entered', node), total('left', node), total('ended', node)]).toEqual([
      entered,
      Object.values(left as Record<string, number>).reduce((sum, value) => sum + value, 0),
      ended,
    ]);
  }
  const reached = (simulated.course as Line[]).filter((line) => line.at <= START + HOUR_MS);
  expect(reached.some(({ node }) => node === 'mail')).toBe(false);
  expect(simulated.trace).toContainEqual(
    expect.objectContaining({ kind: 'step', journey: 'nudge', node: 'hour', what: 'entered' }),
  );
  expect(simulated.entries[0]).toMatchObject({ journey: 'nudge', email: null });
});

test('what cannot be simulated is said as a problem, in the last line where the answer has begun', async () => {
  expect((await run('/api/simulations', { key: 'nobody', events })).statusCode).toBe(404);
  const late = await run('/api/simulations/lines', { key: 'nobody', events });
  expect(JSON.parse(late.body)).toMatchObject({ problem: { status: 404, code: 'not_found' } });
});

const CALLING = `kind: journey
key: drafted
entry: { event: Cart Updated }
start: score
steps:
  score: { type: http, url: 'https://scores.example.com/{{ profile.id }}', method: GET, next: high }
  high:
    type: condition
    then: { yes: { when: { results.score.body.score: { gte: 5 } }, next: product } }
    else: end
  product: { type: lookup, table: products, key: { sku: s1 }, next: known, else: end }
  known: { type: end }
---
kind: table
key: products
columns: { sku: text, stock: integer }
primary_key: [sku]
`;
const ANSWERS = 'https://scores.example.com: { body: { score: 7 } }\n';

const FEW = events.slice(0, 3);

/** How many came to the end of the journey. */
async function known(asked: object): Promise<number | undefined> {
  const reply = await run('/api/simulations', { definitions: CALLING, answers: ANSWERS, events: FEW, ...asked });
  expect(reply.statusCode, reply.body).toBe(200);
  type Node = { node: string; entered: number };
  return (reply.json().journeys[0].nodes as Node[]).find(({ node }) => node === 'known')?.entered;
}

test('definitions, answers and rows are taken as the texts that the command reads from files', async () => {
  const rows = [
    { sku: 's0', stock: 1 },
    { sku: 's1', stock: 3 },
  ];
  const texts = [
    'sku,stock\ns0,1\ns1,3\n',
    rows.map((row) => JSON.stringify(row)).join('\n'),
    JSON.stringify(rows, undefined, 2),
  ];
  for (const products of [rows, ...texts]) expect(await known({ tables: { products } })).toBe(FEW.length);
  expect(await known({ tables: { products: 'sku,stock\ns0,1\n' } })).toBe(0);
  expect(await known({ answers: '{ "https://scores.example.com": { "body": { "score": 4 } } }' })).toBe(0);
  const stranger = `crm: {}\n${ANSWERS}`;
  expect(await known({ answers: stranger, tables: { products: rows, orders: '' }, unasked: 'ignore' })).toBe(
    FEW.length,
  );
  expect(await known({ answers: '# nothing yet\n' })).toBe(0);
});

async function problemsOf(asked: object) {
  const reply = await run('/api/simulations', { definitions: CALLING, answers: ANSWERS, events: FEW, ...asked });
  expect(reply.statusCode).toBe(422);
  type Problem = { path: string; line?: number; column?: number; message: string };
  return (reply.json().problems as Problem[]).map(({ path, line, column }) => `${path} ${line}:${column}`);
}

test('what is wrong with a text is said with its field, its document, line and column', async () => {
  const cases: [asked: object, ...problems: string[]][] = [
    [
      { definitions: CALLING.replace('lookup, table: products', 'lookup, table: product') },
      'definitions.0.steps.product.table 11:28',
    ],
    [{ definitions: CALLING.replace('stock: integer', 'stock: integr') }, 'definitions.1.columns.stock 16:23'],
    [{ definitions: 'kind: journey\nkey: [x\n' }, 'definitions 3:1'],
    [{ answers: `crm: {}\n${ANSWERS}` }, 'answers.crm 1:1'],
    [{ answers: 'https://scores.example.com:\n  status: 99\n' }, 'answers.https://scores.example.com.status 2:3'],
    [{ answers: `${ANSWERS}---\n${ANSWERS}` }, 'answers 3:1'],
    [table('sku,stock\ns0,1\ns1\n"s2,4\n'), 'tables.products 3:1', 'tables.products 4:1'],
    [table('{"sku":"s0"}\n\n{"sku" "s1"}\n7\n'), 'tables.products 3:8', 'tables.products 4:1'],
    [table('[\n  {"sku": "s0"},\n  7\n]'), 'tables.products 3:3'],
    [table('[\n  {"sku": "s0"},\n  {"sku": "s1"\n]'), 'tables.products 4:1'],
  ];
  const found: unknown[] = [];
  for (const [asked] of cases) found.push([asked, ...(await problemsOf(asked))]);
  expect(found).toEqual(cases);
});

const table = (products: string) => ({ tables: { products } });
