import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError, inLanguage, invalid, type Problem, says, verbatim } from '../core/kernel/index.ts';
import { type Applied, applyDefinitions, readDocuments, type SourceDocument } from '../services/definitions/index.ts';
import { notice, printJson, printRows } from './output.ts';
import type { WithContext } from './with-context.ts';

const EXTENSIONS = /\.(ya?ml|json)$/;
/** A definition file is text that people wrote; whatever is larger is something else. */
const FILE_BYTES_MAX = 8 * 1024 * 1024;

export function addApplyCommand(program: Command, withContext: WithContext): void {
  program
    .command('apply')
    .description('Save definitions from files: all of them or, when one is wrong, none')
    .argument('<path...>', 'YAML or JSON files, or folders of them')
    .option('--publish', 'publish them as well')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nA definition that is already so is left alone, so applying twice is the same as applying once.',
    )
    .action((paths: string[], options: { publish?: boolean; dryRun?: boolean; json?: boolean }) =>
      withContext(async (ctx) => {
        const documents = await readFiles(paths);
        const publish = options.publish ?? false;
        const dryRun = options.dryRun ?? false;
        const applied = await applyDefinitions(ctx, { documents, publish, dryRun });
        if (options.json)
          return printJson(applied.map((one) => ({ ...one, notes: one.notes.map((note) => inLanguage(note)) })));
        printRows(applied, {
          columns: {
            kind: (row: Applied) => row.kind,
            key: (row: Applied) => row.key,
            change: (row: Applied) => row.change,
            state: (row: Applied) => row.state,
            version: (row: Applied) => row.version,
          },
        });
        for (const { kind, key, notes } of applied)
          for (const note of notes) notice(`${kind} "${key}": ${inLanguage(note)}`);
        if (dryRun) notice('A dry run: nothing was changed.');
        else if (applied.some((row) => row.state === 'draft')) notice('Drafts take effect when published: --publish.');
      }),
    );
}

/** The documents of all files, with the problems of every file that cannot be read. */
export async function readFiles(paths: readonly string[]): Promise<SourceDocument[]> {
  const problems: Problem[] = [];
  const documents: SourceDocument[] = [];
  for (const path of await filesIn(paths)) {
    try {
      if ((await stat(path)).size > FILE_BYTES_MAX) {
        throw invalid(verbatim('Too large.'), [
          { path, ...says('{text}', { text: `is larger than ${FILE_BYTES_MAX} bytes.` }) },
        ]);
      }
      const read = readDocuments(await readFile(path, 'utf8'), path);
      // In a folder there may be other files too, such as the mappings of imports; a file that was named is meant.
      const meant = paths.includes(path) ? read : read.filter((document) => hasKind(document.value));
      documents.push(...meant);
      if (meant.length < read.length) notice(`${path} holds no definition (there is no "kind"); it is left out.`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw invalid(verbatim('The files cannot be read; nothing was applied.'), problems);
  if (documents.length === 0) throw invalid(verbatim('There is no definition in these files.'), []);
  return documents;
}

function hasKind(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

async function filesIn(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const entry = await stat(path).catch((cause: unknown) => {
        throw new AppError('not_found', verbatim(`There is no file or folder "${path}".`), { cause });
      });
      if (!entry.isDirectory()) return [path];
      const names = await readdir(path, { recursive: true });
      return names.filter((name) => EXTENSIONS.test(name)).map((name) => join(path, name));
    }),
  );
  return [...new Set(found.flat())].sort();
}
