import type { Column } from '../../core/data/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** How many profiles and event names are looked at to offer names while a person types. */
const TRAIT_SAMPLE_ROWS = 5_000;
const EVENT_NAMES_MAX = 1_000;

/** Keys of the newest published definitions of the kinds that rules and campaigns name. */
export async function publishedKeys(db: Queryable): Promise<{ kind: string; key: string }[]> {
  return db.query(sql`
    select distinct kind, key from definition
    where state = 'published' and kind in ('audience', 'campaign', 'channel', 'endpoint', 'template')
    order by kind, key`);
}

/** The rules of the published audiences that are not static. */
export async function audienceRules(db: Queryable): Promise<Map<string, unknown>> {
  const rows = await db.query<{ key: string; rule: unknown }>(sql`
    select distinct on (key) key, body->'rule' as rule from definition
    where kind = 'audience' and state = 'published'
    order by key, version desc`);
  return new Map(rows.filter((row) => row.rule !== null).map((row) => [row.key, row.rule]));
}

/** The newest published definitions of computed traits. */
export async function publishedComputed(db: Queryable): Promise<unknown[]> {
  const rows = await db.query<{ body: unknown }>(sql`
    select distinct on (key) body from definition
    where kind = 'computed-trait' and state = 'published'
    order by key, version desc`);
  return rows.map(({ body }) => body);
}

/** Audiences that a campaign saved have members without a definition; the index makes this a hop per key. */
export async function savedAudienceKeys(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ key: string }>(sql`
    with recursive hop (key) as (
      (select audience_key from audience_member order by audience_key limit 1)
      union all
      select (select m.audience_key from audience_member m where m.audience_key > hop.key order by m.audience_key limit 1)
      from hop where hop.key is not null)
    select key from hop where key is not null`);
  return rows.map((row) => row.key);
}

/** Distinct event names by hopping through the index, one probe per name instead of a scan of the history. */
export async function observedEventNames(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ name: string }>(sql`
    with recursive hop (name) as (
      (select name from event order by name limit 1)
      union all
      select (select e.name from event e where e.name > hop.name order by e.name limit 1)
      from hop where hop.name is not null)
    select name from hop where name is not null limit ${EVENT_NAMES_MAX}`);
  return rows.map((row) => row.name);
}

/** Traits of a bounded sample of profiles, each with the type that most of its values have. */
export async function observedTraits(db: Queryable): Promise<Column[]> {
  const size = await db.one<{ rows: number }>(
    sql`select greatest(reltuples, 0)::bigint as rows from pg_class where oid = 'profile'::regclass`,
  );
  // On a large table, whole blocks from all over it; on a small one, its first rows.
  const percent = Math.min(100, (100 * TRAIT_SAMPLE_ROWS * 2) / Math.max(1, size.rows));
  const sample =
    size.rows > TRAIT_SAMPLE_ROWS * 10
      ? sql`select traits from profile tablesample system (${percent}) limit ${TRAIT_SAMPLE_ROWS}`
      : sql`select traits from profile limit ${TRAIT_SAMPLE_ROWS}`;
  return db.query<Column>(sql`
    with sample as (${sample}),
    seen as (
      select t.key as name,
        case jsonb_typeof(t.value)
          when 'string' then 'text'
          when 'boolean' then 'boolean'
          when 'number' then case when t.value::text ~ '^-?[0-9]{1,18}$' then 'integer' else 'decimal' end
          else 'json'
        end as type
      from sample cross join lateral jsonb_each(sample.traits) t
      where jsonb_typeof(t.value) <> 'null'),
    counted as (select name, type, count(*) as times from seen group by name, type)
    select distinct on (name) name,
      -- A trait seen both as 3 and as 3.5 is a decimal.
      case when type = 'integer' and exists (
        select 1 from counted d where d.name = counted.name and d.type = 'decimal') then 'decimal' else type end as type
    from counted order by name, times desc`);
}
