import type { Context } from '../../platform/context.ts';
import { csvLine } from '../../platform/csv.ts';
import { eachBatch, type TransitionAddress } from './rows.ts';

/**
 * All rows on an arrow as text, in pieces: CSV as RFC 4180 has it, with a heading, or one JSON object a line. The arrow is looked up
 * before the first piece, so that what is missing is an error and not half a file. @throws AppError `not_found`.
 */
export async function exportTransition(
  ctx: Context,
  address: TransitionAddress & { readonly format: 'csv' | 'ndjson' },
): Promise<AsyncIterable<string>> {
  const { columns, batches } = await eachBatch(ctx, address);
  const names = columns.map((column) => column.name);
  return address.format === 'csv' ? toCsv(names, batches) : toNdjson(batches);
}

type Rows = readonly Record<string, unknown>[];

async function* toCsv(names: readonly string[], batches: AsyncIterable<Rows>): AsyncIterable<string> {
  yield csvLine(names);
  for await (const rows of batches) {
    yield rows.map((row) => csvLine(names.map((name) => row[name]))).join('');
  }
}

async function* toNdjson(batches: AsyncIterable<Rows>): AsyncIterable<string> {
  for await (const rows of batches) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
