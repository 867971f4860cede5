import type { Context } from '../../platform/context.ts';
import { csvLine } from '../../platform/csv.ts';
import { populationHeader, populationQuery, prepareForPopulations } from '../rules/index.ts';
import { defaultColumns } from './preview.ts';
import { type AudienceTarget, resolvePopulation } from './resolve.ts';

const BATCH_ROWS = 2_000;

export type ExportInput = {
  readonly target: AudienceTarget;
  readonly format: 'csv' | 'ndjson';
  readonly columns?: readonly string[] | undefined;
};

/**
 * Writes an audience row by row, in constant memory: a CSV file with a header, or one JSON object per line. `write` may make it wait.
 * Answers the number of rows. Everything comes from one snapshot. @throws AppError `not_found`, `invalid` before the first byte.
 */
export async function exportAudience(
  ctx: Context,
  input: ExportInput,
  write: (text: string) => Promise<void> | void,
): Promise<number> {
  const now = ctx.clock.now();
  const audience = await resolvePopulation(ctx.db, input.target, now);
  const population = { ...audience, columns: input.columns ?? defaultColumns(audience), now };
  const header = populationHeader(population);
  const query = populationQuery(population);
  return ctx.db.transaction(async (tx) => {
    await prepareForPopulations(tx);
    if (input.format === 'csv') await write(csvLine(header));
    let written = 0;
    for await (const rows of tx.stream<Record<string, unknown>>(query, BATCH_ROWS)) {
      await write(
        rows.map((row) => (input.format === 'csv' ? csvLine(header.map((name) => row[name])) : jsonLine(row))).join(''),
      );
      written += rows.length;
    }
    return written;
  });
}

function jsonLine(row: object): string {
  return `${JSON.stringify(row)}\n`;
}
