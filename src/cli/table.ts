import type { Command } from 'commander';
import { getTable, listRows, listTables, type TableSummary } from '../services/tables/index.ts';
import { type Cell, formatTable, printJson, printLine, printRows } from './output.ts';
import type { WithContext } from './with-context.ts';

const ROWS_SHOWN = 10;

export function addTableCommands(program: Command, withContext: WithContext): void {
  const table = program
    .command('table')
    .description('Entity tables: orders, products, whatever there is beside people');

  table
    .command('list')
    .description('List the tables')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const columns = {
          table: (row: TableSummary) => row.key,
          columns: (row: TableSummary) => row.columns.length,
          'rows (about)': (row: TableSummary) => row.rows,
        };
        printRows(await listTables(ctx), { json: options.json, columns });
      }),
    );

  table
    .command('show')
    .description('Show a table and some of its rows')
    .argument('<table>', 'its key')
    .option('--json', 'print JSON')
    .action((key: string, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const definition = await getTable(ctx, key);
        const rows = (await listRows(ctx, key, { after: undefined, limit: ROWS_SHOWN })).map(({ row }) => row);
        if (options.json) return printJson({ definition, rows });
        printLine(`${key}, key (${definition.primary_key.join(', ')})`);
        const names = Object.keys(definition.columns);
        const cell = (name: string) => (row: Record<string, unknown>) => asCell(row[name]);
        printLine(formatTable(rows, Object.fromEntries(names.map((name) => [name, cell(name)]))));
      }),
    );
}

function asCell(value: unknown): Cell {
  return typeof value === 'object' && value !== null && !(value instanceof Date)
    ? JSON.stringify(value)
    : (value as Cell);
}
