import type { Identity } from '../../core/profiles/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';
import { type MergeOptions, mergeProfilesStatement, type ResolvedRow } from '../profiles/index.ts';
import { stageTable } from './store.ts';

export async function prepareResolving(tx: Queryable, importId: number): Promise<void> {
  await tx.execute(sql`create unique index on ${stageTable(importId)} (_line)`);
  await tx.execute(sql`
    create temp table import_person (line bigint, bucket smallint, profile_id bigint, linked boolean) on commit drop`);
}

/** The next staged rows after a line, with what names their people. */
export async function stagedIdentities(
  tx: Queryable,
  importId: number,
  afterLine: number,
  limit: number,
): Promise<{ line: number; identities: Identity[] }[]> {
  const rows = await tx.query<{ line: number; identities: [string, string][] }>(sql`
    select _line as line, identities from ${stageTable(importId)} where _line > ${afterLine} order by _line limit ${limit}`);
  return rows.map(({ line, identities }) => ({
    line,
    identities: identities.map(([namespace, value]) => ({ namespace, value })),
  }));
}

export async function keepPeople(tx: Queryable, rows: readonly ResolvedRow[]): Promise<void> {
  await tx.execute(sql`
    insert into import_person (line, bucket, profile_id, linked)
    select * from unnest(${rows.map((row) => row.line)}::bigint[], ${rows.map((row) => row.owner.bucket)}::smallint[],
      ${rows.map((row) => row.owner.profileId)}::bigint[], ${rows.map((row) => row.linked && !row.created)}::boolean[])`);
}

export async function analyzePeople(tx: Queryable): Promise<void> {
  await tx.execute(sql`analyze import_person`);
}

/** Merges the staged people; how many lines ended each way. */
export async function mergeStagedPeople(
  tx: Queryable,
  importId: number,
  options: MergeOptions,
): Promise<{ kind: 'inserted' | 'updated' | 'unchanged'; lines: number }[]> {
  const source = sql`(
    select p.line, p.bucket, p.profile_id, p.linked, s.columns, s.traits, s.consents
    from import_person p join ${stageTable(importId)} s on s._line = p.line)`;
  const answer = sql`select kind, count(*) as lines from merged group by kind`;
  return tx.query(mergeProfilesStatement(source, options, answer));
}

/** Rejects the staged lines that resolved to nobody; the caller has resolved all of them. */
export async function rejectUnresolved(tx: Queryable, importId: number): Promise<number> {
  return tx.execute(sql`
    insert into import_reject (import_id, line, column_name, value, reason)
    select ${importId}, s._line, '', left(s.identities::text, 200), 'identity_conflict'
    from ${stageTable(importId)} s
    where not exists (select from import_person p where p.line = s._line)`);
}

/** Fresh statistics of everything that a file of people fills. */
export async function analyzeProfiles(db: Queryable): Promise<void> {
  await db.execute(sql`analyze profile, identity, consent`);
}
