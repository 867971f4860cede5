import { type Sql, sql } from '../../platform/sql/index.ts';

/** Some people: all of some buckets, or these. */
export type Among =
  | { readonly buckets: readonly number[] }
  | { readonly people: readonly { readonly bucket: number; readonly profileId: number }[] };

/** That the rows of a set, by the pairs of its key, belong to the people. */
export function amongTests(keys: readonly (readonly [inner: Sql, outer: Sql])[], among: Among | undefined): Sql[] {
  const [bucket, profile] = keys.map(([inner]) => inner);
  return among && bucket && profile ? [amongSql(bucket, profile, among)] : [];
}

export function amongSql(bucket: Sql, profile: Sql, among: Among): Sql {
  if ('buckets' in among) return sql`${bucket} = any(${among.buckets}::smallint[])`;
  const { people } = among;
  return sql`(${bucket}, ${profile}) in (
    select * from unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.profileId)}::bigint[]))`;
}
