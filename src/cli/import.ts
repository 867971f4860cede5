import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { AppError, verbatim } from '../core/kernel/index.ts';
import type { Context } from '../platform/context.ts';
import {
  type ImportPlan,
  type ImportProgress,
  importFile,
  readMapping,
  writeRejects,
} from '../services/imports/index.ts';
import { createProgress, formatCount, formatTable, notice, printLine } from './output.ts';
import { wholeNumber } from './whole-number.ts';
import type { WithContext } from './with-context.ts';

type Options = {
  into: string;
  map?: string;
  key?: string[];
  identity?: { column: string; namespace: string };
  dryRun?: boolean;
  maxRejects?: number;
  rejects?: string;
  json?: boolean;
};

export function addImportCommand(program: Command, withContext: WithContext): void {
  program
    .command('import')
    .description(
      'Bring a file (CSV, NDJSON or Parquet, gzip or not) into a table, into profiles or into the history of events',
    )
    .argument('<file>', 'the file, or - for standard input')
    .requiredOption('--into <target>', 'the key of a table, "profiles" or "events"')
    .option('--map <file>', 'YAML that says how the columns of the file become ours')
    .option('--key <columns>', 'key of a table to be made from the file, or the identity of profiles', readList)
    .option('--identity <column=namespace>', 'whose rows they are, for a table to be made', readIdentity)
    .option('--dry-run', 'count exactly what would happen, and change nothing')
    .option('--max-rejects <n>', 'give up, changing nothing, when more lines are rejected', wholeNumber)
    .option('--rejects <file>', 'where the rejects go (default: FILE.rejects.csv)')
    .option('--json', 'print only the summary')
    .addHelpText(
      'after',
      '\nThe last line printed is always the summary as JSON: read, inserted, updated, unchanged, deleted, rejected.',
    )
    .action((file: string, options: Options) => withContext((ctx) => runImport(ctx, file, options)));
}

async function runImport(ctx: Context, file: string, options: Options): Promise<void> {
  const mapping = readMapping(options.map === undefined ? undefined : await readMapFile(options.map));
  const bar = createProgress(`${basename(file)} into ${options.into}`);
  const source =
    file === '-' ? { stream: process.stdin, name: 'standard input' } : { path: file, name: basename(file) };
  try {
    const { importId, counts } = await importFile(ctx, {
      source,
      target: options.into,
      mapping,
      key: options.key,
      identity: options.identity,
      dryRun: options.dryRun ?? false,
      rejectsMax: options.maxRejects,
      onPlan: (plan) => options.json || printPlan(plan, options.into),
      onProgress: ({ phase, bytes, bytesTotal, rows, rejected }: ImportProgress) =>
        bar.update(
          bytes,
          bytesTotal,
          `${formatCount(rows)} rows, ${formatCount(rejected)} rejected${phase === 'merging' ? ', merging' : ''}`,
        ),
    });
    bar.finish();
    if (counts.rejected > 0) {
      const path = options.rejects ?? `${file === '-' ? 'import' : file}.rejects.csv`;
      await pipeline(Readable.from(writeRejects(ctx, importId)), createWriteStream(path));
      notice(`${formatCount(counts.rejected)} lines were rejected; see ${path}`);
    }
    if (options.dryRun) notice('A dry run: nothing was changed.');
    printLine(JSON.stringify(counts));
  } finally {
    bar.finish();
  }
}

function printPlan(plan: ImportPlan, target: string): void {
  const settings = Object.entries(plan.settings).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  printLine(`${plan.kind} with ${settings.join(', ')}${plan.createsTable ? `; makes the table "${target}"` : ''}`);
  printLine(
    formatTable(plan.columns, {
      column: (row) => row.target,
      type: (row) => row.type,
      from: (row) => row.source,
    }),
  );
  if (plan.ignored.length > 0) printLine(`not read: ${plan.ignored.join(', ')}`);
}

async function readMapFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('not_found', verbatim(`The mapping ${path} cannot be read: ${cause.code ?? cause.message}.`), {
      cause,
    });
  });
}

function readList(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function readIdentity(text: string): { column: string; namespace: string } {
  const [column = '', namespace = column] = text.split('=').map((part) => part.trim());
  return { column, namespace };
}
