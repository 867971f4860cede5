import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { createTestContext } from '../support/context.ts';
import { defineTestTable, rowsOf, stagingTables } from './harness.ts';

const ctx = await createTestContext();
const server = createServer({ ...ctx, config: { ...ctx.config, apiKey: 'a key' } });
const authorization = `Basic ${Buffer.from('a key:').toString('base64')}`;
beforeAll(async () => {
  await server.listen({ port: 0, host: '127.0.0.1' });
  await defineTestTable(ctx, { key: 'names', columns: { id: 'integer', name: 'text' }, primary_key: 'id' });
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

const upload = (query: Record<string, string>, payload: string | Buffer, type = 'text/csv') =>
  server.inject({
    method: 'POST',
    url: '/api/imports',
    query,
    payload,
    headers: { authorization, 'content-type': type },
  });
const origin = () => `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
const get = (url: string) => server.inject({ url, headers: { authorization } });

test('a raw body is imported as it arrives, and its import and rejects can be read', async () => {
  const answer = await upload(
    { into: 'names', file_name: '../../etc/pass\u0007wd' },
    gzipSync('id,name\n1,a\nx,b\ny,c\n'),
    'application/gzip',
  );
  expect(answer.json()).toMatchObject({ counts: { read: 3 } });
  const { import_id, counts } = answer.json();
  expect(counts).toEqual({ read: 3, inserted: 1, updated: 0, unchanged: 0, deleted: 0, rejected: 2 });
  expect((await get(`/api/imports/${import_id}`)).json()).toMatchObject({
    file_name: 'passwd',
    state: 'finished',
    counts,
  });
  const page = (await get(`/api/imports/${import_id}/rejects?limit=1`)).json();
  expect(page.items).toEqual([{ line: 3, column_name: 'id', value: 'x', reason: 'not_an_integer' }]);
  const next = (await get(`/api/imports/${import_id}/rejects?limit=1&after=${page.next}`)).json();
  expect(next).toEqual({ items: [{ line: 4, column_name: 'id', value: 'y', reason: 'not_an_integer' }], next: null });
});

test('a form is imported with the fields that stand before its file', async () => {
  const part = (name: string, value: string, extra = '') =>
    `--X\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n${value}\r\n`;
  const body = `${part('into', 'names')}${part('map', 'columns: { id: Nr, name: Name }')}${part('file', 'Nr;Name\n7;Zoë\n', '; filename="..\\..\\n.csv"')}--X--\r\n`;
  const answer = await upload({}, Buffer.from(body), 'multipart/form-data; boundary=X');
  expect(answer.json()).toMatchObject({ counts: { read: 1, inserted: 1 } });
  expect(await rowsOf(ctx, 'names')).toContainEqual({ id: 7, name: 'Zoë' });
  expect((await get('/api/imports?limit=1')).json().items[0]).toMatchObject({ file_name: 'n.csv', target: 'names' });
});

test('a dry run over HTTP changes nothing', async () => {
  const before = await rowsOf(ctx, 'names');
  const answer = await upload({ into: 'names', dry_run: 'true' }, 'id,name\n100,x\n');
  expect(answer.json()).toMatchObject({ counts: { inserted: 1 } });
  expect(await rowsOf(ctx, 'names')).toEqual(before);
});

test('what cannot be imported is a problem document, and leaves nothing', async () => {
  const answers = [
    await upload({ into: 'nams' }, 'id,name\n1,a\n'),
    await upload({ into: 'names', map: 'columns: { id: idd }' }, 'id,name\n1,a\n'),
    await upload({ into: 'names', max_rejects: '0' }, 'id,name\nx,a\n'),
    await upload({ into: 'names' }, ''),
    await upload({}, 'id\n1\n'),
    await upload({ into: 'names' }, '{"id":1}', 'application/json'),
  ];
  expect(answers.map((answer) => answer.statusCode)).toEqual([404, 422, 422, 422, 422, 422]);
  expect(answers[1]?.json()).toMatchObject({ problems: [{ path: 'columns.id', suggestion: 'id' }] });
  expect(await stagingTables(ctx)).toEqual([]);
});

test('people can be written, listed, searched and shown', async () => {
  const profiles = [
    {
      identities: { customer_id: 'c/1', email: 'Ana@x.com' },
      traits: { tier: 'gold' },
      consents: [{ channel: 'email', status: 'granted' }],
    },
    { identities: { customer_id: 'c2' }, columns: { email: 'bob@x.com' } },
  ];
  const headers = { authorization };
  const written = await server.inject({ method: 'POST', url: '/api/profiles', headers, payload: { profiles } });
  expect(written.json()).toMatchObject({ outcomes: [{ kind: 'inserted' }, { kind: 'inserted' }] });
  const shown = (await get(`/api/profiles/customer_id/${encodeURIComponent('c/1')}`)).json();
  expect(shown).toMatchObject({
    email: 'Ana@x.com',
    traits: { tier: 'gold' },
    identities: [
      { namespace: 'customer_id', value: 'c/1' },
      { namespace: 'email', value: 'ana@x.com' },
    ],
    consents: [{ channel: 'email', status: 'granted', source: 'api' }],
    audiences: [],
    events: [],
    messages: [],
  });
  const emails = async (search: string) =>
    (await get(`/api/profiles?search=${search}`)).json().items.map((item: { email: string }) => item.email);
  expect(await emails('bo')).toEqual(['bob@x.com']);
  expect(await emails('c2')).toEqual(['bob@x.com']);
  expect(await emails('100%25')).toEqual([]);
  expect((await get('/api/profiles?limit=1')).json().next).not.toBeNull();
  expect((await get('/api/profiles/customer_id/nobody')).statusCode).toBe(404);
});

test('tables are listed with their columns and rows', async () => {
  expect((await get('/api/tables')).json().items).toMatchObject([
    {
      key: 'names',
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'name', type: 'text' },
      ],
    },
  ]);
  expect((await get('/api/tables/names')).json()).toMatchObject({ primary_key: ['id'] });
  expect((await get('/api/tables/names/rows')).json().items).toContainEqual({ id: 7, name: 'Zoë' });
});

test('the beginning of a file is enough to guess what its columns become, and nothing is stored', async () => {
  const inspect = (into: string, payload: string | Buffer) =>
    server.inject({
      method: 'POST',
      url: '/api/imports/inspect',
      query: { into },
      payload,
      headers: { authorization, 'content-type': 'application/octet-stream' },
    });
  const before = (await get('/api/imports?limit=1')).json().items[0]?.import_id;
  const people = (await inspect('profiles', 'Customer ID;Email;Town\n1;a@example.com;Par')).json();
  expect(people).toMatchObject({ kind: 'csv', exists: true, settings: { delimiter: ';' } });
  expect(people.columns.map((column: { becomes: object }) => column.becomes)).toEqual([
    { as: 'identity', name: 'customer_id' },
    { as: 'column', name: 'email' },
    { as: 'trait', name: 'town' },
  ]);
  const rows = (await inspect('orders', gzipSync('order_no,customer,total\nA,1,2.5\nB,1,3\n'))).json();
  expect(rows).toMatchObject({
    exists: false,
    key: 'order_no',
    owner: { column: 'customer', namespace: 'customer_id' },
  });
  expect(rows.columns[2]).toEqual({
    name: 'total',
    type: 'decimal',
    samples: ['2.5', '3'],
    becomes: { as: 'column', name: 'total' },
  });
  expect((await inspect('names', 'id,name,other\n1,a,b\n')).json().columns[2].becomes.as).toBe('nothing');
  expect((await get('/api/imports?limit=1')).json().items[0]?.import_id).toBe(before);
});

test('a body of which only the beginning was read holds up nobody on the same connection', async () => {
  const one = new Pool(origin(), { connections: 1, pipelining: 1, headersTimeout: 10_000 });
  const headers = { authorization, 'content-type': 'application/octet-stream' };
  const payload = `id;name\n${'1;a name that goes on and on\n'.repeat(200_000)}`;
  for (const path of ['/api/imports/inspect?into=names', '/api/imports?into=nothing']) {
    const answer = await one.request({ path, method: 'POST', headers, body: payload });
    expect(answer.statusCode).toBe(path.includes('nothing') ? 404 : 200);
    await answer.body.dump();
    const next = await one.request({ path: '/api/tables', method: 'GET', headers: { authorization } });
    expect(next.statusCode).toBe(200);
    await next.body.dump();
  }
  await one.close();
});

test('what is refused before its file is looked at holds up nobody either', async () => {
  const one = new Pool(origin(), { connections: 1, pipelining: 1, headersTimeout: 10_000 });
  const rows = `id;name\n${'1;a name that goes on and on\n'.repeat(200_000)}`;
  const part = (name: string, value: string, extra = '') =>
    `--X\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n${value}\r\n`;
  const form = (fields: string) => `${fields}${part('file', rows, '; filename="a.csv"')}--X--\r\n`;
  const requests = [
    ['multipart/form-data; boundary=X', form('')],
    ['multipart/form-data; boundary=X', form(part('into', 'names') + part('map', 'colums: {}'))],
    ['multipart/form-data; boundary=X', form(part('into', 'names') + part('max_rejects', 'none'))],
    ['application/octet-stream', rows],
  ] as const;
  for (const [type, body] of requests) {
    const headers = { authorization, 'content-type': type };
    const answer = await one.request({ path: '/api/imports', method: 'POST', headers, body });
    expect(answer.statusCode).toBe(422);
    await answer.body.dump();
    const next = await one.request({ path: '/api/tables', method: 'GET', headers: { authorization } });
    expect(next.statusCode).toBe(200);
    await next.body.dump();
  }
  await one.close();
});

test('rows are listed in the order of the key, page by page, and counted exactly', async () => {
  await defineTestTable(ctx, {
    key: 'lines',
    columns: { order: 'text', at: 'timestamp', line: 'integer', sum: 'decimal' },
    primary_key: ['order', 'line'],
    identity: { column: 'order', namespace: 'customer_id' },
    links: { name: { to: 'names', on: { line: 'id' } } },
  });
  await upload({ into: 'lines' }, 'order,line,at,sum\nb,10,2026-01-01,1\nb,9,2026-01-01,1\na,11,2026-01-01,1\n');
  const first = (await get('/api/tables/lines/rows?limit=2')).json();
  expect(first.items.map((row: { order: string; line: number }) => [row.order, row.line])).toEqual([
    ['a', 11],
    ['b', 9],
  ]);
  const second = (await get(`/api/tables/lines/rows?limit=2&after=${first.next}`)).json();
  expect(second).toMatchObject({ items: [{ order: 'b', line: 10 }], next: null });
  expect((await get('/api/tables/lines/rows?after=WyJhIl0')).statusCode).toBe(422);
  const made = await server.inject({
    method: 'POST',
    url: '/api/keys',
    headers: { authorization },
    payload: { name: 'tables', scopes: ['tables:read'] },
  });
  const weaker = { authorization: `Bearer ${made.json().secret}` };
  expect((await server.inject({ url: '/api/tables/lines/rows', headers: weaker })).statusCode).toBe(403);
  expect((await server.inject({ url: '/api/tables/names/rows', headers: weaker })).statusCode).toBe(200);
  expect((await get('/api/tables/lines/count')).json()).toEqual({ count: 3 });
  const names = (await get('/api/tables')).json().items.find((table: { key: string }) => table.key === 'names');
  expect(names.links).toEqual([{ name: 'lines', to: 'lines', many: true, on: [{ own: 'id', there: 'line' }] }]);
});
