import type { Context } from '../../platform/context.ts';
import { csvLine } from '../../platform/csv.ts';
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
    yield rows.map((row) => csvLine([row.line, row.column_name, row.value, row.reason])).join('');
    after = { line: last.line, column: last.column_name };
  }
}
