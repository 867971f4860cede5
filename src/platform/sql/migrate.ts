import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { AppError } from '../../core/kernel/index.ts';
import type { Database } from './database.ts';
import { raw, sql } from './sql.ts';

/** Two starters at once take turns: the second finds nothing left to do. */
const MIGRATION_LOCK = 7_301_001;
const VERSION_MIN = 150_000;

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
    throw new AppError('unavailable', `Carillon needs PostgreSQL 15 or newer; this server is ${server.text}.`);
  }
  const names = (await readdir(folder)).filter((name) => /^\d{4}.*\.sql$/.test(name)).sort();
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
      if (before) throw new AppError('conflict', `Migration ${name} was changed after it had been applied.`);
      await tx.execute(raw(text));
      await tx.execute(sql`insert into migration (name, checksum) values (${name}, ${checksum})`);
      applied.push(name);
    }
    return { applied, serverVersion: server.text };
  });
}
