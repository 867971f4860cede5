#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// In a checkout, as opposed to an installed package, what is missing or out of date is made first.
if (existsSync(join(root, 'src', 'main.ts'))) {
  const { prepare } = await import(pathToFileURL(join(root, 'scripts', 'prepare.mjs')).href);
  prepare();
}
const { main } = await import(pathToFileURL(join(root, 'dist', 'main.js')).href);
process.exitCode = await main(process.argv.slice(2), process.env);
