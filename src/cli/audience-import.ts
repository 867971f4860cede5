import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { type AudienceImport, importAudience, readMapping, writeRejects } from '../services/imports/index.ts';
import { formatCount, notice, printLine } from './output.ts';
import type { WithContext } from './with-context.ts';

type Options = {
  readonly mode: AudienceImport['mode'];
  readonly column?: string;
  readonly namespace?: string;
  readonly createPeople?: boolean;
  readonly rejects?: string;
};

export function addAudienceImport(parent: Command, withContext: WithContext): void {
  parent
    .command('import')
    .description('Fill a static audience from a file of identities (CSV, NDJSON or Parquet, gzip or not)')
    .argument('<key>', 'the key of the audience, which is made if there is none')
    .argument('<file>', 'the file, or - for standard input')
    .addOption(
      new Option('--mode <mode>', 'create: refused when it has members; replace: who is not in the file leaves')
        .choices(['create', 'append', 'replace'])
        .default('create'),
    )
    .option('--column <name>', 'which one names the people; may be left out when its name says so')
    .option('--namespace <namespace>', 'what its values are; its name when absent')
    .option('--create-people', 'make a profile of an identity that nobody has')
    .option('--rejects <file>', 'where lines that name nobody go (default: FILE.rejects.csv)')
    .addHelpText('after', '\nThe last line printed is always the summary as JSON.')
    .action((key: string, file: string, options: Options) =>
      withContext(async (ctx) => {
        const { mode, column, namespace, createPeople = false } = options;
        const source =
          file === '-' ? { stream: process.stdin, name: 'standard input' } : { path: file, name: basename(file) };
        const mapping = readMapping(undefined);
        const done = await importAudience(ctx, { key, source, mapping, mode, column, namespace, createPeople });
        const { counts, removed } = done;
        if (counts.rejected > 0) {
          const path = options.rejects ?? `${file === '-' ? 'import' : file}.rejects.csv`;
          await pipeline(Readable.from(writeRejects(ctx, done.importId)), createWriteStream(path));
          notice(`${formatCount(counts.rejected)} lines name nobody; see ${path}`);
        }
        printLine(JSON.stringify({ ...counts, removed }));
      }),
    );
}
