import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../src/platform/log.ts';
import { type PostgresServer, startPostgres } from '../../src/platform/postgres/index.ts';
import { isAlive } from '../../src/platform/process-lock.ts';
import { openDatabase, type Sql, sql } from '../../src/platform/sql/index.ts';

// Servers are made from nothing, on machines that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const SETTINGS = { shared_buffers: '32MB', max_connections: 20 };
const folders: string[] = [];
const servers: PostgresServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop().catch(() => undefined);
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function makeFolder(mode = 0o711): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-pg-'));
  await chmod(folder, mode);
  folders.push(folder);
  return folder;
}

async function start(dataDir: string, settings: Record<string, string | number> = {}): Promise<PostgresServer> {
  const server = await startPostgres({ dataDir, log: silentLogger, settings: { ...SETTINGS, ...settings } });
  servers.push(server);
  return server;
}

async function ask<Row extends object>(url: string, statement: Sql): Promise<Row> {
  const db = openDatabase({ connectionString: url, connectionsMax: 1 });
  try {
    return await db.one<Row>(statement);
  } finally {
    await db.close();
  }
}

async function gone(pid: number): Promise<void> {
  while (await isAlive(pid)) await pause(20);
}

test('who comes second joins the running server, and the last one out stops it', async () => {
  const folder = await makeFolder();
  const [first, second] = await Promise.all([start(folder), start(folder)]);
  expect([first.owned, second.owned].filter(Boolean)).toHaveLength(1);
  expect(second.pid).toBe(first.pid);

  const owner = first.owned ? first : second;
  const guest = first.owned ? second : first;
  await owner.stop();
  expect(await ask(guest.url, sql`select 1 as one`)).toEqual({ one: 1 });
  await guest.stop();
  expect(await isAlive(first.pid)).toBe(false);
});

test('data behind symbolic links are started, joined and stopped like others', async () => {
  const folder = await makeFolder();
  const elsewhere = await makeFolder();
  await (await start(elsewhere)).stop();
  await symlink(elsewhere, join(folder, 'data'));
  const first = await start(join(folder, 'data'));
  const second = await start(join(folder, 'data'));
  expect({ pid: second.pid, owned: second.owned }).toEqual({ pid: first.pid, owned: false });
});

test('a killed server recovers everything that was committed', async () => {
  const folder = await makeFolder();
  const before = await start(folder);
  await ask(before.url, sql`with made as (select 1) select count(*) as n from made`);
  const db = openDatabase({ connectionString: before.url, connectionsMax: 1 });
  await db.execute(sql`create table kept as select generate_series(1, 1000) as n`);
  await db.close();
  process.kill(before.pid, 'SIGKILL');
  await gone(before.pid);

  const after = await start(folder);
  expect(after.owned).toBe(true);
  expect(await ask(after.url, sql`select count(*) as n from kept`)).toEqual({ n: 1_000 });
});

test('a pid file left by a reboot does not stop a start, even when its number now belongs to another process', async () => {
  const folder = await makeFolder();
  await (await start(folder)).stop();
  const file = join(folder, 'postgres', 'postmaster.pid');
  await writeFile(file, `${process.pid}\n${join(folder, 'postgres')}\n1\n5432\n\n\n  1 1\nready   \n`);
  expect((await start(folder)).owned).toBe(true);
});

test('a server whose starter was killed is taken over and stopped by the next one', async () => {
  const folder = await makeFolder();
  const script = `const { startPostgres } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/platform/postgres/index.ts'))});
    const { silentLogger } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/platform/log.ts'))});
    await startPostgres({ dataDir: ${JSON.stringify(folder)}, log: silentLogger, settings: ${JSON.stringify(SETTINGS)} });
    process.kill(process.pid, 'SIGKILL');`;
  expect(() =>
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'ignore' }),
  ).toThrow();
  const server = await start(folder);
  expect(server.owned).toBe(false);
  await server.stop();
  expect(await isAlive(server.pid)).toBe(false);
});

test('nobody gets in without the password, and only the owner of the folder can read it', async () => {
  const folder = await makeFolder();
  const server = await start(folder);
  const url = new URL(server.url);
  url.password = 'wrong';
  await expect(ask(url.toString(), sql`select 1 as one`)).rejects.toThrow(/password authentication failed/);
  expect((await stat(join(folder, 'postgres.password'))).mode & 0o077).toBe(0);
  expect((await stat(join(folder, 'postgres'))).mode & 0o077).toBe(0);
});

test('a path too long for a socket gets a port on the loopback interface, with a password', async () => {
  const folder = join(await makeFolder(), 'long'.repeat(30));
  const server = await start(folder);
  const url = new URL(server.url);
  expect(url.hostname).toBe('127.0.0.1');
  expect(await ask(server.url, sql`select 1 as one`)).toEqual({ one: 1 });
  url.password = '';
  await expect(ask(url.toString(), sql`select 1 as one`)).rejects.toThrow(/password/);
});

test('a server that cannot start says what PostgreSQL said', async () => {
  const folder = await makeFolder();
  await expect(start(folder, { shared_buffers: 'plenty' })).rejects.toThrow(
    /did not start[\s\S]*invalid value for parameter "shared_buffers": "plenty"/,
  );
});

test('a full disk is named, and a start with room makes the cluster', async (context) => {
  const folder = await makeFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=25m,mode=711', 'none', folder], { stdio: 'ignore' });
  } catch {
    context.skip('needs the right to mount a small disk');
  }
  try {
    await expect(start(folder)).rejects.toThrow(/No space left on device/);
    execFileSync('mount', ['-o', 'remount,size=200m', folder]);
    expect(await ask((await start(folder)).url, sql`select 1 as one`)).toEqual({ one: 1 });
  } finally {
    for (const server of servers.splice(0)) await server.stop();
    execFileSync('umount', [folder]);
  }
});

test('an interrupted first start is made again from the beginning', async () => {
  const folder = await makeFolder();
  await (await start(folder)).stop();
  // What a kill in the middle of initdb leaves: the unfinished folder, and none with the final name.
  execFileSync('mv', [join(folder, 'postgres'), join(folder, 'postgres.building')]);
  await rm(join(folder, 'postgres.building', 'PG_VERSION'));
  const server = await start(folder);
  expect(await ask(server.url, sql`select 1 as one`)).toEqual({ one: 1 });
});

test('durability is on and the memory of the machine is used', async () => {
  const folder = await makeFolder();
  const server = await startPostgres({ dataDir: folder, log: silentLogger });
  servers.push(server);
  const settings = await ask(
    server.url,
    sql`select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
      current_setting('jit') as jit, pg_size_bytes(current_setting('shared_buffers')) / 1048576 as buffers_mb`,
  );
  expect(settings).toMatchObject({ fsync: 'on', commit: 'on', jit: 'off' });
  expect((settings as { buffers_mb: number }).buffers_mb).toBeGreaterThanOrEqual(128);
});

test('root can run it in a folder that nobody else may enter', async (context) => {
  if (process.getuid?.() !== 0) context.skip('not root');
  const folder = await makeFolder(0o700);
  const server = await start(folder);
  expect(await ask(server.url, sql`select 1 as one`)).toEqual({ one: 1 });
  expect(await readFile(join(folder, 'postgres.log'), 'utf8')).toContain('ready to accept connections');
});
