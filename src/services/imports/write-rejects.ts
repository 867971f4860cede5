import type { Context } from '../../platform/context.ts';
import { listRejectRows } from './store.ts';

const PAGE = 5_000;

/** The rejects of an import as CSV: line, column, value, reason. */
export async function* writeRejects(ctx: Context, importId: number): AsyncGenerator<string> {
  yield 'line,column,value,reason\r\n';
  let after = { line: -1, column: '' };
  for (;;) {
    const rows = await listRejectRows(ctx.db, importId, after, PAGE);
    const last = rows.at(-1);
    if (!last) return;
    yield rows
      .map((row) => [String(row.line), row.column_name, row.value, row.reason].map(csvCell).join(',').concat('\r\n'))
      .join('');
    after = { line: last.line, column: last.column_name };
  }
}

/** A text that a spreadsheet would run as a formula gets an apostrophe in front; a negative number is none. */
function csvCell(text: string): string {
  const safe = /^[=@+\t\r-]/.test(text) && !/^[+-]?[\d.,]+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
