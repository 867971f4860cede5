import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { Mapping } from '../../src/core/imports/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { getAudience, listMembers } from '../../src/services/audiences/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { type AudienceImport, importAudience } from '../../src/services/imports/index.ts';
import { makePeople, publish } from '../journeys/service.ts';
import { createTestContext } from '../support/context.ts';
import { rejectsOf } from './harness.ts';

const ctx = await createTestContext();
const server = createServer({ ...ctx, config: { ...ctx.config, apiKey: 'a key' } });
beforeAll(() => makePeople(ctx, 10));
afterAll(async () => {
  await server.close();
  await ctx.close();
});

const bring = (key: string, content: string, more: Partial<AudienceImport> = {}) =>
  importAudience(ctx, {
    key,
    source: { stream: Readable.from([Buffer.from(content)]), name: 'people.csv' },
    mapping: Mapping.parse({}),
    mode: 'create',
    createPeople: false,
    ...more,
  });
const emailsOf = async (key: string) => {
  const members = await listMembers(ctx, { key, after: undefined, limit: 100 });
  return members.map((one) => one.email).sort();
};

test('a file of identities makes a static audience; who is not known is counted and listed, twice is once', async () => {
  const done = await bring('partners', 'customer_id,since\np1,2020\np2,2021\nnobody,2022\np1,2023\n,2024\n', {
    namespace: 'customer_id',
  });
  expect(done).toMatchObject({
    counts: { read: 5, inserted: 2, unchanged: 1, rejected: 2 },
    removed: 0,
    column: 'customer_id',
    namespace: 'customer_id',
  });
  expect(await rejectsOf(ctx, done.importId)).toEqual([
    { line: 4, column_name: 'customer_id', value: 'nobody', reason: 'unknown_identity' },
    { line: 6, column_name: 'customer_id', value: '', reason: 'missing_identity' },
  ]);
  expect(await emailsOf('partners')).toEqual(['p1@example.com', 'p2@example.com']);
  expect(await getAudience(ctx, 'partners')).toMatchObject({ members: 'saved' });
});

test('the column is the one that is called like the namespace, wherever it stands', async () => {
  const content = 'email,customer_id\np1@example.com,p2\n';
  const done = await bring('named', content, { namespace: 'customer_id' });
  expect(done).toMatchObject({ counts: { inserted: 1, rejected: 0 }, column: 'customer_id' });
  expect(await emailsOf('named')).toEqual(['p2@example.com']);
  await expect(bring('named', content, { namespace: 'member_id', mode: 'append' })).rejects.toMatchObject({
    problems: [{ path: 'column', expected: 'email | customer_id' }],
  });
});

test('create refuses an audience with members and changes nothing; append adds, replace lets the others go', async () => {
  await expect(bring('partners', 'email\np3@example.com\n')).rejects.toMatchObject({ code: 'conflict' });
  expect(await emailsOf('partners')).toEqual(['p1@example.com', 'p2@example.com']);
  // Addresses name people who have no such identity too, in whatever case they are written.
  const appended = await bring('partners', 'email\nP3@Example.com\np2@example.com\n', { mode: 'append' });
  expect(appended.counts).toMatchObject({ read: 2, inserted: 1, unchanged: 1, rejected: 0 });
  const before = await ctx.db.query(sql`select since from audience_member order by since limit 1`);
  ctx.clock.advance(1_000);
  const replaced = await bring('partners', 'email\np2@example.com\np4@example.com\n', { mode: 'replace' });
  expect(replaced).toMatchObject({ counts: { inserted: 1, unchanged: 1 }, removed: 2 });
  expect(await emailsOf('partners')).toEqual(['p2@example.com', 'p4@example.com']);
  // Who stays is a member since when they were.
  expect(await ctx.db.query(sql`select since from audience_member order by since limit 1`)).toEqual(before);
});

test('people whom nobody knows are made when the import says so, and rules about the audience hear of everybody', async () => {
  await publish(ctx, { kind: 'audience', key: 'friends', rule: { audience: 'partners' } });
  await drain(ctx);
  const done = await bring('partners', 'email\nnew@example.com\np5@example.com\n', {
    mode: 'append',
    createPeople: true,
  });
  expect(done.counts).toMatchObject({ read: 2, inserted: 2, rejected: 0 });
  await drain(ctx);
  const expected = ['new@example.com', 'p2@example.com', 'p4@example.com', 'p5@example.com'];
  expect(await emailsOf('partners')).toEqual(expected);
  expect(await emailsOf('friends')).toEqual(expected);
});

test('what does not fit is told before anything happens', async () => {
  await expect(bring('friends', 'email\np1@example.com\n')).rejects.toMatchObject({ code: 'conflict' });
  await expect(bring('new', 'a,b\n1,2\n')).rejects.toMatchObject({ problems: [{ path: 'column', expected: 'a | b' }] });
  await expect(bring('new', 'mail,b\n1,2\n', { column: 'mial' })).rejects.toMatchObject({
    problems: [{ path: 'column', suggestion: 'mail' }],
  });
  await expect(bring('new', 'Kunden Nr\n1\n')).rejects.toMatchObject({ problems: [{ path: 'namespace' }] });
  await expect(getAudience(ctx, 'new')).rejects.toMatchObject({ code: 'not_found' });
});

test('over HTTP the file is the body or part of a form', async () => {
  const headers = { authorization: `Basic ${Buffer.from('a key:').toString('base64')}` };
  const raw = await server.inject({
    method: 'POST',
    url: '/api/audiences/by-http/import?namespace=customer_id',
    payload: 'id\np6\n',
    headers: { ...headers, 'content-type': 'text/csv' },
  });
  expect(raw.json()).toMatchObject({ counts: { inserted: 1 }, namespace: 'customer_id', column: 'id' });
  const part = (name: string, value: string, extra = '') =>
    `--X\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n${value}\r\n`;
  const body = `${part('mode', 'replace')}${part('file', 'email\np7@example.com\n', '; filename="p.csv"')}--X--\r\n`;
  const form = await server.inject({
    method: 'POST',
    url: '/api/audiences/by-http/import',
    payload: Buffer.from(body),
    headers: { ...headers, 'content-type': 'multipart/form-data; boundary=X' },
  });
  expect(form.json()).toMatchObject({ counts: { inserted: 1 }, removed: 1 });
  expect(await emailsOf('by-http')).toEqual(['p7@example.com']);
});
