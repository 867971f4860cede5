// Writes the types of the control API for the console, from the document that the server itself serves.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, root, web } from './prepare.mjs';

/** Writes web/src/api/schema.d.ts, which is not kept: it follows from the routes. */
export function writeConsoleTypes() {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-openapi-'));
  try {
    const document = run(['node_modules/tsx/dist/cli.mjs', 'scripts/print-openapi.ts'], root);
    const file = join(folder, 'openapi.json');
    writeFileSync(file, document);
    run(['node_modules/openapi-typescript/bin/cli.js', file, '--output', 'src/api/schema.d.ts'], web);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args, cwd) {
  const done = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  // Who was killed has said nothing.
  const why = done.stderr || done.error?.message || `${args[0]} ended with ${done.signal ?? done.status}.`;
  if (done.status !== 0) fail(`The types of the API could not be made: ${why}`);
  return done.stdout;
}
