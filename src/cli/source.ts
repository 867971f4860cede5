import type { Command } from 'commander';

import { changeSettings, createSource, listSources, listUnknownKeys, revokeSource } from '../services/sources/index.ts';
import { notice, printJson, printLine, printRows } from './output.ts';
import { readYaml } from './read-yaml.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

/** More sources than anyone has made by hand; the API pages through more. */
const LIST_MAX = 1_000;

export function addSourceCommands(program: Command, withContext: WithContext): void {
  const source = program.command('source').description('Sources: where events come from, by write key or webhook');
  addCreate(source, withContext);
  addLists(source, withContext);

  source
    .command('change')
    .description('Give a webhook another mapping; dead letters that are replayed are read by it')
    .argument('<source>', 'the number that "source list" shows', wholeNumber)
    .requiredOption('--webhook <file>', 'the mapping of its bodies, as YAML or JSON')
    .action((sourceId: number, options: { webhook: string }) =>
      withContext(async (ctx) => {
        const { name } = await changeSettings(ctx, sourceId, await readYaml(options.webhook));
        printLine(`Source ${sourceId} has another mapping.`);
        notice(`carillon dead-letters replay --source ${name}`);
      }),
    );

  source
    .command('revoke')
    .description('End a source; its key is refused within seconds')
    .argument('<source>', 'the number that "source list" shows', wholeNumber)
    .action((sourceId: number) =>
      withContext(async (ctx) => {
        await revokeSource(ctx, sourceId);
        printLine(`Source ${sourceId} is revoked.`);
      }),
    );
}

function addCreate(source: Command, withContext: WithContext): void {
  source
    .command('create')
    .description('Make a source and print its key, once')
    .argument('<name>', 'what events of this source are marked with')
    .option(
      '--webhook <file>',
      'a webhook of another system; the file holds the mapping of its bodies, as YAML or JSON',
    )
    .option('--json', 'print JSON')
    .action((name: string, options: { webhook?: string; json?: boolean }) =>
      withContext(async (ctx) => {
        const settings = options.webhook === undefined ? undefined : await readYaml(options.webhook);
        const kind = options.webhook === undefined ? 'write_key' : 'webhook';
        const made = await createSource(ctx, { name, kind, ...(settings === undefined ? {} : { settings }) });
        if (options.json) return printJson(made);
        const { publicUrl } = ctx.config;
        printLine(kind === 'webhook' ? `${publicUrl}/hooks/in/${made.key}` : made.key);
        const use = kind === 'webhook' ? 'Give this URL to the other system.' : `SDKs send to ${publicUrl} with it.`;
        notice(`Source ${made.source_id} "${made.name}". ${use} It cannot be shown again.`);
      }),
    );
}

function addLists(source: Command, withContext: WithContext): void {
  source
    .command('list')
    .description('List the sources with what they sent in the last seven days')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const rows = await listSources(ctx, { limit: LIST_MAX });
        type Row = (typeof rows)[number];
        const columns = {
          source: (row: Row) => row.source_id,
          name: (row: Row) => row.name,
          kind: (row: Row) => row.kind,
          key: (row: Row) => `${row.key_hint}...`,
          accepted: (row: Row) => row.accepted,
          rejected: (row: Row) => row.rejected,
          'last seen': (row: Row) => row.last_seen_at,
          revoked: (row: Row) => row.revoked_at,
        };
        printRows(rows, { json: options.json, columns });
      }),
    );

  source
    .command('unknown-keys')
    .description('List the keys that requests came with and no source has')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const rows = await listUnknownKeys(ctx, LIST_MAX);
        type Row = (typeof rows)[number];
        const columns = {
          day: (row: Row) => row.day,
          'begins with': (row: Row) => row.key_hint,
          attempts: (row: Row) => row.attempts,
          'last seen': (row: Row) => row.last_seen_at,
        };
        printRows(rows, { json: options.json, columns });
      }),
    );
}
