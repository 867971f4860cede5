import type { CatalogTable } from '../../core/data/index.ts';
import type { JsonObject } from '../../core/kernel/index.ts';
import { id, join, type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import { postgresType, tableName } from '../tables/index.ts';
import type { Place } from './store-turn.ts';

/** The rows of a table with these primary keys, each under the name of its key; the columns that the table declares. */
export async function selectRows(
  tx: Queryable,
  table: CatalogTable,
  keys: readonly { readonly name: number; readonly values: readonly string[] }[],
): Promise<{ name: number; row: JsonObject }[]> {
  if (keys.length === 0) return [];
  const columns = table.primaryKey.map((name) => {
    const type = table.columns.find((column) => column.name === name)?.type ?? 'text';
    return { name, type };
  });
  const lists = columns.map(
    ({ type }, at) => sql`${keys.map(({ values }) => values[at] ?? null)}::text[]::${postgresType(type)}[]`,
  );
  const own = columns.map(({ name }) => sql`t.${id(name)} = k.${id(name)}`);
  const shown = table.columns.map(({ name }) => sql`t.${id(name)}`);
  return tx.query(sql`
    select k._name as name, (select to_json(shown) from (select ${join(shown)}) shown) as row
    from unnest(${keys.map(({ name }) => name)}::bigint[], ${join(lists)}) k (_name, ${join(columns.map(({ name }) => id(name)))})
      join ${tableName(table.key)} t on ${join(own, ' and ')}`);
}

/** When people opened and clicked messages, the first time of each, in milliseconds; machines left out. Nothing of who did not. */
export async function selectReactions(
  tx: Queryable,
  asked: readonly (Place & { readonly name: number; readonly after: Date; readonly until: Date })[],
): Promise<{ name: number; moments: number[] }[]> {
  return tx.query(sql`
    select k.name, json_agg((extract(epoch from r.first_at) * 1000)::bigint) as moments
    from unnest(${asked.map(({ name }) => name)}::bigint[], ${asked.map(({ bucket }) => bucket)}::smallint[],
        ${asked.map(({ profileId }) => profileId)}::bigint[], ${asked.map(({ after }) => after.toISOString())}::timestamptz[],
        ${asked.map(({ until }) => until.toISOString())}::timestamptz[]) k (name, bucket, profile_id, after, until)
      join reaction r on r.bucket = k.bucket and r.profile_id = k.profile_id
    where r.kind in ('opened', 'clicked') and not r.machine and r.first_at > k.after and r.first_at <= k.until
    group by k.name`);
}

/** The people of a population. */
export async function selectPlaces(tx: Queryable, population: Sql): Promise<Place[]> {
  return tx.query(sql`select bucket, profile_id as "profileId" from (${population}) people`);
}
