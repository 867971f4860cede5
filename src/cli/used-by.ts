import { Argument, type Command } from 'commander';
import { DEFINITION_KINDS, type DefinitionKind } from '../core/definitions/index.ts';
import { type DefinitionUser, listUsers } from '../services/definitions/index.ts';
import { printRows } from './output.ts';
import type { WithContext } from './with-context.ts';

/** `carillon used-by`: what has to go before a definition can be archived. */
export function addUsedByCommand(program: Command, withContext: WithContext): void {
  program
    .command('used-by')
    .description('List the published definitions that refer to one')
    .addArgument(new Argument('<kind>', 'the kind of the definition').choices(DEFINITION_KINDS))
    .argument('<key>', 'the key of the definition')
    .option('--json', 'print JSON')
    .action((kind: DefinitionKind, key: string, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const users = await listUsers(ctx, { kind, key });
        const columns = {
          kind: (user: DefinitionUser) => user.kind,
          key: (user: DefinitionUser) => user.key,
          name: (user: DefinitionUser) => user.name ?? '',
        };
        printRows(users, { json: options.json, columns });
      }),
    );
}
