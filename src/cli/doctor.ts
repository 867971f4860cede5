import type { Command } from 'commander';
import { type CountDifference, examine, type Finding } from '../services/doctor/index.ts';
import { notice, printJson, printLine, printRows } from './output.ts';
import type { WithContext } from './with-context.ts';

export function addDoctorCommand(program: Command, withContext: WithContext): void {
  program
    .command('doctor')
    .description('Recompute every counter from its rows and look for rows that are stuck')
    .option('--repair', 'put the counters right')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExits with 1 when anything is found.')
    .action((options: { repair?: boolean; json?: boolean }) =>
      withContext(async (ctx) => {
        const examination = await examine(ctx, { repair: options.repair ?? false });
        if (!examination.healthy) process.exitCode = 1;
        if (options.json) return printJson(examination);
        if (examination.healthy) return printLine('Everything adds up.');
        if (examination.differences.length > 0) {
          printRows(examination.differences, {
            columns: {
              send: (row: CountDifference) => row.sendId,
              counter: (row: CountDifference) => row.name,
              reason: (row: CountDifference) => row.reason,
              counted: (row: CountDifference) => row.counted,
              rows: (row: CountDifference) => row.actual,
            },
          });
        }
        if (examination.findings.length > 0) {
          printRows(examination.findings, {
            columns: {
              finding: (row: Finding) => row.kind,
              of: (row: Finding) => row.subject,
              rows: (row: Finding) => row.count,
            },
          });
        }
        if (examination.repaired > 0) notice(`${examination.repaired} counters were put right.`);
      }),
    );
}
