import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { type Command, Option } from 'commander';
import { AppError, invalid, says, verbatim } from '../core/kernel/index.ts';
import type { Explanation } from '../core/rules/index.ts';
import {
  type AudienceTarget,
  countAudience,
  explainAudience,
  exportAudience,
  getAudience,
  listAudienceChanges,
  listMembers,
  previewAudience,
} from '../services/audiences/index.ts';
import { addAudienceImport } from './audience-import.ts';
import {
  formatCount,
  formatProblem,
  formatTree,
  notice,
  printJson,
  printLine,
  printRows,
  type Tree,
} from './output.ts';
import { readRule } from './read-yaml.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

type Common = { readonly rule?: string; readonly on?: string; readonly json?: boolean };

export function addAudienceCommands(program: Command, withContext: WithContext): void {
  const audience = program.command('audience').description('Audiences: who is in them, how many, and why');
  addShow(audience, withContext);
  addCount(audience, withContext);
  addPreview(audience, withContext);
  addMembers(audience, withContext);
  addChanges(audience, withContext);
  addExport(audience, withContext);
  addAudienceImport(audience, withContext);
  addExplain(audience, withContext);
}

/** A command about a saved audience or about a rule in a file. */
function about(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .argument('[key]', 'the key of an audience')
    .option('--rule <file>', 'a YAML or JSON file with a rule instead, - for standard input')
    .option('--on <table>', 'what the rule is about: profiles or the key of a table', 'profiles');
}

async function targetOf(key: string | undefined, options: Common): Promise<AudienceTarget> {
  if ((key === undefined) === (options.rule === undefined)) {
    throw invalid(verbatim('Name either an audience or a file with a rule.'), [
      { path: '', ...says('{text}', { text: 'One of the two is needed.' }), expected: 'KEY or --rule FILE' },
    ]);
  }
  if (options.rule === undefined) return { key: key ?? '' };
  return { rule: await readRule(options.rule), on: options.on };
}

const MEMBERS = {
  live: 'kept by the engine',
  computed: 'computed from the rule when they are asked for',
  saved: 'those that campaigns saved, or that came from files',
  draft: 'none yet: it is not published',
} as const;

function addShow(parent: Command, withContext: WithContext): void {
  parent
    .command('show')
    .description('Say what an audience is, and whether it is kept up to date')
    .argument('<key>', 'the key of an audience')
    .option('--json', 'print JSON')
    .action((key: string, options: { json?: boolean }) =>
      withContext(async (ctx) => {
        const audience = await getAudience(ctx, key);
        if (options.json) return printJson(audience);
        printLine(audience.name === null ? audience.key : `${audience.name} (${audience.key})`);
        if (audience.sentence !== null) printLine(audience.sentence);
        const { filled } = audience;
        const progress =
          filled && filled.buckets < filled.of ? `, ${filled.buckets} of ${filled.of} buckets filled` : '';
        printLine(`Members: ${MEMBERS[audience.members]}${progress}.`);
        for (const problem of audience.why) notice(`It does not stream: ${formatProblem(problem)}`);
      }),
    );
}

function addChanges(parent: Command, withContext: WithContext): void {
  parent
    .command('changes')
    .description('List who entered a live audience and who left it, the latest first')
    .argument('<key>', 'the key of an audience')
    .option('--limit <rows>', 'how many', wholeNumber, 50)
    .option('--json', 'print JSON')
    .action((key: string, options: { limit: number; json?: boolean }) =>
      withContext(async (ctx) => {
        const rows = await listAudienceChanges(ctx, { key, before: undefined, limit: options.limit });
        const columns = {
          at: (row: (typeof rows)[number]) => row.at,
          member: (row: (typeof rows)[number]) => `${row.bucket}/${row.profile_id}`,
          email: (row: (typeof rows)[number]) => row.email,
          change: (row: (typeof rows)[number]) => row.change,
          cause: (row: (typeof rows)[number]) => row.cause,
        };
        printRows(rows, { json: options.json, columns });
      }),
    );
}

function addCount(parent: Command, withContext: WithContext): void {
  about(parent, 'count', 'Count the members, exactly')
    .option('--sql', 'print the query as well')
    .option('--json', 'print JSON')
    .action((key: string | undefined, options: Common & { sql?: boolean }) =>
      withContext(async (ctx) => {
        const counted = await countAudience(ctx, await targetOf(key, options));
        if (options.json) return printJson(options.sql ? counted : { count: counted.count });
        printLine(formatCount(counted.count));
        if (options.sql) printLine(counted.sql);
        for (const warning of counted.warnings) notice(formatProblem(warning));
      }),
    );
}

function addPreview(parent: Command, withContext: WithContext): void {
  about(parent, 'preview', 'Show the first members')
    .option('--columns <names>', 'columns to show, joined by commas')
    .option('--limit <rows>', 'how many', wholeNumber, 20)
    .option('--json', 'print JSON')
    .action((key: string | undefined, options: Common & { columns?: string; limit: number }) =>
      withContext(async (ctx) => {
        const preview = await previewAudience(ctx, {
          target: await targetOf(key, options),
          columns: options.columns?.split(','),
          limit: options.limit,
        });
        const columns = Object.fromEntries(
          preview.columns.map(({ name }) => [name, (row: Record<string, unknown>) => cellOf(row[name])]),
        );
        printRows([...preview.rows], { json: options.json, columns });
      }),
    );
}

function cellOf(value: unknown): string | number | boolean | Date | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return JSON.stringify(value);
}

function addMembers(parent: Command, withContext: WithContext): void {
  parent
    .command('members')
    .description('List the members of an audience')
    .argument('<key>', 'the key of an audience')
    .option('--limit <rows>', 'how many', wholeNumber, 50)
    .option('--after <place>', 'BUCKET/PROFILE of the last member seen')
    .option('--json', 'print JSON')
    .action((key: string, options: { limit: number; after?: string; json?: boolean }) =>
      withContext(async (ctx) => {
        const [bucket, profileId] = (options.after ?? '').split('/').map(Number);
        const after = options.after === undefined ? undefined : { bucket: bucket ?? 0, profileId: profileId ?? 0 };
        const rows = await listMembers(ctx, { key, after, limit: options.limit });
        const columns = {
          member: (row: (typeof rows)[number]) => `${row.bucket}/${row.profile_id}`,
          email: (row: (typeof rows)[number]) => row.email,
          since: (row: (typeof rows)[number]) => row.since,
        };
        printRows(rows, { json: options.json, columns });
      }),
    );
}

function addExport(parent: Command, withContext: WithContext): void {
  about(parent, 'export', 'Write all members as CSV or NDJSON')
    .addOption(new Option('--format <format>', 'how they are written').choices(['csv', 'ndjson']).default('csv'))
    .option('--columns <names>', 'columns to write, joined by commas')
    .option('--to <file>', 'a file; standard output unless told otherwise')
    .action((key: string | undefined, options: Common & { format: 'csv' | 'ndjson'; columns?: string; to?: string }) =>
      withContext(async (ctx) => {
        const target = await targetOf(key, options);
        const output: Writable = options.to === undefined ? process.stdout : await openFile(options.to);
        const failed = new Promise<never>((_resolve, reject) => output.once('error', reject));
        failed.catch(() => undefined);
        const write = async (text: string) => {
          if (!output.write(text)) await Promise.race([once(output, 'drain'), failed]);
        };
        const count = await exportAudience(
          ctx,
          { target, format: options.format, columns: options.columns?.split(',') },
          write,
        );
        if (options.to !== undefined) {
          output.end();
          await Promise.race([once(output, 'finish'), failed]);
        }
        notice(`${formatCount(count)} written.`);
      }),
    );
}

/** @throws AppError `not_found` when it cannot be written. */
async function openFile(path: string): Promise<Writable> {
  const file = await open(path, 'w').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('not_found', verbatim(`The file ${path} cannot be written: ${cause.code ?? cause.message}.`), {
      cause,
    });
  });
  return file.createWriteStream();
}

function addExplain(parent: Command, withContext: WithContext): void {
  about(parent, 'explain', 'Say why one person is in an audience or not')
    .requiredOption('--profile <profile>', 'a profile number, an email address, or namespace:value')
    .option('--json', 'print JSON')
    .action((key: string | undefined, options: Common & { profile: string }) =>
      withContext(async (ctx) => {
        const explained = await explainAudience(ctx, {
          target: await targetOf(key, options),
          profile: options.profile,
        });
        if (options.json) return printJson(explained);
        printLine(formatTree([treeOf(explained)]));
      }),
    );
}

function treeOf(node: Explanation): Tree {
  const label = `${node.holds ? 'yes' : 'no '}  ${node.sentence}`;
  return { label, ...(node.found ? { note: node.found } : {}), children: node.children.map(treeOf) };
}
