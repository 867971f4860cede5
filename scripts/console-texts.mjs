// Extracts the console's texts and fails when a language lacks one, or when the catalogues are not what the sources say.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, web } from './prepare.mjs';

const folder = join(web, 'src', 'i18n');
const catalogues = () => readdirSync(folder).filter((name) => name.endsWith('.po'));
const hashOf = (name) =>
  createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex');

const before = new Map(catalogues().map((name) => [name, hashOf(name)]));
const lingui = join('node_modules', '@lingui', 'cli', 'dist', 'lingui.js');
const done = spawnSync(process.execPath, [lingui, 'extract', '--clean'], { cwd: web, encoding: 'utf8' });
if (done.status !== 0) fail(done.stdout + done.stderr);

const problems = catalogues().flatMap((name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const missing =
    name === 'en.po' ? [] : [...text.matchAll(/^msgid "(.+)"\nmsgstr ""\n(?!")/gm)].map((match) => match[1]);
  const changed = hashOf(name) === before.get(name) ? [] : ['its texts changed: look at the catalogue and commit it'];
  return [...changed, ...missing.map((text) => `not translated: ${text}`)].map((problem) => `${name}: ${problem}`);
});
if (problems.length > 0) fail(problems.join('\n'));
