import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { type Clock, manualClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import type { Context } from '../../src/platform/context.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { id, openDatabase, sql } from '../../src/platform/sql/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server's URL without a database name at its end. */
    serverUrl: string;
    /** The migrated, empty database that each test file clones. */
    templateDatabase: string;
  }
}

/** Where virtual time starts in tests. */
export const TEST_START = Date.parse('2026-03-02T09:00:00Z');

export type TestContext = Context & {
  readonly clock: ReturnType<typeof manualClock>;
  readonly databaseUrl: string;
  /** Drops the clone; call it in `afterAll`. */
  close(): Promise<void>;
};

/** A context over a fresh clone of the migrated database, with a clock that stands still at `TEST_START`. */
export async function createTestContext(options: { clock?: Clock } = {}): Promise<TestContext> {
  const name = `carillon_test_${randomBytes(6).toString('hex')}`;
  await onServer((db) => db.execute(sql`create database ${id(name)} template ${id(inject('templateDatabase'))}`));
  const databaseUrl = databaseUrlOf(name);
  const db = openDatabase({ connectionString: databaseUrl, connectionsMax: 10 });
  return {
    db,
    clock: (options.clock ?? manualClock(TEST_START)) as ReturnType<typeof manualClock>,
    log: silentLogger,
    config: readConfig({ DATABASE_URL: databaseUrl }),
    metrics: createMetrics(),
    signals: createSignals(),
    secret: 'a secret that only tests know',
    databaseUrl,
    async close() {
      await db.close();
      await onServer((admin) => admin.execute(sql`drop database if exists ${id(name)} with (force)`));
    },
  };
}

/** The server's URL with a database name put in place of its own. */
export function databaseUrlOf(name: string, serverUrl: string = inject('serverUrl')): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

async function onServer<T>(work: (db: ReturnType<typeof openDatabase>) => Promise<T>): Promise<T> {
  const db = openDatabase({ connectionString: databaseUrlOf('postgres'), connectionsMax: 1 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
