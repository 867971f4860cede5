// Owns: the life of the embedded server - who starts it, who reuses it, who stops it.
// Does not own: the schema, or what runs on the server.
// Invariants:
//   P1 Starting and stopping take the lock file, so they never overlap, whatever processes do it.
//   P2 Every process that uses the server holds a shared advisory lock while it does; it ends with the process.
//   P3 The server is stopped by its last user and by nobody else. A user that was killed no longer counts.
import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, verbatim } from '../../core/kernel/index.ts';
import type { Logger } from '../log.ts';
import { isAlive, takeLock } from '../process-lock.ts';
import { type Database, id, openDatabase, sql } from '../sql/index.ts';
import { chooseAccount, commandFor } from './account.ts';
import { findBinaries } from './binaries.ts';
import { chooseEndpoint, ensureCluster, type Layout, layoutOf, urlOf, writeSettings } from './cluster.ts';
import { findPostmaster, type Postmaster, removeDeadPidFile } from './postmaster.ts';
import { type ServerSettings, thisMachine, tune } from './settings.ts';

export type StartOptions = {
  /** An absolute path; the server's files go into `postgres*` under it. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Settings that replace the tuned ones; for scratch servers of tests. */
  readonly settings?: ServerSettings;
  /** Told when the server ends although nobody here stopped it. Nothing committed is lost; the next start recovers it. */
  readonly onLost?: (error: AppError) => void;
};

export type PostgresServer = {
  /** A database of its own on the server. */
  readonly url: string;
  /** Whether this call started the server; false when it found one running. */
  readonly owned: boolean;
  readonly pid: number;
  /** Gives the server up. It shuts down when nobody else uses it. */
  stop(): Promise<void>;
};

const DATABASE = 'carillon';
const LOCK_WAIT_MS = 300_000;
const POLL_MS = 20;
const WATCH_MS = 3_000;
const LOG_BYTES_MAX = 10_000_000;
/** The shared advisory lock of invariant P2. */
const USER_LOCK = 7_301_002;

/**
 * Starts the embedded PostgreSQL over `dataDir`, or joins the one that already runs there.
 * @throws AppError `unavailable` saying what PostgreSQL said, when it cannot be started.
 */
export async function startPostgres(options: StartOptions): Promise<PostgresServer> {
  const layout = layoutOf(options.dataDir);
  try {
    await mkdir(options.dataDir, { recursive: true });
    return await locked(layout, async () => {
      const running = await settled(layout, options.log);
      const postmaster = running ?? (await launch(layout, options));
      const presence = await join(layout, postmaster);
      const unwatch = watch(layout, postmaster, options.onLost);
      return {
        url: await urlOf(layout, postmaster.endpoint, DATABASE),
        owned: running === undefined,
        pid: postmaster.pid,
        stop: once(() => {
          unwatch();
          return leave(layout, postmaster, presence, options.log);
        }),
      };
    });
  } catch (error) {
    throw explained(error, options.dataDir);
  }
}

async function locked<T>(layout: Layout, work: () => Promise<T>): Promise<T> {
  const lock = await takeLock(layout.lock, LOCK_WAIT_MS);
  if ('heldBy' in lock) {
    throw new AppError(
      'unavailable',
      verbatim(`Process ${lock.heldBy} has been starting or stopping this server for too long.`),
    );
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** The running server once it is ready; undefined when none runs or when the one that did has stopped. */
async function settled(layout: Layout, log: Logger): Promise<Postmaster | undefined> {
  let told = performance.now();
  for (;;) {
    const postmaster = await findPostmaster(layout);
    if (!postmaster || postmaster.status === 'ready') return postmaster;
    if (performance.now() - told > 5_000) {
      told = performance.now();
      log.info({ pid: postmaster.pid, status: postmaster.status }, 'waiting for PostgreSQL; it may be recovering');
    }
    await pause(POLL_MS);
  }
}

async function launch(layout: Layout, options: StartOptions): Promise<Postmaster> {
  const binaries = await findBinaries();
  const account = await chooseAccount(binaries.postgres, layout.cluster);
  await ensureCluster(layout, binaries, account);
  await removeDeadPidFile(layout);
  await writeSettings(layout, { ...tune(thisMachine()), ...options.settings }, await chooseEndpoint(layout));

  const output = await openLog(layout);
  const command = commandFor(account, binaries.postgres, ['-D', layout.cluster]);
  // A session of its own: Ctrl-C in the terminal is for Carillon, which then stops the server in order.
  const child = spawn(command.file, [...command.args], {
    ...command.options,
    detached: true,
    cwd: '/',
    stdio: ['ignore', output.fd, output.fd],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
  child.unref();
  await output.close();

  let failure: string | undefined;
  void ended.then((reason) => {
    failure = reason;
  });
  for (;;) {
    if (failure !== undefined) {
      throw new AppError('unavailable', verbatim(`PostgreSQL did not start: ${failure}.\n${await logTail(layout)}`));
    }
    const postmaster = await findPostmaster(layout);
    if (postmaster?.status === 'ready' && postmaster.pid === child.pid) {
      options.log.info({ pid: postmaster.pid, folder: layout.cluster }, 'PostgreSQL started');
      return postmaster;
    }
    await pause(POLL_MS);
  }
}

/** Looks after the process itself, which works for a server that somebody else started as well. */
function watch(layout: Layout, postmaster: Postmaster, onLost: StartOptions['onLost']): () => void {
  const look = async () => {
    if (await isAlive(postmaster.pid)) return;
    clearInterval(timer);
    const message = `PostgreSQL (process ${postmaster.pid}) ended although nobody stopped it.\n${await logTail(layout)}`;
    onLost?.(new AppError('unavailable', verbatim(message)));
  };
  const timer = setInterval(() => void look(), WATCH_MS).unref();
  return () => clearInterval(timer);
}

type Presence = {
  /** Gives up our share; true when nobody else has one. */
  leave(): Promise<boolean>;
};

async function join(layout: Layout, postmaster: Postmaster): Promise<Presence> {
  const db = openDatabase({
    connectionString: await urlOf(layout, postmaster.endpoint, 'postgres'),
    connectionsMax: 1,
    applicationName: 'carillon presence',
  });
  await ensureDatabase(db);
  let depart = (): void => undefined;
  const departing = new Promise<void>((resolve) => {
    depart = resolve;
  });
  let arrived = (): void => undefined;
  const present = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const alone = db.session(async (session) => {
    await session.execute(sql`select pg_advisory_lock_shared(${USER_LOCK})`);
    arrived();
    await departing;
    await session.execute(sql`select pg_advisory_unlock_shared(${USER_LOCK})`);
    return (await session.one<{ alone: boolean }>(sql`select pg_try_advisory_lock(${USER_LOCK}) as alone`)).alone;
  });
  // A failure after arrival is looked at when we leave.
  alone.catch(() => undefined);
  await Promise.race([present, alone]);
  return {
    async leave() {
      depart();
      try {
        return await alone;
      } catch {
        // Our connection was lost, so the server went down under us: its users, if any, have new connections.
        return false;
      } finally {
        await db.close();
      }
    },
  };
}

async function ensureDatabase(db: Database): Promise<void> {
  const found = await db.maybeOne(sql`select 1 as found from pg_database where datname = ${DATABASE}`);
  if (!found) await db.execute(sql`create database ${id(DATABASE)}`);
}

async function leave(layout: Layout, postmaster: Postmaster, presence: Presence, log: Logger): Promise<void> {
  await locked(layout, async () => {
    if (!(await presence.leave())) return;
    // SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint.
    process.kill(postmaster.pid, 'SIGINT');
    while (await isAlive(postmaster.pid)) await pause(POLL_MS);
    log.info({ pid: postmaster.pid }, 'PostgreSQL stopped');
  });
}

async function openLog(layout: Layout) {
  const size = (await stat(layout.log).catch(() => undefined))?.size ?? 0;
  if (size > LOG_BYTES_MAX) await rename(layout.log, `${layout.log}.1`);
  return open(layout.log, 'a', 0o600);
}

async function logTail(layout: Layout): Promise<string> {
  const text = await readFile(layout.log, 'utf8').catch(() => '');
  return `The end of ${layout.log}:\n${text.trimEnd().split('\n').slice(-15).join('\n')}`;
}

function explained(error: unknown, dataDir: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `${path ?? dataDir} belongs to another account, so the embedded PostgreSQL cannot be used from this one.`;
    return new AppError('unavailable', verbatim(`${message} Set CARILLON_DATA_DIR to a folder of your own.`), {
      cause: error,
    });
  }
  if (code === 'ENOSPC') {
    return new AppError('unavailable', verbatim(`The disk that holds ${dirname(path ?? dataDir)} is full.`), {
      cause: error,
    });
  }
  return error;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
