import type { Command } from 'commander';
import type { OpenedContext } from '../platform/open-context.ts';
import { printJson, printLine } from './output.ts';

export function addMigrateCommand(program: Command, open: () => Promise<OpenedContext>): void {
  program
    .command('migrate')
    .description('Bring the schema of the database up to date, as every command does that needs the database')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { migration, close } = await open();
      await close();
      if (options.json) return printJson(migration);
      const { applied, serverVersion } = migration;
      printLine(
        `${applied.length === 0 ? 'Nothing to do' : `Applied ${applied.join(', ')}`}; PostgreSQL ${serverVersion}.`,
      );
    });
}
