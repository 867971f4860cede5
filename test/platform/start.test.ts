import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type CarillonProcess, spawnCarillon } from '../support/carillon-process.ts';

// Each test starts real processes, several of them one after the other, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const WAIT = { timeout: 120_000, interval: 100 };
const READY = /Carillon is ready at (http:\S+)/;
const folders: string[] = [];
const processes: CarillonProcess[] = [];

afterEach(async () => {
  for (const carillon of processes.splice(0)) {
    carillon.kill('SIGTERM');
    await carillon.ended;
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-start-'));
  await chmod(folder, 0o711);
  folders.push(folder);
  return folder;
}

function start(
  dataDir: string,
  environment: Record<string, string> = {},
  account: { uid?: number; gid?: number } = {},
) {
  const carillon = spawnCarillon(['start'], { PORT: '0', CARILLON_DATA_DIR: dataDir, ...environment }, account);
  processes.push(carillon);
  return carillon;
}

const urlOf = async (carillon: CarillonProcess) => (await carillon.printed(READY))[1] ?? '';

test('it starts over an empty folder, answers, and stops in order when told', async () => {
  const carillon = start(await makeFolder());
  const url = await urlOf(carillon);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_resident_memory_bytes');
  carillon.kill('SIGTERM');
  expect(await carillon.ended).toBe(0);
  expect(carillon.output().err).toContain('PostgreSQL stopped');
});

test('a second start over the same folder names the process that runs, and leaves it alone', async () => {
  const folder = await makeFolder();
  const first = start(folder);
  const url = await urlOf(first);
  const second = start(folder);
  expect(await second.ended).toBe(1);
  expect(second.output().err).toContain(`as process ${first.child.pid}`);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('after kill -9 the next start takes over', async () => {
  const folder = await makeFolder();
  const first = start(folder);
  await urlOf(first);
  first.kill('SIGKILL');
  await first.ended;
  const second = start(folder);
  expect((await fetch(`${await urlOf(second)}/readyz`)).status).toBe(200);
});

test('when its database dies it says so and ends; the next start recovers', async () => {
  const folder = await makeFolder();
  const first = start(folder);
  await urlOf(first);
  process.kill(Number((await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]), 'SIGKILL');
  expect(await first.ended).toBe(1);
  expect(first.output().err).toContain('ended although nobody stopped it');
  const second = start(folder);
  expect((await fetch(`${await urlOf(second)}/readyz`)).status).toBe(200);
});

test('with CARILLON_WORKERS there are more processes, which come back when they are killed and end with the first', async () => {
  const carillon = start(await makeFolder(), { CARILLON_WORKERS: '2' });
  await urlOf(carillon);
  const workersOf = () =>
    execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(carillon.child.pid)], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('bin/carillon.mjs start'))
      .map((line) => Number.parseInt(line, 10));
  const ready = () => carillon.output().err.match(/"roles":\["engine","delivery"\],"msg":"ready"/g)?.length ?? 0;
  await vi.waitUntil(() => ready() === 1, WAIT);
  const [first, ...others] = workersOf();
  expect(others).toEqual([]);
  process.kill(first ?? 0, 'SIGKILL');
  await vi.waitUntil(() => ready() === 2, WAIT);
  const [second] = workersOf();
  expect(second).not.toBe(first);
  carillon.kill('SIGKILL');
  await carillon.ended;
  await vi.waitUntil(() => !isAlive(second ?? 0), WAIT);
});

test('a port that is taken is named', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  const carillon = start(await makeFolder(), { PORT: String(port) });
  expect(await carillon.ended).toBe(1);
  expect(carillon.output().err).toContain(`127.0.0.1:${port}`);
  taken.close();
});

test('a database that cannot be reached is named, without its password', async () => {
  const carillon = start(await makeFolder(), { DATABASE_URL: 'postgres://u:hush@127.0.0.1:1/none' });
  expect(await carillon.ended).toBe(1);
  expect(carillon.output().err).toContain('127.0.0.1:1/none');
  expect(carillon.output().err).not.toContain('hush');
});

test('an ordinary user can run it', async (context) => {
  if (process.getuid?.() !== 0) context.skip('the tests themselves run as an ordinary user');
  const account = { uid: idOf('-u'), gid: idOf('-g') };
  if (!canEnter(account)) context.skip('this checkout lies where no other user may enter');
  const folder = await makeFolder();
  await chown(folder, account.uid, account.gid);
  const carillon = start(folder, {}, account);
  expect((await fetch(`${await urlOf(carillon)}/readyz`)).status).toBe(200);
});

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
}

function canEnter(account: { uid: number; gid: number }): boolean {
  try {
    execFileSync(process.execPath, ['-e', 'require("fs").readdirSync("node_modules/pg")'], {
      ...account,
      cwd: join(import.meta.dirname, '../..'),
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
