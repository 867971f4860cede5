// Owns: what is remembered of the sizes of audiences, and the list that shows them.
import type { Instant } from '../../core/kernel/index.ts';
import { empty, type Queryable, sql } from '../../platform/sql/index.ts';

export type Size = { readonly count: number; readonly counted_at: Date };

export function selectSize(db: Queryable, key: string): Promise<Size | undefined> {
  return db.maybeOne(sql`select members as count, counted_at from audience_size where audience_key = ${key}`);
}

/** Of two counts made at the same time the later one stays. */
export async function rememberSize(db: Queryable, key: string, size: Size): Promise<void> {
  await db.execute(sql`
    insert into audience_size (audience_key, members, counted_at) values (${key}, ${size.count}, ${size.counted_at})
    on conflict (audience_key) do update set members = excluded.members, counted_at = excluded.counted_at
      where audience_size.counted_at <= excluded.counted_at`);
}

/** How many members are stored of an audience, from the counters that the database keeps of them. */
export async function sumMembers(db: Queryable, key: string): Promise<number> {
  const { members } = await db.one<{ members: number }>(
    sql`select coalesce(sum(members), 0)::bigint as members from audience_count where audience_key = ${key}`,
  );
  return members;
}

export type AudienceRow = {
  readonly key: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly members: 'live' | 'computed' | 'saved' | 'draft';
  readonly published_version: number | null;
  readonly draft_version: number | null;
  readonly updated_at: Date;
  /** How many are stored; of one that is computed this means nothing. */
  readonly stored: number;
  readonly count: number | null;
  readonly counted_at: Date | null;
};

/** Audiences by key, with how many members are stored, and what is remembered of their sizes. */
export function selectAudienceRows(
  db: Queryable,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<AudienceRow[]> {
  const after = page.after === undefined ? empty : sql`and key > ${page.after}`;
  return db.query(sql`
    with found as (
      select key, max(version) filter (where state = 'published') as published_version,
        max(version) filter (where state = 'draft') as draft_version, max(updated_at) as updated_at
      from definition where kind = 'audience' and state in ('published', 'draft') ${after}
      group by key order by key limit ${page.limit})
    select f.key, d.body ->> 'name' as name, d.body ->> 'description' as description,
      case when f.published_version is null then 'draft'
        when (d.body -> 'rule') is null then 'saved'
        when exists (select from live_rule l where l.kind = 'audience' and l.id = f.key and not l.gone) then 'live'
        else 'computed' end as members,
      f.published_version, f.draft_version, f.updated_at, s.members as count, s.counted_at,
      coalesce((select sum(members) from audience_count c where c.audience_key = f.key), 0)::bigint as stored
    from found f
      join definition d on d.kind = 'audience' and d.key = f.key and d.version = coalesce(f.published_version, f.draft_version)
      left join audience_size s on s.audience_key = f.key
    order by f.key`);
}

export type DayRow = { readonly day: string; readonly entered: number; readonly left: number; readonly size: number };

/**
 * The days of a live audience since it was published, at most so many: who came, who went, and how many there were at the end,
 * counted back from the members of now. People who were erased since are in no figure.
 */
export function selectDays(
  db: Queryable,
  { key, days, zone, now }: { key: string; days: number; zone: string; now: Instant },
): Promise<DayRow[]> {
  const today = sql`(${new Date(now)}::timestamptz at time zone ${zone})::date`;
  return db.query(sql`
    with bounds as materialized (
      select greatest(${today} - ${days - 1}::int, (min(published_at) at time zone ${zone})::date) as first
      from definition where kind = 'audience' and key = ${key}),
    moves as (
      select (at at time zone ${zone})::date as day, count(*) filter (where change = 'entered') as entered,
        count(*) filter (where change = 'left') as left
      from audience_change
      where audience_key = ${key} and at >= (select first::timestamp at time zone ${zone} from bounds)
      group by 1),
    kept as materialized (select coalesce(sum(members), 0)::bigint as size from audience_count where audience_key = ${key})
    select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(m.entered, 0) as entered, coalesce(m.left, 0) as left,
      (k.size - coalesce(sum(m.entered - m.left) over (order by d.day desc rows between unbounded preceding and 1 preceding), 0))::bigint as size
    from kept k cross join bounds b cross join generate_series(b.first, ${today}, interval '1 day') as d (day)
      left join moves m on m.day = d.day::date
    order by d.day`);
}
