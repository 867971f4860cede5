import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { importFile, readMapping, writeRejects } from '../../src/services/imports/index.ts';
import { createTestContext } from '../support/context.ts';
import { counts, defineTestTable, importText, rejectsOf, rowsOf, stagingTables, writeTemporary } from './harness.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

beforeEach(async () => {
  await ctx.db.execute(sql`drop schema data cascade`);
  await ctx.db.execute(sql`create schema data`);
  await ctx.db.execute(sql`truncate definition, import_run cascade`);
  await defineTestTable(ctx, {
    key: 'names',
    columns: { id: 'integer', name: 'text', at: 'timestamp' },
    primary_key: 'id',
  });
});

const names = async () => (await rowsOf(ctx, 'names')).map((row) => row.name);
const TEXT = 'id;name\n1;Zoë\n2;Łódź\n3;"a;b"\n';

test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16 little-endian', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['UTF-16 big-endian', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
  ['gzip', gzipSync(TEXT)],
  ['several gzip members', Buffer.concat([gzipSync(TEXT.slice(0, 20)), gzipSync(TEXT.slice(20))])],
  ['Windows line endings', Buffer.from(TEXT.replaceAll('\n', '\r\n'))],
  ['old Mac line endings', Buffer.from(TEXT.replaceAll('\n', '\r'))],
])('%s is read', async (_name, content) => {
  expect(await counts(ctx, 'names', content)).toMatchObject({ read: 3, inserted: 3 });
  expect(await names()).toEqual(['Zoë', 'Łódź', 'a;b']);
});

test('a file in Latin-1 is recognised', async () => {
  const text = `id,name\n${Array.from({ length: 50 }, (_, index) => `${index},François Müller à la Forêt\n`).join('')}`;
  await counts(ctx, 'names', Buffer.from(text, 'latin1'));
  expect(new Set(await names())).toEqual(new Set(['François Müller à la Forêt']));
});

test('a byte that is no character in UTF-8 costs its row', async () => {
  const text = Buffer.concat([Buffer.from('id,name\n1,Zoë\n2,b'), Buffer.from([0xff]), Buffer.from('\n3,c\n')]);
  const { importId, counts: done } = await importText(ctx, 'names', text, { mapping: { encoding: 'utf-8' } });
  expect(done).toMatchObject({ inserted: 2, rejected: 1 });
  expect(await rejectsOf(ctx, importId)).toMatchObject([{ line: 3, column_name: 'name', reason: 'invalid_encoding' }]);
});

test('characters cut by chunk boundaries stay whole', async () => {
  const text = `id,name\n${Array.from({ length: 20_000 }, (_, index) => `${index},é€😀é€😀é€😀é€😀\n`).join('')}`;
  const path = writeTemporary('big.csv', text);
  const done = await importFile(ctx, { source: { path, name: 'big.csv' }, target: 'names', mapping: readMapping('') });
  expect(done.counts).toMatchObject({ read: 20_000, inserted: 20_000, rejected: 0 });
  expect(new Set(await names())).toEqual(new Set(['é€😀é€😀é€😀é€😀']));
});

test.each<[string, string | Buffer, string]>([
  ['an empty file', '', 'empty'],
  ['a file of nothing but lines', '\n\n', 'empty'],
  ['an empty gzip file', gzipSync(''), 'empty'],
  ['a header that names a column twice', 'id,name,id\n1,a,2\n', 'twice'],
  ['a cut gzip file', gzipSync('id,name\n1,a\n'.repeat(5_000)).subarray(0, 60), 'damaged'],
  ['damaged Parquet', Buffer.from('PAR1 and then nothing'), 'damaged'],
  ['a file without the key', 'name\na\n', 'mapping does not fit'],
])('%s is refused with a clear error and leaves nothing', async (_name, content, message) => {
  await expect(importText(ctx, 'names', content)).rejects.toThrow(message);
  expect(await stagingTables(ctx)).toEqual([]);
});

test('a header alone is a file of no rows', async () => {
  expect(await counts(ctx, 'names', 'id,name\n')).toMatchObject({ read: 0, inserted: 0 });
});

test('a gzip bomb is refused by its ratio and by its size', async () => {
  const bomb = gzipSync(Buffer.concat([Buffer.from('id,name\n1,'), Buffer.alloc(48 * 2 ** 20, 'x')]));
  await expect(importText(ctx, 'names', bomb)).rejects.toThrow('unpacks to more than 200 times');
  const rows = `id,name\n${Array.from({ length: 100_000 }, (_, index) => `${index},${Math.random()}\n`).join('')}`;
  const limits = { bytesMax: 1_000_000, ratioMax: 200 };
  await expect(importText(ctx, 'names', gzipSync(rows), { limits })).rejects.toThrow('more than 1000000 bytes');
  expect(await names()).toEqual([]);
  expect(await stagingTables(ctx)).toEqual([]);
});

test('Parquet goes in by row groups, from a file and from a stream, and a second time changes nothing', async () => {
  const count = 2_500;
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: Array.from({ length: count }, (_, index) => BigInt(index)), type: 'INT64' },
      {
        name: 'name',
        data: Array.from({ length: count }, (_, index) => (index % 7 === 0 ? null : `näme ${index}`)),
        type: 'STRING',
      },
      { name: 'at', data: Array.from({ length: count }, (_, index) => new Date(index * 1_000)), type: 'TIMESTAMP' },
    ],
    rowGroupSize: 1_000,
  });
  const path = writeTemporary('names.parquet', Buffer.from(buffer));
  const done = await importFile(ctx, { source: { path, name: 'n' }, target: 'names', mapping: readMapping('') });
  expect(done.counts).toMatchObject({ read: count, inserted: count });
  expect((await rowsOf(ctx, 'names'))[1]).toEqual({ id: 1, name: 'näme 1', at: new Date(1_000) });
  // A place of its own: others import at the same time.
  const place = mkdtempSync(join(tmpdir(), 'carillon-parquet-'));
  vi.stubEnv('TMPDIR', place);
  expect(await counts(ctx, 'names', Buffer.from(buffer))).toMatchObject({ read: count, unchanged: count });
  vi.unstubAllEnvs();
  expect(readdirSync(place)).toEqual([]);
});

test('NDJSON tells bad lines apart and goes on', async () => {
  const text =
    '{"id":1,"name":"a"}\n[1]\n{"id":2,\n\n{"id":12345678901234567890}\n{"id":3,"name":"\\u0000"}\n{"id":4,"name":""}\n';
  const { importId, counts: done } = await importText(ctx, 'names', text);
  expect(done).toMatchObject({ read: 6, inserted: 2, rejected: 4 });
  expect((await rejectsOf(ctx, importId)).map((row) => `${row.line} ${row.reason}`)).toEqual([
    '2 not_an_object',
    '3 not_json',
    '5 imprecise_number',
    '6 nul_character',
  ]);
  expect(await names()).toEqual(['a', '']);
});

test('a mapping remaps, computes, numbers lines and reads local formats', async () => {
  await defineTestTable(ctx, {
    key: 'bills',
    columns: {
      line: 'integer',
      ref: 'text',
      amount: 'decimal',
      paid: 'boolean',
      day: 'date',
      at: 'timestamp',
      kind: 'text',
      land: 'text',
    },
    primary_key: 'line',
  });
  const mapping = readMapping(`
delimiter: ';'
decimal: ','
thousands: '.'
zone: Europe/Paris
null_words: ['-']
columns:
  line: $line
  ref: { column: Ref, transform: [trim, upper] }
  amount: { multiply: [Menge, Preis] }
  paid: { column: Bezahlt, true: [ja], false: [nein], on_error: null }
  day: { column: Tag, format: DD.MM.YYYY }
  at: { column: Zeit, format: 'DD.MM.YYYY HH:mm' }
  kind: { constant: bill }
  land: { column: Land, values: { D: Deutschland, X: null }, default: unbekannt }
`);
  const file =
    'Ref;Menge;Preis;Bezahlt;Tag;Zeit;Land\n ab1 ;3;1.234,55;ja;31.12.2025;01.07.2026 12:00;D\nx;2;-;vielleicht;-;;X\ny;1;1;nein;;;\n';
  expect(await counts(ctx, 'bills', file, { mapping })).toMatchObject({ read: 3, inserted: 3 });
  expect(await rowsOf(ctx, 'bills')).toEqual([
    {
      line: 2,
      ref: 'AB1',
      amount: '3703.65',
      paid: true,
      day: '2025-12-31',
      at: new Date('2026-07-01T10:00:00Z'),
      kind: 'bill',
      land: 'Deutschland',
    },
    { line: 3, ref: 'X', amount: null, paid: null, day: null, at: null, kind: 'bill', land: null },
    { line: 4, ref: 'Y', amount: '1', paid: false, day: null, at: null, kind: 'bill', land: 'unbekannt' },
  ]);
});

test('numbers of a mapping have a point, whatever the file writes; factors are read like their product', async () => {
  await defineTestTable(ctx, {
    key: 'quotes',
    columns: { line: 'integer', net: 'decimal', fee: 'decimal', share: 'decimal' },
    primary_key: 'line',
  });
  const mapping = readMapping(`
delimiter: ';'
columns:
  line: $line
  net: { multiply: [Preis, 0.5], decimal: ',', thousands: '.' }
  fee: { constant: 2.5, decimal: ',', thousands: '.' }
  share: { column: Anteil, default: 1.5, decimal: ',' }
`);
  const file = 'Preis;Anteil\n1.000,50;\n2,5;0,25\n';
  expect(await counts(ctx, 'quotes', file, { mapping })).toMatchObject({ inserted: 2, rejected: 0 });
  expect(await rowsOf(ctx, 'quotes')).toEqual([
    { line: 2, net: '500.250', fee: '2.5', share: '1.5' },
    { line: 3, net: '1.25', fee: '2.5', share: '0.25' },
  ]);
  const wrong = readMapping('columns: { line: $line, net: { column: Preis, default: none } }');
  await expect(counts(ctx, 'quotes', file, { mapping: wrong })).rejects.toMatchObject({
    problems: [{ path: 'columns.net.default' }],
  });
});

test('a mapping with a wrong key or zone is refused with its place', async () => {
  expect(() => readMapping('colums: {}')).toThrow('not valid');
  expect(() => readMapping('a: [')).toThrow('YAML');
  await expect(importText(ctx, 'names', TEXT, { mapping: { zone: 'Mars/Base' } })).rejects.toMatchObject({
    problems: [{ path: 'zone' }],
  });
});

test('the rejects file names line, column, value and reason, and runs no formula', async () => {
  const { importId } = await importText(ctx, 'names', 'id,name\n"=1+1",a\n"x ""y""",b\n-5x,c\n');
  let text = '';
  for await (const piece of writeRejects(ctx, importId)) text += piece;
  expect(text).toBe(
    'line,column,value,reason\r\n2,id,\'=1+1,not_an_integer\r\n3,id,"x ""y""",not_an_integer\r\n4,id,\'-5x,not_an_integer\r\n',
  );
});

test('a database that goes away in the middle gives a clear error, and the next import cleans up', async () => {
  let rows = 0;
  const endless = async function* () {
    yield Buffer.from('id,name\n');
    for (;;) {
      yield Buffer.from(`${rows++},${'x'.repeat(1_000)}\n`);
      if (rows === 3_000) {
        await ctx.db.execute(sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and query like 'copy %' and pid <> pg_backend_pid()`);
      }
      if (rows > 200_000) return;
    }
  };
  const { Readable } = await import('node:stream');
  const source = { stream: Readable.from(endless()), name: 'endless' };
  await expect(importFile(ctx, { source, target: 'names', mapping: readMapping('') })).rejects.toThrow(
    'connection to the database was lost',
  );
  expect(await names()).toEqual([]);
  expect(await counts(ctx, 'names', 'id,name\n1,a\n')).toMatchObject({ inserted: 1 });
  expect(await stagingTables(ctx)).toEqual([]);
});
