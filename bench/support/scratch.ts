import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/platform/clock.ts';
import { readConfig } from '../../src/platform/config.ts';
import type { Context } from '../../src/platform/context.ts';
import { createLogger } from '../../src/platform/log.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { startPostgres } from '../../src/platform/postgres/index.ts';
import { createSignals } from '../../src/platform/signals.ts';
import { migrate, openDatabase } from '../../src/platform/sql/index.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

export type Scratch = {
  readonly ctx: Context;
  readonly databaseUrl: string;
  /** A folder for files of the bench; removed at the end. */
  readonly folder: string;
};

/**
 * Runs `work` over an empty, migrated database on an embedded server with the settings that the product uses (durable),
 * in a temporary folder that is removed afterwards, also when the bench fails.
 */
export async function withScratch<T>(work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-bench-'));
  await chmod(folder, 0o711);
  const log = createLogger('warn');
  try {
    const server = await startPostgres({ dataDir: join(folder, 'data'), log });
    try {
      const db = openDatabase({ connectionString: server.url, connectionsMax: 20 });
      try {
        await migrate(db, MIGRATIONS);
        const config = readConfig({ DATABASE_URL: server.url, CARILLON_DATA_DIR: join(folder, 'data') });
        const ctx: Context = {
          db,
          clock: systemClock,
          log,
          config,
          metrics: createMetrics(),
          signals: createSignals(),
          secret: 'bench bench bench',
        };
        return await work({ ctx, databaseUrl: server.url, folder });
      } finally {
        await db.close();
      }
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
