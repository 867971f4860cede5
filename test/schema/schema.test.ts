import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createTestContext } from '../support/context.ts';
import { dumpSchema } from './dump.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

test('schema.sql is what the migrations make; "npm run schema" writes it anew', async () => {
  const committed = await readFile(join(import.meta.dirname, '../../schema.sql'), 'utf8');
  expect(await dumpSchema(ctx.db)).toBe(committed);
});
