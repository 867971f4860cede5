import type { Command } from 'commander';
import {
  listSuppressions,
  type Suppression,
  suppressAddresses,
  unsuppressAddresses,
} from '../services/consent/index.ts';
import { notice, printJson, printRows } from './output.ts';
import type { WithContext } from './with-context.ts';

const LIST_MAX = 1_000;

export function addSuppressionCommands(program: Command, withContext: WithContext): void {
  const suppression = program.command('suppression').description('Addresses that must not be written to');
  suppression
    .command('list')
    .description(`Print the suppressed addresses, ${LIST_MAX} at a time`)
    .option('--after <address>', 'those behind this one')
    .option('--json', 'print JSON')
    .action((options: { after?: string; json?: boolean }) =>
      withContext(async (ctx) => {
        const rows = await listSuppressions(ctx, { after: options.after, limit: LIST_MAX });
        printRows(rows, {
          json: options.json,
          columns: {
            address: (row: Suppression) => row.address,
            reason: (row: Suppression) => row.reason,
            since: (row: Suppression) => row.created_at,
            detail: (row: Suppression) => row.detail,
          },
        });
        if (rows.length === LIST_MAX) notice(`There may be more: --after ${rows.at(-1)?.address}`);
      }),
    );
  suppression
    .command('add')
    .description('Write to these addresses no more')
    .argument('<address...>')
    .option('--detail <text>', 'why, for people')
    .option('--json', 'print JSON')
    .action((addresses: string[], options: { detail?: string; json?: boolean }) =>
      withContext(async (ctx) => {
        const added = await suppressAddresses(
          ctx,
          addresses,
          options.detail === undefined ? {} : { detail: options.detail },
        );
        if (options.json) return printJson({ added });
        notice(`${added} added.`);
      }),
    );
  suppression
    .command('remove')
    .description('Let these addresses be written to again')
    .argument('<address...>')
    .option('--json', 'print JSON')
    .action((addresses: string[], options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const removed = await unsuppressAddresses(ctx, addresses);
        if (options.json) return printJson({ removed });
        notice(`${removed} removed.`);
      }),
    );
}
