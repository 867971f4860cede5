import { AppError } from '../core/kernel/index.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { randomSecret } from './crypto.ts';
import { createLogger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { MIGRATIONS_FOLDER, migrate, openDatabase, sql } from './sql/index.ts';

const CONNECTIONS_MAX = 10;

export type OpenedContext = { readonly ctx: Context; close(): Promise<void> };

/** Opens everything a verb needs, with the schema brought up to date; `close` gives it back. */
export async function openContext(config: Config): Promise<OpenedContext> {
  if (config.databaseUrl === undefined) throw new AppError('invalid', 'Set DATABASE_URL.');
  const log = createLogger(config.logLevel);
  const db = openDatabase({
    connectionString: config.databaseUrl,
    connectionsMax: CONNECTIONS_MAX,
    onIdleError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  try {
    await migrate(db, MIGRATIONS_FOLDER);
    const { value } = await db.one<{ value: string }>(sql`
      insert into setting (key, value) values ('secret', to_jsonb(${randomSecret()}::text))
      on conflict (key) do update set value = setting.value
      returning value`);
    const ctx = { db, clock: systemClock, log, config, metrics: createMetrics(), secret: config.secret ?? value };
    return { ctx, close: () => db.close() };
  } catch (error) {
    await db.close();
    throw error;
  }
}
