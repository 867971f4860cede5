import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, verbatim } from '../../core/kernel/index.ts';
import type { Database, Queryable } from './database.ts';
import { raw, sql } from './sql.ts';

/** Two starters at once take turns: the second finds nothing left to do. */
const MIGRATION_LOCK = 7_301_001;
const VERSION_MIN = 150_000;

/** The migrations that come with this build; the same place seen from `src` and from `dist`. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));

export type MigrationReport = { readonly applied: readonly string[]; readonly serverVersion: string };

/**
 * Brings the schema up to date by running, in order, each numbered `.sql` file of `folder` not yet recorded; all in one transaction.
 * @throws AppError `unavailable` when the server is older than PostgreSQL 15, `conflict` when a recorded file has changed since.
 */
export async function migrate(db: Database, folder: string): Promise<MigrationReport> {
  const server = await db.one<{ number: number; text: string }>(
    sql`select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
  );
  if (server.number < VERSION_MIN) {
    throw new AppError(
      'unavailable',
      verbatim(`Carillon needs PostgreSQL 15 or newer; this server is ${server.text}.`),
    );
  }
  const names = await migrationsOf(folder);
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await tx.execute(sql`create table if not exists migration (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
    const recorded = new Map(
      (await tx.query<{ name: string; checksum: string }>(sql`select name, checksum from migration`)).map((row) => [
        row.name,
        row.checksum,
      ]),
    );
    const applied: string[] = [];
    for (const name of names) {
      const text = await readFile(joinPath(folder, name), 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      const before = recorded.get(name);
      if (before === checksum) continue;
      if (before) {
        throw new AppError(
          'conflict',
          verbatim(
            `Migration ${name} was changed after it had been applied: this database was made by another build of Carillon. Use that build, or an empty database (CARILLON_DATA_DIR or DATABASE_URL).`,
          ),
        );
      }
      await tx.execute(raw(text));
      await tx.execute(sql`insert into migration (name, checksum) values (${name}, ${checksum})`);
      applied.push(name);
    }
    return { applied, serverVersion: server.text };
  });
}

async function migrationsOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => /^\d{4}.*\.sql$/.test(name)).sort();
}

/** The migrations of this build that the database does not have yet; all of them on a database never migrated. */
export async function pendingMigrations(db: Queryable, folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  const names = await migrationsOf(folder);
  const known = await db.one<{ found: boolean }>(sql`select to_regclass('migration') is not null as found`);
  if (!known.found) return names;
  const recorded = await db.query<{ name: string }>(sql`select name from migration`);
  return names.filter((name) => !recorded.some((row) => row.name === name));
}
