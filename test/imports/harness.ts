import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { TableDefinition } from '../../src/core/data/index.ts';
import { Mapping } from '../../src/core/imports/index.ts';
import { parseWith, say } from '../../src/core/kernel/index.ts';
import { id, sql } from '../../src/platform/sql/index.ts';
import { type ImportOptions, importFile } from '../../src/services/imports/index.ts';
import { defineTable } from '../../src/services/tables/index.ts';
import type { TestContext } from '../support/context.ts';

type Loose = Partial<Omit<ImportOptions, 'mapping' | 'source' | 'target'>> & { mapping?: object; name?: string };

/** Imports a text or bytes as if they were a file. */
export function importText(ctx: TestContext, target: string, content: string | Buffer, options: Loose = {}) {
  const { mapping = {}, name = 'file.csv', ...rest } = options;
  return importFile(ctx, {
    source: { stream: Readable.from([Buffer.from(content)]), name },
    target,
    mapping: parseWith(Mapping, mapping, say('The mapping')),
    ...rest,
  });
}

export async function counts(ctx: TestContext, target: string, content: string | Buffer, options: Loose = {}) {
  return (await importText(ctx, target, content, options)).counts;
}

export function defineTestTable(ctx: TestContext, definition: object) {
  return ctx.db.transaction((tx) =>
    defineTable(tx, TableDefinition.parse({ kind: 'table', ...definition }), ctx.clock.now()),
  );
}

/** The declared columns of a table's rows, ordered by the first of them. */
export async function rowsOf(ctx: TestContext, key: string): Promise<Record<string, unknown>[]> {
  const rows = await ctx.db.query<Record<string, unknown>>(sql`select * from ${id('data', key)} order by 1`);
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('_'))));
}

export async function rejectsOf(ctx: TestContext, importId: number) {
  return ctx.db.query<{ line: number; column_name: string; value: string; reason: string }>(sql`
    select line, column_name, value, reason from import_reject where import_id = ${importId} order by line, column_name`);
}

/** Nothing of an import is left in schema work. */
export async function stagingTables(ctx: TestContext): Promise<string[]> {
  const rows = await ctx.db.query<{ name: string }>(
    sql`select relname as name from pg_class where relnamespace = 'work'::regnamespace and relkind = 'r'`,
  );
  return rows.map((row) => row.name);
}

/** A file in a folder of its own. */
export function writeTemporary(name: string, content: string | Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), 'carillon-test-')), name);
  writeFileSync(path, content);
  return path;
}
