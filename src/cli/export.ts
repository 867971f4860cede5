import { type Command, Option } from 'commander';
import { DEFINITION_KINDS, type DefinitionKind } from '../core/definitions/index.ts';
import { type DefinitionRow, definitionText, exportDefinitions } from '../services/definitions/index.ts';
import { printJson, printLine } from './output.ts';
import type { WithContext } from './with-context.ts';

export function addExportCommand(program: Command, withContext: WithContext): void {
  program
    .command('export')
    .description('Print definitions as their authors wrote them: YAML that "apply" takes')
    .addOption(new Option('--kind <kind...>', 'only these kinds').choices(DEFINITION_KINDS))
    .option('--key <key...>', 'only these keys')
    .option('--drafts', 'the drafts where there are any')
    .option('--json', 'print JSON')
    .action((options: { kind?: DefinitionKind[]; key?: string[]; drafts?: boolean; json?: boolean }) =>
      withContext(async (ctx) => {
        const kinds = options.kind ?? DEFINITION_KINDS;
        const rows = await exportDefinitions(ctx, { kinds, drafts: options.drafts ?? false });
        const wanted = rows.filter((row) => options.key?.includes(row.key) ?? true);
        if (options.json) return printJson(wanted.map(documentOf));
        printLine(wanted.map((row) => definitionText(row).trim()).join('\n---\n'));
      }),
    );
}

/** What the author wrote, or the definition itself when that is not known. */
function documentOf(row: DefinitionRow): unknown {
  return row.source ?? row.body;
}
