import { type Queryable, sql } from '../../platform/sql/index.ts';

/** How many profiles are looked at. */
const SAMPLE_PROFILES = 5_000;
/** A profile with more bytes of traits than this is not looked into: a few of them would cost more than all others together. */
const TRAITS_BYTES_MAX = 16_384;
const NAMES_MAX = 1_000;
const SAMPLES_MAX = 5;
const SAMPLE_CHARS_MAX = 60;

export type SampleSize = { readonly profiles: number; readonly sampled: number; readonly skipped: number };

export type TraitRow = {
  readonly name: string;
  /** Profiles of the sample that have it. */
  readonly profiles: number;
  readonly types: readonly { readonly type: string; readonly profiles: number }[];
  readonly samples: readonly string[];
};

/** Looks at a sample of profiles: whole blocks from all over a large table, all of a small one. */
export async function sampleTraits(db: Queryable): Promise<SampleSize & { readonly traits: readonly TraitRow[] }> {
  const { profiles } = await db.one<{ profiles: number }>(
    sql`select greatest(reltuples, 0)::bigint as profiles from pg_class where oid = 'profile'::regclass`,
  );
  const percent = Math.min(100, (100 * SAMPLE_PROFILES * 2) / Math.max(1, profiles));
  const picked =
    profiles > SAMPLE_PROFILES * 10
      ? sql`select traits from profile tablesample system (${percent}) limit ${SAMPLE_PROFILES}`
      : sql`select traits from profile limit ${SAMPLE_PROFILES}`;
  const row = await db.one<Omit<SampleSize, 'profiles'> & { traits: TraitRow[] | null }>(sql`
    with picked as materialized (${picked}),
    seen as materialized (
      select t.key as name,
        case jsonb_typeof(t.value)
          when 'string' then case when moment_of(t.value #>> '{}') is null then 'text' else 'timestamp' end
          when 'number' then case when t.value::text ~ '^-?[0-9]{1,18}$' then 'integer' else 'decimal' end
          when 'boolean' then 'boolean'
          else 'json'
        end as type,
        left(t.value #>> '{}', ${SAMPLE_CHARS_MAX}) as value
      from (select traits from picked where pg_column_size(traits) <= ${TRAITS_BYTES_MAX}) small
        cross join lateral jsonb_each(small.traits) t
      where jsonb_typeof(t.value) <> 'null'),
    named as (
      select name, count(*) as profiles from seen group by name order by profiles desc, name limit ${NAMES_MAX}),
    typed as (
      select name, json_agg(json_build_object('type', type, 'profiles', times) order by times desc, type) as types
      from (select name, type, count(*) as times from seen group by name, type) t group by name),
    valued as (
      select name, array_agg(value order by place) as samples
      from (
        select name, value, row_number() over (partition by name order by count(*) desc, value) as place
        from seen group by name, value) v
      where place <= ${SAMPLES_MAX} group by name)
    select (select count(*) from picked) as sampled,
      (select count(*) from picked where pg_column_size(traits) > ${TRAITS_BYTES_MAX}) as skipped,
      (select json_agg(json_build_object('name', name, 'profiles', profiles, 'types', types, 'samples', samples)
          order by profiles desc, name)
        from named join typed using (name) join valued using (name)) as traits`);
  return {
    profiles: Math.max(profiles, row.sampled),
    sampled: row.sampled,
    skipped: row.skipped,
    traits: row.traits ?? [],
  };
}
