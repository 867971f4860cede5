import { AppError, verbatim } from '../core/kernel/index.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { randomSecret } from './crypto.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { startPostgres } from './postgres/index.ts';
import { createSignalWire } from './signal-wire.ts';
import { createSignals } from './signals.ts';
import { type Database, MIGRATIONS_FOLDER, type MigrationReport, migrate, openDatabase, sql } from './sql/index.ts';

export type OpenedContext = {
  readonly ctx: Context;
  readonly migration: MigrationReport;
  /** Where the database is, for other processes on this machine. */
  readonly databaseUrl: string;
  close(): Promise<void>;
};

export type OpenOptions = {
  /** 10 suit a command; a server with all its roles wants more. */
  readonly connectionsMax?: number;
  readonly log?: Logger;
  /** Whether it works on what other processes put into tables, and is to hear of it from them. */
  readonly listens?: boolean;
  /** The system's unless told otherwise. */
  readonly clock?: Clock;
  /** Told when the embedded server is gone; an external one may come back, so connections to it are simply tried again. */
  readonly onDatabaseLost?: (error: AppError) => void;
};

/**
 * Opens everything a verb needs, with the schema brought up to date: the database that DATABASE_URL names, or the embedded
 * one. `close` gives it back. @throws AppError `unavailable` when there is no database to be had.
 */
export async function openContext(config: Config, options: OpenOptions = {}): Promise<OpenedContext> {
  const log = options.log ?? createLogger(config.logLevel);
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  try {
    let connectionString = config.databaseUrl;
    if (connectionString === undefined) {
      const { onDatabaseLost: onLost } = options;
      const server = await startPostgres({ dataDir: config.dataDir, log, ...(onLost && { onLost }) });
      closers.push(server.stop);
      connectionString = server.url;
    }
    const db = openDatabase({
      connectionString,
      connectionsMax: options.connectionsMax ?? 10,
      onIdleError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
    });
    closers.push(db.close);
    const migration = await migrate(db, MIGRATIONS_FOLDER).catch((error) => {
      throw unreachable(error, connectionString);
    });
    const { applied } = migration;
    if (applied.length > 0) log.info({ applied }, 'the schema was brought up to date');
    const wire = createSignalWire({ db, connectionString, listens: options.listens ?? false });
    closers.push(wire.close);
    const secret = config.secret ?? (await keptSecret(db));
    const ctx = {
      db,
      clock: options.clock ?? systemClock,
      log,
      config,
      metrics: createMetrics(),
      signals: createSignals(wire),
      secret,
    };
    return { ctx, migration, databaseUrl: connectionString, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The secret that was made when Carillon first started without CARILLON_SECRET; the first of several starters wins. */
async function keptSecret(db: Database): Promise<string> {
  const { value } = await db.one<{ value: string }>(sql`
    insert into setting (key, value) values ('secret', to_jsonb(${randomSecret()}::text))
    on conflict (key) do update set value = setting.value
    returning value`);
  return value;
}

/** Says which server could not be reached, without its password. */
function unreachable(error: unknown, connectionString: string): unknown {
  const { code, message } = error as { code?: string; message?: string };
  const isNetwork = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT' || code === 'ENOENT';
  // SQLSTATE classes: 08 connection, 28 authorisation, 3D no such database, 57P03 cannot connect now.
  const isRefusal = /^(08|28|3D|57P03)/.test(code ?? '');
  if (!isNetwork && !isRefusal) return error;
  const shown = URL.canParse(connectionString) ? withoutPassword(connectionString) : 'DATABASE_URL';
  return new AppError('unavailable', verbatim(`PostgreSQL at ${shown} cannot be used: ${message || code}.`), {
    cause: error,
  });
}

function withoutPassword(connectionString: string): string {
  const url = new URL(connectionString);
  url.password = '';
  return url.toString();
}
