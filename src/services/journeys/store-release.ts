import type { Rule } from '../../core/rules/index.ts';
import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import type { VersionKey } from '../instances/index.ts';

/** The people of a population, by place. */
export async function selectPlaces(tx: Queryable, population: Sql): Promise<{ bucket: number; profile_id: number }[]> {
  return tx.query(sql`select bucket, profile_id from (${population}) fitting`);
}

/** How many instances of a version a pause holds, and how many of them are of people of a population. */
export async function countHeld(
  tx: Queryable,
  { key, version }: VersionKey,
  population: Sql,
): Promise<{ held: number; staying: number }> {
  return tx.one(sql`
    with fitting as materialized (select bucket, profile_id from (${population}) people)
    select count(*) as held, count(f.bucket) as staying
    from journey_instance i left join fitting f on f.bucket = i.bucket and f.profile_id = i.profile_id
    where i.journey_key = ${key} and i.version = ${version} and i.state = 'held'`);
}

/** The filters by which people held by a pause are being let go. */
export function listReleaseFilters(db: Queryable): Promise<{ readonly key: string; readonly filter: Rule }[]> {
  return db.query(sql`
    select journey_key as key, release_filter as filter from journey_version where release_filter is not null
    order by journey_key, version`);
}
