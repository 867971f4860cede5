// What the npm scripts do. Each works on a fresh clone by itself; see prepare.mjs.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeConsoleTypes } from './console-types.mjs';
import { fail, install, isInstalled, prepare, root, say, web } from './prepare.mjs';

const commands = { start, demo, test, soak, check, bench, build: () => prepare(), schema, screenshots };
/** As npm start has it: a turn of the engine lives through fewer collections of garbage when there is room for it. */
const MEMORY = ['--max-semi-space-size=64'];
const [name, ...args] = process.argv.slice(2);
const parent = process.ppid;
if (!Object.hasOwn(commands, name)) fail(`Usage: node scripts/run.mjs ${Object.keys(commands).join('|')}`);
process.exitCode = await commands[name]();

function start() {
  return carillon('start', ...args);
}

function demo() {
  return carillon('demo', ...args);
}

/** In this process, so that signals and exit codes need no passing on. */
async function carillon(...argv) {
  prepare();
  stopWithParent();
  const { main } = await import(pathToFileURL(join(root, 'dist', 'main.js')).href);
  return main(argv, process.env);
}

/** npm tells its shell to stop, and the shell ends without telling us: when our parent is gone, we stop in order too. */
function stopWithParent() {
  const look = () => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  };
  const timer = setInterval(look, 500).unref();
}

async function test() {
  prepare({ development: true });
  const folder = mkdtempSync(join(tmpdir(), 'carillon-summary-'));
  const file = join(folder, 'summary.json');
  try {
    const code = await node(['node_modules/vitest/vitest.mjs', 'run', ...args], { CARILLON_TEST_SUMMARY: file });
    return closing(code, existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What takes too long for every change: real processes killed fifty times, and random rules and sets by the thousand. */
async function soak() {
  prepare({ development: true });
  const kill = ['deliveries', 'messages', 'imports', 'campaigns', 'engine'].map((area) => `test/${area}/kill.test.ts`);
  const random = [
    'test/engine/simulation.test.ts',
    'test/rules/agreement.test.ts',
    'test/campaigns/sets.test.ts',
    'test/content/liquid-oracle.test.ts',
  ];
  const environment = {
    CARILLON_KILL_ROUNDS: '50',
    RULES_RUNS: '20000',
    CARILLON_PROPERTY_RUNS: '200',
    ...process.env,
  };
  const timeout = '--testTimeout=7200000';
  return node(
    ['node_modules/vitest/vitest.mjs', 'run', timeout, ...(args.length > 0 ? args : [...kill, ...random])],
    environment,
  );
}

/** The plain last lines: each skipped test with its reason, each failed one with its error, indented, then the counts. */
function closing(code, summary) {
  const nothing = { test: 'vitest', error: 'It ended before it could say what failed.' };
  const { passed, failed, failures, skipped } = summary ?? { passed: 0, failed: 1, failures: [nothing], skipped: [] };
  for (const { test, reason } of skipped) process.stdout.write(`skipped: ${test}: ${reason}\n`);
  for (const { test, error } of failures) process.stdout.write(`failed: ${test}\n${error.replaceAll(/^/gm, '    ')}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
  return code === 0 && failed > 0 ? 1 : code;
}

async function check() {
  prepare({ development: true, build: false });
  if (!isInstalled(web)) install(web);
  const productSteps = [
    ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings']],
    ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
    ['architecture and documents', ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.check.config.ts']],
    ['dead code', ['node_modules/knip/bin/knip.js']],
  ];
  const consoleSteps = [
    ['texts of the console', ['scripts/console-texts.mjs']],
    ['types of the console', ['node_modules/typescript/bin/tsc', '-p', 'web']],
  ];
  const failed = [];
  const inTurn = async (steps) => {
    for (const [title, command] of steps) {
      const started = performance.now();
      const ok = (await node(command)) === 0;
      say(`${ok ? 'ok    ' : 'FAILED'} ${title} (${((performance.now() - started) / 1_000).toFixed(1)} s)`);
      if (!ok) failed.push(title);
    }
  };
  // Two cores are the least that anybody has: the console is checked beside the rest.
  const first = inTurn(productSteps);
  writeConsoleTypes();
  await Promise.all([first, inTurn(consoleSteps)]);
  if (failed.length > 0) say(`Check failed: ${failed.join(', ')}.`);
  return failed.length > 0 ? 1 : 0;
}

function screenshots() {
  prepare({ development: true });
  return node(['scripts/screenshots.mjs']);
}

async function bench() {
  prepare({ development: true, build: false });
  const known = readdirSync(join(root, 'bench'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3));
  if (args.length === 0) {
    process.stdout.write(`${known.join('\n')}\n`);
    return 0;
  }
  const unknown = args.filter((wanted) => !known.includes(wanted));
  if (unknown.length > 0) fail(`No bench named ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  const folder = join(root, 'bench');
  if (args.some(needsMore) && !isInstalled(folder)) install(folder);
  let code = 0;
  for (const wanted of args)
    code = (await node([...MEMORY, '--import', './scripts/typescript.mjs', `bench/${wanted}.ts`])) || code;
  return code;
}

/** What only a bench needs stays out of the product's packages; bench/package.json lists it. */
function needsMore(bench) {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'bench', 'package.json'), 'utf8'));
  const source = readFileSync(join(root, 'bench', `${bench}.ts`), 'utf8');
  return Object.keys(dependencies).some((dependency) => source.includes(dependency));
}

async function schema() {
  prepare({ development: true, build: false });
  return node(['--import', 'tsx', 'test/schema/refresh.ts']);
}

/** Runs Node in the root of the checkout; a signal to us reaches it, and we end when it has. */
function node(argv, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argv, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    const pass = (signal) => child.kill(signal);
    process.on('SIGTERM', pass);
    process.on('SIGINT', pass);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', pass);
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}
