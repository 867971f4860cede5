import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';
import { touchStatement } from './store.ts';

/** Who says so: kept with each consent. `overRefusal`: a consent may replace a refusal that the person gave elsewhere. */
export type MergeOptions = { readonly source: string; readonly overRefusal: boolean; readonly now: Instant };

/** One row per profile: of several lines, the last one that has a key gives its value. */
const FOLDED = sql`
    repeated_columns as (
      select bucket, profile_id, jsonb_object_agg(e.key, e.value order by line) as columns
      from said cross join lateral jsonb_each(columns) e where lines > 1 group by bucket, profile_id),
    repeated_traits as (
      select bucket, profile_id, jsonb_object_agg(e.key, e.value order by line) as traits
      from said cross join lateral jsonb_each(traits) e where lines > 1 group by bucket, profile_id),
    folded as materialized (
      select bucket, profile_id, columns, traits from said where lines = 1
      union all
      select d.bucket, d.profile_id, coalesce(c.columns, '{}'), coalesce(t.traits, '{}')
      from said d
        left join repeated_columns c on c.bucket = d.bucket and c.profile_id = d.profile_id
        left join repeated_traits t on t.bucket = d.bucket and t.profile_id = d.profile_id
      where d.lines > 1 and d.line = d.last_line)`;

/**
 * The relation that the merge reads: one row per line with `line bigint, bucket smallint, profile_id bigint, linked boolean,
 * columns jsonb, traits jsonb, consents jsonb`. An absent key keeps what is stored, null clears it.
 *
 * Answers one row per line: `kind` is inserted, updated or unchanged. Of several lines about one profile the last one speaks for all
 * and the earlier ones count as unchanged; per key the last line that has it wins. `answer` reads `merged`, where only counts are wanted.
 */
export function mergeProfilesStatement(
  source: Sql,
  { source: saidBy, overRefusal, now }: MergeOptions,
  answer: Sql = sql`select line, bucket, profile_id, kind from merged`,
): Sql {
  const at = new Date(now);
  return sql`
    with said as materialized (
      select s.*, count(*) over person as lines, max(line) over person as last_line,
        bool_or(linked) over person as any_linked
      from ${source} s
      window person as (partition by bucket, profile_id)),
    ${FOLDED},
    wanted as materialized (
      select f.bucket, f.profile_id, p.profile_id is null as is_new,
        case when f.columns ? 'email' then f.columns ->> 'email' else p.email end as email,
        case when f.columns ? 'phone' then f.columns ->> 'phone' else p.phone end as phone,
        case when f.columns ? 'locale' then f.columns ->> 'locale' else p.locale end as locale,
        case when f.columns ? 'time_zone' then f.columns ->> 'time_zone' else p.time_zone end as time_zone,
        case
          when jsonb_path_exists(f.traits, '$.* ? (@ == null)')
          then (coalesce(p.traits, '{}') || f.traits)
            - array(select e.key from jsonb_each(f.traits) e where jsonb_typeof(e.value) = 'null')
          else coalesce(p.traits, '{}') || f.traits
        end as traits
      from folded f left join profile p on p.bucket = f.bucket and p.profile_id = f.profile_id),
    changed as (
      update profile p
      set email = w.email, phone = w.phone, locale = w.locale, time_zone = w.time_zone, traits = w.traits, updated_at = ${at}
      from wanted w
      where not w.is_new and p.bucket = w.bucket and p.profile_id = w.profile_id
        and (p.email, p.phone, p.locale, p.time_zone, p.traits)
          is distinct from (w.email, w.phone, w.locale, w.time_zone, w.traits)
      returning p.bucket, p.profile_id),
    added as (
      insert into profile (bucket, profile_id, email, phone, locale, time_zone, traits, created_at, updated_at)
      select bucket, profile_id, email, phone, locale, time_zone, traits, ${at}, ${at} from wanted where is_new
      returning bucket, profile_id),
    agreed as (
      insert into consent as known (bucket, profile_id, channel, topic, status, source, updated_at)
      select distinct on (s.bucket, s.profile_id, c.channel, c.topic)
        s.bucket, s.profile_id, c.channel, c.topic, c.status, ${saidBy}, ${at}
      from said s cross join lateral jsonb_to_recordset(s.consents) c (channel text, topic text, status text)
      order by s.bucket, s.profile_id, c.channel, c.topic, s.line desc
      on conflict (bucket, profile_id, channel, topic) do update
        set status = excluded.status, source = excluded.source, updated_at = excluded.updated_at
        where known.status <> excluded.status
          -- A file that is loaded again must not bring back a consent that the person has withdrawn since.
          and (excluded.status = 'refused' or ${overRefusal} or known.source like 'import%')
      returning bucket, profile_id),
    merged as (select s.line, s.bucket, s.profile_id,
      case
        when s.line <> s.last_line then 'unchanged'
        when a.profile_id is not null then 'inserted'
        when s.any_linked or c.profile_id is not null or g.profile_id is not null then 'updated'
        else 'unchanged'
      end as kind
    from said s
      left join added a on a.bucket = s.bucket and a.profile_id = s.profile_id
      left join changed c on c.bucket = s.bucket and c.profile_id = s.profile_id
      left join (select distinct bucket, profile_id from agreed) g on g.bucket = s.bucket and g.profile_id = s.profile_id),
    told as (${touchStatement(sql`(select bucket, profile_id from merged where kind <> 'unchanged') changed`, now)})
    ${answer}`;
}

export type MergeRow = {
  readonly line: number;
  readonly bucket: number;
  readonly profileId: number;
  readonly linked: boolean;
  readonly columns: object;
  readonly traits: object;
  readonly consents: readonly object[];
};

/** The relation that a list of rows is, for `mergeProfilesStatement`. */
function rowsRelation(rows: readonly MergeRow[]): Sql {
  return sql`(select * from unnest(
    ${rows.map((row) => row.line)}::bigint[], ${rows.map((row) => row.bucket)}::smallint[],
    ${rows.map((row) => row.profileId)}::bigint[], ${rows.map((row) => row.linked)}::boolean[],
    ${rows.map((row) => JSON.stringify(row.columns))}::jsonb[], ${rows.map((row) => JSON.stringify(row.traits))}::jsonb[],
    ${rows.map((row) => JSON.stringify(row.consents))}::jsonb[])
    r (line, bucket, profile_id, linked, columns, traits, consents))`;
}

export type MergedRow = {
  readonly line: number;
  readonly bucket: number;
  readonly profile_id: number;
  readonly kind: 'inserted' | 'updated' | 'unchanged';
};

/** From this many rows on, joining by hash beats looking each row up. */
const HASH_FROM_ROWS = 300;

/**
 * Runs a merge of `rows` rows. The planner cannot know how many rows its inner steps give and guesses one, which makes loops in loops
 * of large sets, or compiles the statement for longer than it runs; both are kept from it.
 */
export async function withoutLoops<T>(tx: Queryable, rows: number, merge: () => Promise<T>): Promise<T> {
  if (rows < HASH_FROM_ROWS) return merge();
  await tx.execute(sql`select set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)`);
  const result = await merge();
  await tx.execute(sql`select set_config('enable_nestloop', 'on', true), set_config('jit', 'on', true)`);
  return result;
}

export async function mergeProfiles(
  tx: Queryable,
  rows: readonly MergeRow[],
  options: MergeOptions,
): Promise<MergedRow[]> {
  return withoutLoops(tx, rows.length, () => tx.query<MergedRow>(mergeProfilesStatement(rowsRelation(rows), options)));
}
