import type { Context } from '../../../src/platform/context.ts';
import { sql } from '../../../src/platform/sql/index.ts';
import { at, DAY_MS, LONG, part, type Size } from './people.ts';
import { withoutIndexes } from './without-indexes.ts';

const IN_FORCE = 300;
const READS = 5_000;
/** Days of which it is known how many came in. */
const COUNTED_DAYS = 90;

/** Hundreds of thousands of people in one journey, nearly all at one step; hundreds of journeys beside it. */
export async function addJourneys(ctx: Context, size: Size): Promise<void> {
  await addVersions(ctx);
  const position = (id: number, node: string) =>
    sql`jsonb_build_object('id', ${id}::int, 'node', ${node}::text, 'visit', 1, 'since', ${ctx.clock.now() - DAY_MS}::bigint, 'dueAt', ${ctx.clock.now() + DAY_MS}::bigint)`;
  await withoutIndexes(ctx.db, ['journey_instance'], async () => {
    await ctx.db.execute(sql`
      insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, state, body, nodes, wake_at, entered_at)
      select bucket, profile_id, profile_id, 'welcome', 1, case when profile_id % 100 = 7 then 'held' else 'active' end,
        json_build_object('positions', case when profile_id % 20 = 3 then jsonb_build_array(${position(2, 'left')}, ${position(3, 'right')})
            when profile_id % 10000 = 1 then jsonb_build_array(${position(1, 'rare')}) else jsonb_build_array(${position(1, 'rest')}) end,
          'entry', json_build_object('name', 'Cart Updated', 'at', ${ctx.clock.now()}::bigint, 'data', json_build_object('cart_id', profile_id)),
          'results', json_build_object(), 'messages', json_build_object(), 'visits', json_build_object('rest', 1), 'stepNo', 2, 'nextPosition', 4,
          'expiresAt', ${ctx.clock.now() + 90 * DAY_MS}::bigint),
        case when profile_id % 20 = 3 then '{left,right}' when profile_id % 10000 = 1 then '{rare}' else '{rest}' end::text[],
        ${at(ctx, -DAY_MS)}, ${at(ctx)} - profile_id % 86400 * interval '1 second'
      from profile where profile_id <= ${part(size, 300_000)}`);
    await ctx.db.execute(sql`
      insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, instance_key, state, body, entered_at, ended_at, end_reason)
      select bucket, profile_id, 1000000 + n, 'welcome', 1, 'cart-' || n, 'ended', '{"positions": []}', ${at(ctx)} - n * interval '2 hours',
        ${at(ctx)} - n * interval '2 hours' + interval '1 hour', 'finished'
      from profile, generate_series(1, ${part(size, 2_000)}::bigint) n where profile_id = ${LONG}`);
  });
  await withoutIndexes(ctx.db, ['journey_step'], () =>
    ctx.db.execute(sql`
      insert into journey_step (bucket, profile_id, instance_id, at, step_no, journey_key, version, node, what)
      select bucket, profile_id, instance_id, entered_at, no, journey_key, version, 'rest', case when no = 3 then 'left' else 'entered' end
      from journey_instance, generate_series(1, 3) no`),
  );
  await ctx.db.execute(sql`select setval('journey_instance_id_seq', 10000000)`);
}

async function addVersions(ctx: Context): Promise<void> {
  // Of the one that is published the version is there already.
  await ctx.db.execute(sql`
    insert into journey_version (journey_key, version, state, body, started_at, updated_at)
    select key, 1, 'live', body, ${at(ctx)}, ${at(ctx)} from definition
    where kind = 'journey' and version = 1 and (key = 'welcome' or split_part(key, '-', 2)::int < ${IN_FORCE})
    on conflict do nothing`);
  await ctx.db.execute(sql`
    insert into journey_count (journey_key, version, slot, node, name, outlet, value)
    select journey_key, version, slot, node, name, outlet, 100
    from journey_version, generate_series(0, 15) slot, (
      select node, name, '' as outlet from unnest(array['rest', 'rare', 'both', 'left', 'right', 'joined', 'mail', 'second']) node,
        unnest(array['entered', 'waiting']) name
      union all select node, 'left', 'next' from unnest(array['rest', 'rare', 'both', 'left', 'right', 'joined', 'mail', 'second']) node
      union all values ('', 'entered', ''), ('', 'ended', 'finished'), ('', 'refused', 'inside')
      union all select '', 'entered-on', to_char(${at(ctx)} - d * interval '1 day', 'YYYY-MM-DD')
        from generate_series(0, ${COUNTED_DAYS}::int) d) counted (node, name, outlet)`);
  await ctx.db.execute(sql`
    insert into journey_read (journey_key, version, occurrence, by, audience_key, state, due_at, incremental, force, rate, created_at, finished_at)
    select case when n % 2 = 0 then 'welcome' else 'welcome-' || n % ${IN_FORCE} end, 1, n::text, 'audience', 'everybody',
      case when n % 1000 = 0 then 'failed' else 'done' end, ${at(ctx)} - n * interval '1 hour', false, false, 100, ${at(ctx)}, ${at(ctx)}
    from generate_series(1, ${READS}) n`);
}
