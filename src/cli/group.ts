import type { Command } from 'commander';
import { getGroup, listGroupMembers, listGroups } from '../services/groups/index.ts';
import { printJson, printLine, printRows } from './output.ts';
import type { WithContext } from './with-context.ts';

const LIST_MAX = 100;

export function addGroupCommands(program: Command, withContext: WithContext): void {
  const group = program.command('group').description('Groups that people belong to: companies, households');

  group
    .command('list')
    .description('List the groups with what is known of them')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const rows = await listGroups(ctx, { limit: LIST_MAX });
        const columns = {
          group: (row: (typeof rows)[number]) => row.group_key,
          traits: (row: (typeof rows)[number]) => JSON.stringify(row.traits).slice(0, 80),
          updated: (row: (typeof rows)[number]) => row.updated_at,
        };
        printRows(rows, { json: options.json, columns });
      }),
    );

  group
    .command('show')
    .description('What is known of a group, and the first people who belong to it')
    .argument('<key>')
    .option('--json', 'print JSON')
    .action((key: string, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const found = await getGroup(ctx, key);
        const people = await listGroupMembers(ctx, { key, limit: LIST_MAX });
        if (options.json) return printJson({ ...found, people });
        printLine(`${key}: ${found.members} ${found.members === 1 ? 'person' : 'people'}`);
        for (const [name, value] of Object.entries(found.traits)) printLine(`${name}: ${JSON.stringify(value)}`);
        const columns = {
          profile: (row: (typeof people)[number]) => row.profile_id,
          email: (row: (typeof people)[number]) => row.email,
          since: (row: (typeof people)[number]) => row.since,
        };
        printRows(people, { columns });
      }),
    );
}
