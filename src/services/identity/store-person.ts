// Owns: which tables hold rows of people, found in the database's own catalogue so that none can be forgotten, and moving and removing
// the rows of one person in any of them.
// Does not own: the few tables in which that means something special (store-merge, store-erase).

import type { Place } from '../../core/identity/index.ts';
import { id, join, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

/** A table with rows of people. `work` tables are populations of running campaigns. */
export type PersonTable = {
  readonly schema: 'public' | 'data' | 'work';
  readonly name: string;
  /** In order, generated ones left out. */
  readonly columns: readonly string[];
};

export async function findPersonTables(db: Queryable): Promise<PersonTable[]> {
  return db.query<PersonTable>(sql`
    select n.nspname as schema, c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where n.nspname in ('public', 'data', 'work') and c.relkind in ('r', 'p') and not c.relispartition
    group by 1, 2
    having array_agg(a.attname::text) @> case when n.nspname = 'data' then array['_bucket', '_profile_id'] else array['bucket', 'profile_id'] end
    order by 1, 2`);
}

const isHidden = ({ schema }: PersonTable) => schema === 'data';
const nameOf = ({ schema, name }: PersonTable) => id(schema, name);

function ownedBy(table: PersonTable, { bucket, profileId }: Place): Sql {
  return isHidden(table)
    ? sql`_bucket = ${bucket} and _profile_id = ${profileId}`
    : sql`bucket = ${bucket} and profile_id = ${profileId}`;
}

/** Imports lock a table before they lock buckets; who writes several tables and buckets does it in the same order. */
export async function lockTables(tx: Queryable, tables: readonly PersonTable[]): Promise<void> {
  if (tables.length === 0) return;
  await tx.execute(sql`lock table ${join(tables.map(nameOf))} in row exclusive mode`);
}

/**
 * Moves one person's rows to another, those left where the other has the same already. Not by an update, because the bucket is what
 * tables are distributed by.
 */
export async function moveRows(
  tx: Queryable,
  table: PersonTable,
  move: { readonly from: Place; readonly to: Place; readonly where?: Sql },
): Promise<number> {
  const [bucket, profile] = isHidden(table) ? ['_bucket', '_profile_id'] : ['bucket', 'profile_id'];
  const values = table.columns.map((column) => {
    if (column === bucket) return sql`${move.to.bucket}::smallint`;
    return column === profile ? sql`${move.to.profileId}::bigint` : id(column);
  });
  return tx.execute(sql`
    with moved as (delete from ${nameOf(table)} where ${ownedBy(table, move.from)} and ${move.where ?? sql`true`} returning *)
    insert into ${nameOf(table)} (${join(table.columns.map((column) => id(column)))}) overriding system value
    select ${join(values)} from moved
    on conflict do nothing`);
}

export async function removeRows(tx: Queryable, table: PersonTable, place: Place): Promise<number> {
  return tx.execute(sql`delete from ${nameOf(table)} where ${ownedBy(table, place)}`);
}

/** A person's rows of one table, each as the JSON that it is to a reader. */
export async function readRows(db: Queryable, table: PersonTable, place: Place): Promise<{ row: unknown }[]> {
  return db.query(sql`select to_jsonb(t) as row from ${nameOf(table)} t where ${ownedBy(table, place)}`);
}

/** Of rows that a worker has taken to hand them over, those that it has not: it would not find a row that was moved meanwhile. */
export function settledOf({ schema, name }: PersonTable): Sql {
  if (schema === 'public' && name === 'outbox') return sql`state <> 'sending'`;
  return schema === 'public' && name === 'http_call' ? sql`state <> 'calling'` : sql`true`;
}

/** The identities that name a person, which live in their own buckets. */
export async function readIdentityRows(db: Queryable, { bucket, profileId }: Place): Promise<{ row: unknown }[]> {
  return db.query(sql`
    select to_jsonb(i) as row from identity i where profile_bucket = ${bucket} and profile_id = ${profileId}
    order by namespace, value`);
}
