import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Mapping } from '../../src/core/imports/index.ts';
import { readEvent, readEventLines } from '../../src/core/ingest/index.ts';
import { applyDefinitions, readDocuments, validateDefinitions } from '../../src/services/definitions/index.ts';
import { createTestContext } from '../support/context.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');
const ctx = await createTestContext();
afterAll(() => ctx.close());

const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(ya?ml|json)$/.test(name),
);
const read = (name: string) => readFileSync(join(EXAMPLES, name), 'utf8');
const isMapping = (name: string) => name.includes('maps/');

describe('each folder of examples can be published as it is', () => {
  const folders = [...new Set(files.map((name) => name.split('/')[0] ?? ''))];
  test.each(folders)('%s', async (folder) => {
    const names = files.filter((name) => name.startsWith(`${folder}/`) && !isMapping(name));
    const documents = names.flatMap((name) => readDocuments(read(name), name));
    expect(documents.length).toBeGreaterThan(0);
    expect(await validateDefinitions(ctx, documents)).toEqual([]);
    const applied = await applyDefinitions(ctx, { documents, publish: true, dryRun: true });
    expect(applied.map((item) => item.state)).toEqual(documents.map(() => 'published'));
  });
});

test('the history of the first journey is read to the last line', () => {
  const rows = readEventLines(read('first-journey/history.csv'));
  expect(rows).toHaveLength(3);
  const arrival = { receivedAt: Date.parse('2026-12-01T00:00:00Z'), source: 'shop', newId: () => 'none' };
  expect(rows?.map((row) => readEvent(row, arrival).kind)).toEqual(['accepted', 'accepted', 'accepted']);
});

test.each(files.filter(isMapping))('%s is the mapping of an import', (name) => {
  expect(() => Mapping.parse(parse(read(name)))).not.toThrow();
});
