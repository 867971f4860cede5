import type { Command } from 'commander';
import { createKey, listKeys, revokeKey } from '../services/keys/index.ts';
import { notice, printJson, printLine, printRows } from './output.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

/** More keys than anyone has made by hand; the API pages through more. */
const LIST_MAX = 1_000;

export function addKeyCommands(program: Command, withContext: WithContext): void {
  const key = program.command('key').description('API keys: who may call the control API, and what for');

  key
    .command('create')
    .description('Make a key and print its secret, once')
    .argument('<name>', 'whose key it is, for people')
    .option('--scope <scope...>', 'noun:read, noun:write, noun:* or *', ['*'])
    .option('--json', 'print JSON')
    .action((name: string, options: { scope: string[]; json?: boolean }) =>
      withContext(async (ctx) => {
        const made = await createKey(ctx, { name, scopes: options.scope });
        if (options.json) return printJson(made);
        printLine(made.secret);
        notice(`Key ${made.key_id} "${made.name}" with ${made.scopes.join(', ')}. Keep it: it cannot be shown again.`);
      }),
    );

  key
    .command('list')
    .description('List the keys, without their secrets')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const columns = {
          key: (row: { key_id: number }) => row.key_id,
          name: (row: { name: string }) => row.name,
          scopes: (row: { scopes: string[] }) => row.scopes.join(', '),
          created: (row: { created_at: Date }) => row.created_at,
          'last used': (row: { last_used_at: Date | null }) => row.last_used_at,
          revoked: (row: { revoked_at: Date | null }) => row.revoked_at,
        };
        printRows(await listKeys(ctx, { limit: LIST_MAX }), { json: options.json, columns });
      }),
    );

  key
    .command('revoke')
    .description('End a key at once')
    .argument('<key>', 'the number that "key list" shows', wholeNumber)
    .action((keyId: number) =>
      withContext(async (ctx) => {
        await revokeKey(ctx, keyId);
        printLine(`Key ${keyId} is revoked.`);
      }),
    );
}
