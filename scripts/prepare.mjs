// Makes a checkout runnable: installs and builds what is missing or out of date, and says so on standard error.
// Uses nothing but Node itself, as it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * `development`: the tools for tests and checks must be there too.
 * `build`: bring dist/ up to date with src/.
 */
export function prepare({ development = false, build = true } = {}) {
  requireNode();
  const stale = build && !isBuilt();
  if (!isInstalled(root, development || stale)) install(root);
  if (stale) compile();
  if (build && !isConsoleBuilt()) buildConsole();
}

export const web = join(root, 'web');

/** Installs exactly what the lock file of `folder` says. */
export function install(folder) {
  say(`Installing packages in ${folder} (npm ci)...`);
  // Under "npm run" this is the npm that runs us; else the one on the path.
  const npm = process.env.npm_execpath;
  // No package needs its scripts here, and npm would only ask about them.
  const flags = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = npm?.endsWith('.js')
    ? run(process.execPath, [npm, ...flags], { cwd: folder })
    : run('npm', flags, { cwd: folder, shell: process.platform === 'win32' });
  if (done !== 0) fail('The packages could not be installed; npm says why above.');
}

/** Whether every package of the lock file is there in its version. Packages for other platforms may be missing. */
export function isInstalled(folder, development = true) {
  const installedFile = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || (entry.dev && !development)) return true;
    const found = installed[path];
    return found ? found.version === entry.version : Boolean(entry.optional || entry.devOptional || entry.peer);
  });
}

const stampFile = join(root, 'dist', '.built-from');
const consoleStampFile = join(root, 'dist', '.console-built-from');

function isBuilt() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint();
}

function compile() {
  say('Building dist/ (tsc)...');
  const from = fingerprint();
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (run(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root }) !== 0)
    fail('The sources do not compile.');
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, from);
}

function isConsoleBuilt() {
  return existsSync(consoleStampFile) && readFileSync(consoleStampFile, 'utf8') === consoleFingerprint();
}

function buildConsole() {
  if (!isInstalled(web)) install(web);
  say('Building the console (vite)...');
  const from = consoleFingerprint();
  const vite = join(web, 'node_modules', 'vite', 'bin', 'vite.js');
  if (run(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: web }) !== 0) {
    fail('The console could not be built.');
  }
  writeFileSync(consoleStampFile, from);
}

/** A hash of everything that the build reads, by content: a copied or freshly cloned folder need not be built again. */
function fingerprint() {
  const sources = filesOf('src').filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return hashOf([...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']);
}

function consoleFingerprint() {
  // What the types are made from leaves no trace in what is built.
  const sources = filesOf('web/src').filter((name) => !name.endsWith('.d.ts') && !name.endsWith('.test.ts'));
  const others = ['index.html', 'vite.config.ts', 'lingui.config.ts', 'package-lock.json'].map((name) => `web/${name}`);
  return hashOf([...sources, ...filesOf('web/public'), ...others]);
}

function filesOf(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function hashOf(names) {
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Carillon needs Node.js 20.19 or newer; this is ${process.version}. See https://nodejs.org`);
}

/** Runs a program with what it prints going to standard error, as standard output is for data; its exit code. */
function run(file, args, options) {
  const done = spawnSync(file, args, { ...options, stdio: ['ignore', 2, 2] });
  if (done.error) say(String(done.error.message));
  return done.status ?? 1;
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

export function fail(text) {
  say(text);
  process.exit(1);
}
