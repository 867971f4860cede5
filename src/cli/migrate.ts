import type { Command } from 'commander';
import { MIGRATIONS_FOLDER, migrate } from '../platform/sql/index.ts';
import { printJson, printLine } from './output.ts';
import type { WithContext } from './with-context.ts';

export function addMigrateCommand(program: Command, withContext: WithContext): void {
  program
    .command('migrate')
    .description('Bring the schema of the database up to date')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const report = await migrate(ctx.db, MIGRATIONS_FOLDER);
        if (options.json) return printJson(report);
        const what = report.applied.length === 0 ? 'Nothing to do' : `Applied ${report.applied.join(', ')}`;
        printLine(`${what}; PostgreSQL ${report.serverVersion}.`);
      }),
    );
}
