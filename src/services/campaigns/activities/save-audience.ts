import type { SaveAudience } from '../../../core/campaigns/index.ts';
import { AppError, say } from '../../../core/kernel/index.ts';
import { id, join, type Sql, sql } from '../../../platform/sql/index.ts';
import { watchSaved } from '../../live/index.ts';
import { columnOf, fromSource, randomOrder, type Source } from '../source.ts';
import { publishedAudienceRule } from '../store.ts';
import { type Inflow, type Outcome, onlyInflow, passOn, type Work } from '../work.ts';

/** Writes the population's people down as members; the population itself goes on as it is. */
export async function runSaveAudience(work: Work<SaveAudience>): Promise<Outcome> {
  const { activity, run } = work;
  const input = onlyInflow(work);
  const outflows = activity.next === undefined ? [] : passOn(work);
  if (run.mode === 'test') {
    work.note(
      'info',
      say('A live run would save {rows} {rows:row|rows} as audience "{audience}" ({how}).', {
        rows: input.rows,
        audience: activity.audience,
        how: activity.mode,
      }),
    );
    return { kind: 'done', outflows };
  }
  await checkTarget(work);
  const concerned = sql`select bucket, profile_id from audience_member where audience_key = ${activity.audience}
    union select bucket, profile_id from ${id('work', input.table)}`;
  const watch = await watchSaved(work.tx, { audience: activity.audience, people: concerned, now: work.now });
  if (activity.mode === 'replace') {
    await work.execute(sql`delete from audience_member m where m.audience_key = ${activity.audience}
      and not exists (select from ${id('work', input.table)} w where w.bucket = m.bucket and w.profile_id = m.profile_id)`);
  }
  const saved = await work.execute(insertMembers(work, input));
  await watch.written();
  const { audience, mode } = activity;
  work.note(
    'info',
    say('Audience "{audience}" ({how}): {saved} {saved:person|people} written.', { audience, how: mode, saved }),
  );
  return { kind: 'done', outflows };
}

async function checkTarget(work: Work<SaveAudience>): Promise<void> {
  const { audience, mode } = work.activity;
  if (await publishedAudienceRule(work.tx, audience)) {
    throw new AppError(
      'conflict',
      say('Audience "{audience}" is defined by a rule; save this one under another key.', { audience }),
    );
  }
  if (mode !== 'create') return;
  const member = await work.tx.maybeOne(
    sql`select 1 as found from audience_member where audience_key = ${audience} limit 1`,
  );
  if (member)
    throw new AppError(
      'conflict',
      say('Audience "{audience}" already has members; mode "create" writes none over them.', { audience }),
    );
}

/** Members stay members since when they were; a person in several rows is written once. */
function insertMembers(work: Work<SaveAudience>, input: Inflow): Sql {
  const { activity, catalog } = work;
  const source: Source = { table: input.table, population: input.population, catalog };
  const stored = activity.columns.map((name) => sql`${name}::text, ${columnOf(source, name)}`);
  const columns = stored.length === 0 ? sql`'{}'::jsonb` : sql`jsonb_build_object(${join(stored)})`;
  const chosen = sql`select w.bucket, w.profile_id, ${columns} as columns, ${randomOrder(input.population, work.name, sql`w`)} as _order
    from ${fromSource(source, activity.columns)} where w.profile_id is not null`;
  const rows = input.population.unique
    ? chosen
    : sql`select distinct on (c.bucket, c.profile_id) c.* from (${chosen}) c order by c.bucket, c.profile_id, c._order`;
  return sql`insert into audience_member as m (bucket, audience_key, profile_id, since, run_id, columns)
    select r.bucket, ${activity.audience}, r.profile_id, ${new Date(work.now)}::timestamptz, ${work.run.runId}::bigint, r.columns from (${rows}) r
    on conflict (bucket, audience_key, profile_id) do update set run_id = excluded.run_id, columns = excluded.columns`;
}
