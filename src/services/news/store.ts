import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

/** The nouns that can have news. */
export const NEWS_NOUNS = ['audiences', 'campaigns', 'definitions', 'imports', 'journeys', 'sends', 'sources'] as const;
export type NewsNoun = (typeof NEWS_NOUNS)[number];

/** What is older and over is not watched: a screen that shows it asks for itself. */
const NEWEST = 50;
/** How far back a change is looked for: what is older has been told of. */
const RECENT_MS = 86_400_000;

/** A figure that is another one as soon as a row is. */
const figure = (row: Sql) => sql`coalesce(sum(hashtextextended((${row})::text, 0)), 0)::text`;

/**
 * One figure per noun, which differs when something changed under it. Only counters and what is alive or new is read, by index or from
 * tables that stay small, so that it costs the same with a million people behind it.
 */
export async function readFigures(db: Queryable, now: Instant): Promise<Record<NewsNoun, string>> {
  const recent = new Date(now - RECENT_MS);
  return db.one(sql`
    with run as (
      select run_id, state, updated_at from campaign_run
      where state in ('scheduled', 'running', 'waiting', 'pausing', 'stopping')
        or run_id in (select run_id from campaign_run order by run_id desc limit ${NEWEST})
    ), task as (
      select run_id, activity, task.state, attempt from campaign_task task join run using (run_id)
    ), sending as (
      select send_id, state, reason from send
      where state in ('prepared', 'sending', 'paused')
        or send_id in (select send_id from send order by send_id desc limit ${NEWEST})
    ), counted as (
      select send_id, name, sum(value) as value from send_count join sending using (send_id) group by send_id, name
    ), definition_state as (
      select kind, key, version, state, updated_at from definition where updated_at > ${recent}
    ), journey as (
      select journey_key, version, state, updated_at from journey_version where finished_at is null
    ), import as (
      select import_id, state, counts from import_run order by import_id desc limit ${NEWEST}
    ), audience_moved as (
      select key, (
        select at from audience_change where audience_key = key and at > ${recent} order by at desc limit 1) as at
      from definition where kind = 'audience' and state = 'published'
    )
    select
      (select ${figure(sql`audience_moved`)} from audience_moved) as audiences,
      (select ${figure(sql`run`)} from run) || ' ' || (select ${figure(sql`task`)} from task) as campaigns,
      (select ${figure(sql`definition_state`)} from definition_state) || ' ' || (select count(*) from definition) as definitions,
      (select ${figure(sql`import`)} from import) as imports,
      (select ${figure(sql`journey`)} from journey) || ' ' || (
        select coalesce(sum(value), 0) from journey_count where journey_key = '') as journeys,
      (select ${figure(sql`sending`)} from sending) || ' ' || (select ${figure(sql`counted`)} from counted) as sends,
      (select ${figure(sql`source_count`)} from source_count
        where day >= (select max(day) from source_count)) || ' ' ||
      (select coalesce(max(dead_letter_id), 0) from dead_letter) as sources`);
}
