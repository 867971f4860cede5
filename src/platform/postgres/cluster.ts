import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { AppError, verbatim } from '../../core/kernel/index.ts';
import { randomSecret } from '../crypto.ts';
import { type Account, commandFor, giveTo } from './account.ts';
import type { Binaries } from './binaries.ts';
import { renderSettings, type ServerSettings } from './settings.ts';

/** Where everything of the embedded server lies. Only `cluster` belongs to the account that the server runs as. */
export type Layout = {
  readonly cluster: string;
  readonly password: string;
  readonly lock: string;
  readonly log: string;
};

export function layoutOf(dataDir: string): Layout {
  return {
    cluster: join(dataDir, 'postgres'),
    password: join(dataDir, 'postgres.password'),
    lock: join(dataDir, 'postgres.lock'),
    log: join(dataDir, 'postgres.log'),
  };
}

const SUPERUSER = 'carillon';
/**
 * A new segment of the log is filled with zeros and flushed while every commit waits for it: 16 MB, the default, stop them for a tenth of
 * a second, 1 MB for as long as a flush or two.
 */
const LOG_SEGMENT_MB = 1;

/** Makes the cluster unless it exists. One that was interrupted half-way is made again: it gets its name when complete. */
export async function ensureCluster(layout: Layout, binaries: Binaries, account: Account): Promise<void> {
  if (await stat(join(layout.cluster, 'PG_VERSION')).catch(() => undefined)) {
    await checkVersion(layout, binaries, account);
    await giveTo(account, layout.cluster);
    return;
  }
  const building = `${layout.cluster}.building`;
  const passwordCopy = `${layout.password}.copy`;
  try {
    const password = randomSecret();
    await writeFile(layout.password, password, { mode: 0o600 });
    await rm(building, { recursive: true, force: true });
    await mkdir(building, { mode: 0o700 });
    await giveTo(account, building);
    // The server's account must read the password once, and cannot read ours.
    await writeFile(passwordCopy, password, { mode: 0o600 });
    await giveTo(account, passwordCopy);
    await run(account, binaries.initdb, [
      `--pgdata=${building}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordCopy}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order and case rules on every machine, whatever its own locales are.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--wal-segsize=${LOG_SEGMENT_MB}`,
    ]);
    await rename(building, layout.cluster);
  } finally {
    await rm(passwordCopy, { force: true });
  }
}

/** A server of another major version cannot read the files: say so before it prints something cryptic. */
async function checkVersion(layout: Layout, binaries: Binaries, account: Account): Promise<void> {
  const made = (await readFile(join(layout.cluster, 'PG_VERSION'), 'utf8')).trim();
  const has = /\d+/.exec(await run(account, binaries.postgres, ['--version']))?.[0] ?? made;
  if (made === has) return;
  throw new AppError(
    'unavailable',
    verbatim(
      `${layout.cluster} was made by PostgreSQL ${made}; the embedded server is now ${has}. ` +
        'Run the earlier Carillon to export the data with pg_dump, or set DATABASE_URL.',
    ),
  );
}

export type Endpoint = { readonly socketFolder: string } | { readonly port: number };

/** A socket's path must fit into the kernel's structure of 104 (macOS) or 108 bytes, with its end. */
const SOCKET_PATH_BYTES_MAX = 103;

/** Where the next server will listen: a Unix socket in its own folder, or a free loopback port. */
export async function chooseEndpoint(layout: Layout): Promise<Endpoint> {
  const socket = join(layout.cluster, '.s.PGSQL.5432');
  if (process.platform !== 'win32' && Buffer.byteLength(socket) <= SOCKET_PATH_BYTES_MAX) {
    return { socketFolder: layout.cluster };
  }
  return { port: await freePort() };
}

export async function writeSettings(layout: Layout, settings: ServerSettings, endpoint: Endpoint): Promise<void> {
  const listen =
    'port' in endpoint
      ? { listen_addresses: '127.0.0.1', port: endpoint.port, unix_socket_directories: '' }
      : { listen_addresses: '', port: 5432, unix_socket_directories: endpoint.socketFolder };
  await writeFile(join(layout.cluster, 'postgresql.conf'), renderSettings({ ...settings, ...listen }));
}

/** The URL of a database on the server; the password comes from the file that only we can read. */
export async function urlOf(layout: Layout, endpoint: Endpoint, database: string): Promise<string> {
  const password = (await readFile(layout.password, 'utf8')).trim();
  const host = 'port' in endpoint ? `127.0.0.1:${endpoint.port}` : `${encodeURIComponent(endpoint.socketFolder)}:5432`;
  return `postgres://${SUPERUSER}:${password}@${host}/${database}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No port.')),
      );
    });
  });
}

/** Runs a program to its end; its output. @throws AppError `unavailable` with what it printed. */
function run(account: Account, file: string, args: readonly string[]): Promise<string> {
  const command = commandFor(account, file, args);
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, [...command.args], { ...command.options, stdio: 'pipe', cwd: '/' });
    let output = '';
    const collect = (data: Buffer) => {
      output = (output + data.toString()).slice(-OUTPUT_CHARACTERS_MAX);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) =>
      reject(new AppError('unavailable', verbatim(`${file} cannot be run: ${error.message}`), { cause: error })),
    );
    child.once('close', (code) => {
      if (code === 0) return resolve(output);
      const end = output.trim().split('\n').slice(-8).join('\n');
      reject(
        new AppError(
          'unavailable',
          verbatim(`PostgreSQL's ${basename(file)} ended with code ${code}. It said:\n${end}`),
        ),
      );
    });
  });
}

const OUTPUT_CHARACTERS_MAX = 4_000;
