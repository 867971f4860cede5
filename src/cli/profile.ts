import type { Command } from 'commander';
import { getPerson, getProfile, listProfiles } from '../services/profiles/index.ts';
import { printJson, printLine, printRows } from './output.ts';
import type { WithContext } from './with-context.ts';

const LIST_MAX = 100;

export function addProfileCommands(program: Command, withContext: WithContext): void {
  const profile = program.command('profile').description('People: who they are and what is known of them');

  profile
    .command('show')
    .description('Everything known about one person')
    .argument('<person>', 'a profile number, an email address, namespace:value, or a namespace: customer_id, phone...')
    .argument('[value]', 'the identity, behind a namespace')
    .option('--json', 'print JSON')
    .action((person: string, value: string | undefined, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const found = await (value === undefined ? getPerson(ctx, person) : getProfile(ctx, person, value));
        if (options.json) return printJson(found);
        const { identities, consents, audiences, events, messages, traits, ...columns } = found;
        printLine(JSON.stringify({ ...columns, traits }, null, 2));
        printLine(`identities: ${identities.map((one) => `${one.namespace} ${one.value}`).join(', ')}`);
        for (const one of consents) {
          printLine(`consent ${one.channel}${one.topic ? `/${one.topic}` : ''}: ${one.status} (${one.source})`);
        }
        printLine(`audiences: ${audiences.map((one) => one.audience_key).join(', ') || 'none'}`);
        for (const one of events) printLine(`${one.occurred_at.toISOString()} event ${one.name}`);
        for (const one of messages) {
          printLine(
            `${one.at.toISOString()} message ${one.template_key ?? '?'} ${one.state} ${one.reason ?? ''}`.trimEnd(),
          );
        }
      }),
    );

  profile
    .command('list')
    .description('List people')
    .option('--search <text>', 'the beginning of an email, or an identity as it is')
    .option('--json', 'print JSON')
    .action((options: { search?: string; json?: boolean }) =>
      withContext(async (ctx) => {
        const rows = await listProfiles(ctx, { search: options.search, limit: LIST_MAX });
        const columns = {
          profile: (row: (typeof rows)[number]) => row.profile_id,
          email: (row: (typeof rows)[number]) => row.email,
          phone: (row: (typeof rows)[number]) => row.phone,
          traits: (row: (typeof rows)[number]) => JSON.stringify(row.traits).slice(0, 80),
        };
        printRows(rows, { json: options.json, columns });
      }),
    );
}
