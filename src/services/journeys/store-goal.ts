import type { DurationMs } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/**
 * How many people were dealt to each way out of an experiment, and to how many of them the event happened within so long after the first
 * time. One scan of the version's history and of the event's part of an index; who was merged since stands under whom they became.
 */
export function countGoals(
  db: Queryable,
  of: {
    readonly key: string;
    readonly version: number;
    readonly node: string;
    /** When the version began. */
    readonly since: Date;
    readonly event: string;
    readonly withinMs: DurationMs;
  },
): Promise<{ readonly part: string; readonly people: number; readonly reached: number }[]> {
  return db.query(sql`
    with dealt as (
      select outlet as part, bucket, profile_id, min(at) as at from journey_step
      where journey_key = ${of.key} and version = ${of.version} and node = ${of.node} and what = 'left' and at >= ${of.since}
        -- Whom a winner was given to was not dealt.
        and detail ->> 'winner' is distinct from 'true'
      group by outlet, bucket, profile_id
    ), reached as (
      select distinct dealt.part, bucket, profile_id
      from dealt join event using (bucket, profile_id)
      where event.name = ${of.event} and event.occurred_at > ${of.since} and event.occurred_at > dealt.at
        and event.occurred_at <= dealt.at + ${of.withinMs} * interval '1 millisecond'
    )
    select dealt.part, count(*) as people, count(reached.profile_id) as reached
    from dealt left join reached using (part, bucket, profile_id)
    group by dealt.part`);
}
