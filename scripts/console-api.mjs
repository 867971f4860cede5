// Writes the types of the control API for the console, from the document that the server itself serves.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, root } from './prepare.mjs';

const HEADER = '// Made by "npm run console-api" from the document that the server serves at /api/openapi.json. Do not edit.\n';

/** The text of web/src/api/schema.d.ts as it should be. */
export function consoleApi() {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-openapi-'));
  try {
    const document = run(['node_modules/tsx/dist/cli.mjs', 'scripts/print-openapi.ts'], root);
    const file = join(folder, 'openapi.json');
    writeFileSync(file, document);
    const out = join(folder, 'schema.d.ts');
    run(['node_modules/openapi-typescript/bin/cli.js', file, '--output', out], join(root, 'web'));
    return HEADER + readFileSync(out, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args, cwd) {
  const done = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.status !== 0) fail(`The types of the API could not be made: ${done.stderr}`);
  return done.stdout;
}

export const CONSOLE_API = join(root, 'web', 'src', 'api', 'schema.d.ts');
