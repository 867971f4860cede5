import type { Mapping, Reject } from '../../core/imports/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { id, join, type Queryable, raw, type Sql, sql } from '../../platform/sql/index.ts';

/** Two-part advisory locks: an importer that lives holds (this, import id). */
const IMPORT_LOCK = 7_301_002;

export type ImportCounts = {
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly rejected: number;
};

export type ImportRun = {
  readonly import_id: number;
  readonly target: string;
  readonly file_name: string;
  readonly state: 'staging' | 'merging' | 'finished' | 'failed';
  readonly dry_run: boolean;
  readonly counts: Partial<ImportCounts>;
  readonly error: string | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
};

type NewImport = { target: string; fileName: string; dryRun: boolean; mapping: Mapping; now: Instant };

/** A new import, held by the session from before anybody can see it: what nobody holds is taken for dead. */
export async function openImport(
  session: Queryable,
  { target, fileName, dryRun, mapping, now }: NewImport,
): Promise<number> {
  const row = await session.one<{ import_id: number }>(sql`
    with made as (
      insert into import_run (target, file_name, state, dry_run, mapping, created_at)
      values (${target}, ${fileName}, 'staging', ${dryRun}, ${JSON.stringify(mapping)}, ${new Date(now)})
      returning import_id)
    select import_id, pg_advisory_lock(${IMPORT_LOCK}, import_id::int) from made`);
  return row.import_id;
}

/** All lines are read; what they do to the target follows. */
export async function markMerging(db: Queryable, importId: number, read: number): Promise<void> {
  const counts = JSON.stringify({ read });
  await db.execute(sql`update import_run set state = 'merging', counts = ${counts} where import_id = ${importId}`);
}

export async function finishImport(tx: Queryable, importId: number, counts: ImportCounts, now: Instant): Promise<void> {
  await tx.execute(sql`
    update import_run set state = 'finished', counts = ${JSON.stringify(counts)}, finished_at = ${new Date(now)}
    where import_id = ${importId}`);
}

export async function failImport(db: Queryable, importId: number, error: string, now: Instant): Promise<void> {
  await db.execute(sql`
    update import_run set state = 'failed', error = ${error}, finished_at = ${new Date(now)}
    where import_id = ${importId} and finished_at is null`);
}

/** Gives up what `openImport` took, however the import ended. */
export async function releaseImports(session: Queryable): Promise<void> {
  await session.execute(sql`select pg_advisory_unlock_all()`);
}

/** Imports that say they are running while nobody holds them: their process has died. The transaction holds them from now on. */
export async function takeDeadImports(tx: Queryable): Promise<number[]> {
  const rows = await tx.query<{ import_id: number }>(sql`
    with running as materialized (
      select import_id from import_run where finished_at is null order by import_id)
    select import_id from running where pg_try_advisory_xact_lock(${IMPORT_LOCK}, import_id::int)`);
  return rows.map((row) => row.import_id);
}

/** The staging table of an import. */
export function stageTable(importId: number): Sql {
  return id('work', `import_${importId}`);
}

/** Unlogged: a staging table that a crash empties would have been dropped anyway. */
export async function createStage(
  tx: Queryable,
  importId: number,
  columns: readonly { readonly name: string; readonly type: string }[],
): Promise<void> {
  const list = join(columns.map((column) => sql`${id(column.name)} ${raw(column.type)}`));
  await tx.execute(sql`create unlogged table ${stageTable(importId)} (${list}) with (autovacuum_enabled = false)`);
}

export async function dropStage(tx: Queryable, importId: number): Promise<void> {
  await tx.execute(sql`drop table if exists ${stageTable(importId)}`);
}

export function copyStageStatement(importId: number): Sql {
  return sql`copy ${stageTable(importId)} from stdin`;
}

export async function insertRejects(
  db: Queryable,
  importId: number,
  rejects: readonly (Omit<Reject, 'reason'> & { readonly reason: string })[],
): Promise<void> {
  await db.execute(sql`
    insert into import_reject (import_id, line, column_name, value, reason)
    select ${importId}, r.*
    from unnest(${rejects.map((one) => one.line)}::bigint[], ${rejects.map((one) => one.column)}::text[],
      ${rejects.map((one) => one.value)}::text[], ${rejects.map((one) => one.reason)}::text[]) r
    on conflict do nothing`);
}

export type RejectRow = {
  readonly line: number;
  readonly column_name: string;
  readonly value: string;
  readonly reason: string;
};

/** Rejects in the order of the file, after a line and column. */
export async function listRejectRows(
  db: Queryable,
  importId: number,
  after: { readonly line: number; readonly column: string },
  limit: number,
): Promise<RejectRow[]> {
  return db.query<RejectRow>(sql`
    select line, column_name, value, reason from import_reject
    where import_id = ${importId} and (line, column_name) > (${after.line}, ${after.column})
    order by line, column_name limit ${limit}`);
}

const RUN = raw('import_id, target, file_name, state, dry_run, counts, error, created_at, finished_at');

export async function findImport(db: Queryable, importId: number): Promise<ImportRun | undefined> {
  return db.maybeOne<ImportRun>(sql`select ${RUN} from import_run where import_id = ${importId}`);
}

/** Imports, newest first. */
export async function listImportRows(db: Queryable, before: number | undefined, limit: number): Promise<ImportRun[]> {
  const which = before === undefined ? sql`true` : sql`import_id < ${before}`;
  return db.query<ImportRun>(sql`select ${RUN} from import_run where ${which} order by import_id desc limit ${limit}`);
}
