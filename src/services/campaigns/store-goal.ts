import { id, join, type Queryable, sql } from '../../platform/sql/index.ts';

export type GoalCount = { readonly part: string; readonly people: number; readonly reached: number };

/**
 * How many people each part is, and to how many of them the event happened in the time; one scan of each table and of the event's part of
 * an index. People who were merged since are followed, rows without a person are not counted.
 */
export function countGoals(
  db: Queryable,
  of: {
    readonly tables: readonly { readonly part: string; readonly table: string }[];
    readonly event: string;
    readonly after: Date;
    readonly until: Date;
  },
): Promise<GoalCount[]> {
  const tables = of.tables.map(
    ({ part, table }) => sql`select ${part}::text as part, bucket, profile_id from ${id('work', table)}`,
  );
  return db.query(sql`
    with dealt as (
      select distinct part, coalesce(alias.to_bucket, w.bucket) as bucket, coalesce(alias.to_profile_id, w.profile_id) as profile_id
      from (${join(tables, ' union all ')}) w left join profile_alias alias using (bucket, profile_id)
      where w.profile_id is not null
    ), hit as (
      select distinct bucket, profile_id from event
      where name = ${of.event} and occurred_at > ${of.after} and occurred_at <= ${of.until}
    )
    select dealt.part, count(*) as people, count(hit.profile_id) as reached
    from dealt left join hit using (bucket, profile_id)
    group by dealt.part`);
}
