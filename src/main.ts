import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openChannel } from './channels/providers/index.ts';
import { runCli } from './cli/index.ts';

/** The `carillon` program; answers its exit code. */
export async function main(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8'));
  return runCli(argv, { version, environment, start, openChannel });
}

/** Only who starts the server waits until it is loaded, which takes as long as all that other commands do. */
const start: typeof import('./serve.ts').serve = async (...given) => (await import('./serve.ts')).serve(...given);
