// Owns: the SQL that brings a staged file into an entity table.
// Does not own: reading the file, the state of the import.
// Invariants: (1) a row is written only when it differs; (2) of several staged rows with one key the newest version wins, then the
// last line, and a delete without a version wins over all lines before it and none after it; (3) keys are unique over all buckets because
// a merge holds the table's lock; (4) names of our own begin with an underscore, as no column's does.

import type { TableDefinition } from '../../core/data/index.ts';
import type { PlanFacts } from '../../core/imports/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { empty, id, join, type Queryable, raw, type Sql, sql } from '../../platform/sql/index.ts';
import { createUnseen, lockBuckets } from '../profiles/index.ts';
import { lockTableForm, tableName } from '../tables/index.ts';
import { stageTable } from './store.ts';

export type TableMerge = {
  readonly importId: number;
  readonly definition: TableDefinition;
  /** The columns that the file has, in the order of the staging table. */
  readonly columns: readonly string[];
  readonly facts: PlanFacts;
  readonly now: Instant;
};

const on = (key: readonly string[], left: string, right: string) =>
  join(
    key.map((column) => sql`${raw(left)}.${id(column)} = ${raw(right)}.${id(column)}`),
    ' and ',
  );

/** Readers go on; nobody else writes the table until the transaction ends. */
export async function lockForMerge(tx: Queryable, key: string): Promise<void> {
  await lockTableForm(tx, key);
  await tx.execute(sql`lock table ${tableName(key)} in share row exclusive mode`);
}

/** Leaves one staged row per key; the number of rows that others of the file overrule. */
export async function foldRepeatedKeys(tx: Queryable, merge: TableMerge): Promise<number> {
  const { importId, definition, facts } = merge;
  if (facts.keysDistinct) return 0;
  const stage = stageTable(importId);
  const key = join(definition.primary_key.map((column) => id(column)));
  const repeated = await tx.maybeOne(sql`select 1 as found from ${stage} group by ${key} having count(*) > 1 limit 1`);
  if (!repeated) return 0;
  const version = versionOf(merge);
  await tx.execute(sql`
    create temp table import_repeated on commit drop as
    with cut as (
      select ${key}, _line, _deleted, ${version ? id(version) : sql`null`} as _version,
        max(_line) filter (where _deleted and ${version ? sql`${id(version)} is null` : sql`false`}) over (partition by ${key}) as _cut_at
      from ${stage}),
    ranked as (
      select ${key}, _line, _deleted, count(*) over (partition by ${key}) as _lines,
        row_number() over (partition by ${key} order by coalesce(sign(_line - _cut_at), 0), _version nulls first, _line) as _place
      from cut)
    select ${key}, _line, _place, _lines,
      max(_place) filter (where _deleted) over (partition by ${key}) as _deleted_at
    from ranked where _lines > 1`);
  if (facts.partial) await foldPartialRows(tx, merge);
  return tx.execute(sql`
    delete from ${stage} s using import_repeated r where r._line = s._line and r._place < r._lines`);
}

/** The last row takes over, column by column, what earlier rows said and it does not; nothing from before a delete. */
async function foldPartialRows(tx: Queryable, { importId, definition, columns }: TableMerge): Promise<void> {
  const stage = stageTable(importId);
  const own = columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => !definition.primary_key.includes(column));
  const says = (index: number) => sql`(s._present is null or substr(s._present, ${index + 1}, 1) = '1')`;
  const newest = (value: Sql, index: number) =>
    sql`(array_agg(${value} order by r._place desc) filter (where ${says(index)}))[1]`;
  const identityAt = columns.indexOf(definition.identity?.column ?? '');
  const values = own.map(({ column, index }) => sql`${newest(sql`s.${id(column)}`, index)} as ${id(column)}`);
  if (identityAt !== -1) values.push(sql`${newest(sql`s._identity`, identityAt)} as _identity`);
  const present = columns.map((_column, index) => sql`case when bool_or(${says(index)}) then '1' else '0' end`);
  const key = definition.primary_key.map((column) => sql`s.${id(column)}`);
  const targets = [...own.map(({ column }) => id(column)), ...(identityAt === -1 ? [] : [id('_identity')])];
  const assignments = targets.map((target) => sql`${target} = f.${target}`);
  await tx.execute(sql`
    with folded as (
      select ${join([sql`max(r._lines) as _lines, max(r._deleted_at) as _deleted_at, max(s._line) filter (where r._place = r._lines) as _line`, ...values])},
        ${join(present, ' || ')} as _present
      from import_repeated r join ${stage} s on s._line = r._line
      where r._place > coalesce(r._deleted_at, 0) or r._place = r._lines
      group by ${join(key)})
    update ${stage} s
    set ${join([...assignments, sql`_present = case when f._deleted_at is null then f._present end`])}
    from folded f
    where s._line = f._line and not s._deleted`);
}

/** Creates the people whom rows name for the first time, and keeps where each of the named people lives. */
export async function resolveOwners(tx: Queryable, { importId, definition, columns, now }: TableMerge): Promise<void> {
  const { identity } = definition;
  if (!identity || !columns.includes(identity.column)) return;
  const named = sql`(select distinct _identity as value from ${stageTable(importId)} where not _deleted and _identity is not null)`;
  await tx.execute(
    sql`create temp table import_named on commit drop as select value, bucket_of(${identity.namespace}, value) as bucket from ${named} n`,
  );
  await tx.execute(sql`analyze import_named`);
  await lockBuckets(tx, 'all');
  await createUnseen(tx, identity.namespace, sql`import_named`, now);
  await tx.execute(sql`
    create temp table import_owner on commit drop as
    select n.value, i.profile_bucket as bucket, i.profile_id
    from import_named n join identity i on i.bucket = n.bucket and i.namespace = ${identity.namespace} and i.value = n.value`);
  await tx.execute(sql`analyze import_owner`);
}

/** Rejects rows that would be new and lack a required column, which rows that exist may leave out. */
export async function rejectIncomplete(
  tx: Queryable,
  { importId, definition, columns, facts }: TableMerge,
): Promise<number> {
  const required = Object.entries(definition.columns)
    .filter(
      ([name, setting]) => typeof setting === 'object' && setting.required && !definition.primary_key.includes(name),
    )
    .map(([name]) => name)
    .filter((name) => facts.partial || !columns.includes(name));
  const stage = stageTable(importId);
  for (const name of required) {
    const missing = columns.includes(name) ? sql`s.${id(name)} is null` : sql`true`;
    await tx.execute(sql`
      insert into import_reject (import_id, line, column_name, value, reason)
      select ${importId}, s._line, ${name}, '', 'missing_value'
      from ${stage} s
      where not s._deleted and ${missing}
        and not exists (select from ${tableName(definition.key)} t where ${on(definition.primary_key, 't', 's')})`);
  }
  if (required.length === 0) return 0;
  return tx.execute(sql`
    delete from ${stage} s using import_reject r where r.import_id = ${importId} and r.line = s._line`);
}

export async function deleteRows(tx: Queryable, merge: TableMerge): Promise<number> {
  const { importId, definition } = merge;
  return tx.execute(sql`
    delete from ${tableName(definition.key)} t using ${stageTable(importId)} s
    where s._deleted and ${on(definition.primary_key, 't', 's')} and ${notOlder(merge)}`);
}

export async function updateRows(tx: Queryable, merge: TableMerge): Promise<number> {
  const { importId, definition, columns, facts, now } = merge;
  const values = columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => !definition.primary_key.includes(column))
    .map(({ column, index }) => ({ column, value: kept(facts, column, index) }));
  if (values.length === 0) return 0;
  const identityAt = columns.indexOf(definition.identity?.column ?? '');
  const owned = identityAt !== -1;
  const says = facts.partial ? sql`(s._present is null or substr(s._present, ${identityAt + 1}, 1) = '1')` : sql`true`;
  const owner = owned
    ? sql`, _bucket = case when ${says} then ${bucketOf(definition, 's')} else t._bucket end,
        _profile_id = case when ${says} then o.profile_id else t._profile_id end`
    : empty;
  return tx.execute(sql`
    update ${tableName(definition.key)} t
    set ${join(values.map(({ column, value }) => sql`${id(column)} = ${value}`))}, _updated_at = ${new Date(now)}${owner}
    from ${stageTable(importId)} s ${owned ? sql`left join import_owner o on o.value = s._identity` : empty}
    where not s._deleted and ${on(definition.primary_key, 't', 's')} and ${notOlder(merge)}
      and (${join(values.map(({ column }) => sql`t.${id(column)}`))}) is distinct from (${join(values.map(({ value }) => value))})`);
}

/** `emptyTable`: no row can be there already, so none is looked for. */
export async function insertRows(tx: Queryable, merge: TableMerge, emptyTable: boolean): Promise<number> {
  const { importId, definition, columns, now } = merge;
  const owned = definition.identity !== undefined;
  const named = owned && columns.includes(definition.identity?.column ?? '');
  const names = columns.map((column) => id(column));
  const hidden = owned ? [id('_bucket'), id('_profile_id')] : [];
  const bucket = named ? bucketOf(definition, 's') : keyBucket(definition, 's');
  const hiddenValues = owned ? [bucket, named ? sql`o.profile_id` : sql`null::bigint`] : [];
  const isNew = emptyTable
    ? empty
    : sql` and not exists (select from ${tableName(definition.key)} t where ${on(definition.primary_key, 't', 's')})`;
  return tx.execute(sql`
    insert into ${tableName(definition.key)} (${join([...names, ...hidden, id('_updated_at')])})
    select ${join([...names.map((name) => sql`s.${name}`), ...hiddenValues, sql`${new Date(now)}::timestamptz`])}
    from ${stageTable(importId)} s ${named ? sql`left join import_owner o on o.value = s._identity` : empty}
    where not s._deleted${isNew}`);
}

/** Rows that name nobody live in the bucket of their own key. */
function bucketOf(definition: TableDefinition, alias: string): Sql {
  return sql`coalesce(o.bucket, ${keyBucket(definition, alias)})`;
}

function keyBucket(definition: TableDefinition, alias: string): Sql {
  const key = definition.primary_key.map((column) => sql`${raw(alias)}.${id(column)}`);
  return sql`(hashtextextended(concat_ws(chr(31), ${join(key)}), 0) & 255)::smallint`;
}

/** The value that a row ends with: the file's, or the stored one where the file's row leaves the column out. */
function kept(facts: PlanFacts, column: string, index: number): Sql {
  const name = id(column);
  if (!facts.partial) return sql`s.${name}`;
  return sql`case when s._present is null or substr(s._present, ${index + 1}, 1) = '1' then s.${name} else t.${name} end`;
}

function versionOf({ definition, columns }: TableMerge): string | undefined {
  return definition.version !== undefined && columns.includes(definition.version) ? definition.version : undefined;
}

/** A row of an older version, or of none where the stored one has one, changes nothing; a delete needs no version. */
function notOlder(merge: TableMerge): Sql {
  const version = versionOf(merge);
  if (version === undefined) return sql`true`;
  return sql`(t.${id(version)} is null or s.${id(version)} >= t.${id(version)} or (s._deleted and s.${id(version)} is null))`;
}

/** Fresh statistics after a large change, so that the next query is planned for what is there. */
export async function analyzeTable(db: Queryable, key: string): Promise<void> {
  await db.execute(sql`analyze ${tableName(key)}`);
}

export async function analyzeStage(tx: Queryable, importId: number): Promise<void> {
  await tx.execute(sql`analyze ${stageTable(importId)}`);
}
