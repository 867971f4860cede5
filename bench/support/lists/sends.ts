import { MAILING_TAG } from '../../../src/core/mailings/index.ts';
import type { Context } from '../../../src/platform/context.ts';
import { type Sql, sql } from '../../../src/platform/sql/index.ts';
import { at, DAY_MS, LONG, part, type Size } from './people.ts';
import { withoutIndexes } from './without-indexes.ts';

/** The one that a million people get. */
export const BIG_SEND = 1;
/** The run that it belongs to. */
export const BIG_RUN = 1;
/** Runs of campaigns, each with a send of the same number. */
const RUNS = 500;
/** Of steps of journeys, open for ever. */
export const JOURNEY_SEND = RUNS + 1;
const JOURNEY_SENDS = 400;
/** Of messages by API, of as many versions of ten templates. */
const API_SENDS = 60;
const API_SEND = RUNS + JOURNEY_SENDS + 1;
const SENDS = RUNS + JOURNEY_SENDS + API_SENDS;
const SETTINGS = JSON.stringify({
  consent: 'opt-out',
  per_row: false,
  deadline_ms: DAY_MS,
  on_uncertain: 'keep',
  stop_loss: false,
});
const ROWS_TABLE = 'bench_rows';

export async function addSends(ctx: Context, size: Size): Promise<void> {
  await addRuns(ctx, size);
  await ctx.db.execute(sql`
    insert into send (send_id, run_id, activity, campaign_key, journey_key, journey_version, standing, channel, channel_key, template_key,
      template_version, lane, state, settings, created_at, confirmed_at, finished_at)
    overriding system value
    select n, case when n <= ${RUNS} then n end, case when n >= ${API_SEND} then null when n > ${RUNS} and n % 2 = 0 then 'second' else 'mail' end,
      case when n = 1 then 'spring' when n <= ${RUNS} then 'spring-' || n end,
      case when n in (${JOURNEY_SEND}, ${JOURNEY_SEND + 1}) then 'welcome' when n > ${RUNS} and n < ${API_SEND} then 'welcome-' || (n - ${JOURNEY_SEND}) / 2 end,
      case when n > ${RUNS} and n < ${API_SEND} then 1 end, n > ${RUNS}, 'email', 'mail',
      case when n >= ${API_SEND} then 'receipt-' || n % 10 else 'spring' end, 1,
      case when n >= ${API_SEND} then case n % 4 when 0 then 'campaign' else 'transactional' end when n > ${RUNS} then 'journey' else 'campaign' end,
      case when n = 1 or n > ${RUNS} then 'sending' when n % 50 = 0 then 'prepared' else 'finished' end, ${SETTINGS}::jsonb,
      case when n >= ${API_SEND} then ${at(ctx, 500 * DAY_MS)} else ${at(ctx, 5 * DAY_MS)} end, ${at(ctx, 3 * DAY_MS)},
      case when n > 1 and n <= ${RUNS} and n % 50 <> 0 then ${at(ctx)} - n * interval '1 hour' end
    from generate_series(1, ${SENDS}) n`);
  await addMessages(ctx, size);
  await addReactions(ctx);
  await addCounters(ctx);
  await addMailbox(ctx, size);
  await ctx.db.execute(sql`
    select setval(pg_get_serial_sequence('send', 'send_id'), ${SENDS}), setval('message_id_seq', 10000000),
      setval(pg_get_serial_sequence('campaign_run', 'run_id'), ${RUNS})`);
}

/**
 * The big send's log and what of it still waits, two sends of a journey, a message a day for the person with the long history, and as many
 * messages by API as there are people.
 */
async function addMessages(ctx: Context, size: Size): Promise<void> {
  const settled = (numbers: Sql, send: Sql, when: Sql) => sql`
    insert into message (bucket, message_id, created_at, send_id, profile_id, address, state, reason, attempts, settled_at)
    select p.bucket, made.n, ${when}, ${send}, p.profile_id, p.email, state,
      case when state = 'sent' then null when k % 100000 = 9 then 'suppressed' when state = 'excluded' then 'no_consent'
        when state = 'failed' then 'hard_bounce' else 'timeout' end, 1, ${when} + k % 3600 * interval '1 second'
    from (
      select n, k, person, case when k % 10 = 0 or k % 100000 = 9 then 'excluded' when k % 100 = 1 then 'failed'
        when k % 5000 = 3 then 'uncertain' else 'sent' end as state
      from (${numbers}) numbers) made
    join profile p on p.profile_id = made.person`;
  const { people } = size;
  await withoutIndexes(ctx.db, ['message'], async () => {
    await ctx.db.execute(
      settled(
        sql`select n, n as k, n as person from generate_series(1, ${people}::bigint) n`,
        sql`${BIG_SEND}::bigint`,
        at(ctx, 3 * DAY_MS),
      ),
    );
    await ctx.db.execute(
      settled(
        sql`select 4000000 + n as n, n as k, 1 + n * 31 % ${people}::bigint as person from generate_series(1, ${part(size, 200_000)}::bigint) n`,
        sql`${JOURNEY_SEND}::bigint + made.n % 2`,
        sql`(${at(ctx)} - (made.k % 500) * interval '1 day')`,
      ),
    );
    await ctx.db.execute(
      settled(
        sql`select 3000000 + n as n, n as k, ${LONG}::bigint as person from generate_series(1, ${part(size, 20_000)}::bigint) n`,
        sql`2 + made.n % ${RUNS - 1}::bigint`,
        sql`(${at(ctx)} - made.k * interval '50 minutes')`,
      ),
    );
    await ctx.db.execute(
      settled(
        sql`select 5000000 + n as n, n as k, 1 + n * 37 % ${people}::bigint as person from generate_series(1, ${people}::bigint) n`,
        sql`${API_SEND}::bigint + made.n % ${API_SENDS}`,
        sql`(${at(ctx)} - ((${people}::bigint - made.k) * 499 / ${people}::bigint) * interval '1 day')`,
      ),
    );
  });
  await ctx.db.execute(sql`
    insert into outbox (bucket, message_id, send_id, profile_id, lane, channel_key, address, domain, state, due_at, worker_id, queued_at)
    select bucket, 2000000 + profile_id, case when profile_id % 20 = 0 then ${JOURNEY_SEND}::bigint else ${BIG_SEND}::bigint end, profile_id,
      case when profile_id % 20 = 0 then 'journey' else 'campaign' end, 'mail', coalesce(email, ''), 'example.com',
      case when profile_id % 1000 = 1 then 'sending' else 'queued' end, ${at(ctx, -DAY_MS)}, case when profile_id % 1000 = 1 then 1 end, ${at(ctx)}
    from profile where profile_id <= ${part(size, 300_000)}`);
  await ctx.db.execute(sql`analyze message, outbox, send`);
}

/** Half of those who got it open it within a month, machines open some, some click. */
async function addReactions(ctx: Context): Promise<void> {
  await withoutIndexes(ctx.db, ['reaction'], () =>
    ctx.db.execute(sql`
      insert into reaction (bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times)
      select bucket, message_id, kind, machine, send_id, profile_id, created_at + message_id % 2592 * interval '1000 seconds',
        created_at + message_id % 2592 * interval '1000 seconds', 1
      from message cross join (values ('opened', false, 2), ('opened', true, 10), ('clicked', false, 12)) did (kind, machine, each)
      where state = 'sent' and (message_id / 3) % each = 0`),
  );
  await ctx.db.execute(sql`
    insert into reaction_span (send_id, hour, kind, machine, slot, value)
    select send_id, date_trunc('hour', first_at, 'UTC'), kind, machine, bucket % 16, count(*) from reaction group by 1, 2, 3, 4, 5`);
}

/** The counters as the rows have it, over their slots. */
async function addCounters(ctx: Context): Promise<void> {
  await ctx.db.execute(sql`
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, (bucket % 16)::smallint, name, reason, count(*) from (
      select send_id, bucket, state as name, coalesce(reason, '') as reason from message
      union all select send_id, bucket, 'targeted', '' from message
      union all select send_id, bucket, state, '' from outbox
      union all select send_id, bucket, 'targeted', '' from outbox
      union all select send_id, bucket, kind, case when machine then 'machine' else 'human' end from reaction
      union all select send_id, bucket, kind || '_times', case when machine then 'machine' else 'human' end from reaction
      union all select send_id, slot, name, '' from send, generate_series(0, 15) slot,
        unnest(array['targeted', 'sent', 'queued', 'sending']) name where send_id > 1) counted
    group by send_id, bucket % 16, name, reason`);
  await ctx.db.execute(sql`
    insert into send_mark (send_id, name, reason, at, value)
    select send_id, name, reason, ${at(ctx)} - hours * interval '1 hour', sum(value)::bigint
    from send_count, generate_series(1, 48, 6) hours group by send_id, name, reason, hours`);
  await ctx.db.execute(sql`
    insert into send_link (send_id, link_no, url) select send_id, n, 'https://shop.example/' || n from send, generate_series(1, 10) n`);
  await ctx.db.execute(sql`
    insert into link_click (send_id, slot, link_no, human, machine) select send_id, slot, link_no, 3, 1 from send_link, generate_series(0, 15) slot`);
}

async function addMailbox(ctx: Context, size: Size): Promise<void> {
  await ctx.db.execute(sql`
    insert into sandbox_message (bucket, message_id, send_id, profile_id, sender, recipient, subject, raw, received_at)
    select bucket, message_id, send_id, profile_id, 'news@shop.example', address, 'Spring', convert_to(repeat('From: The Shop ' || message_id, 100), 'UTF8'),
      settled_at
    from message where state = 'sent' and address is not null and message_id <= ${part(size, 60_000)}`);
}

/** One run whose arrow still holds its million rows, with a long log, and hundreds of others. */
async function addRuns(ctx: Context, size: Size): Promise<void> {
  await ctx.db.execute(sql`
    insert into campaign_run (run_id, campaign_key, version, mode, state, body, starts_at, created_at, updated_at, finished_at)
    overriding system value
    select n, case when n = 1 then 'spring' when n between 200 and 299 then 'api-' || n else 'spring-' || n end, 1, 'live', case when n = 1 or n % 50 = 0 then 'waiting' else 'completed' end, case when n between 200 and 299 then (body::jsonb || jsonb_build_object('tags', jsonb_build_array(${MAILING_TAG}::text)))::json else body end,
      ${at(ctx)} - n * interval '1 hour', ${at(ctx)}, ${at(ctx)}, case when n > 1 and n % 50 <> 0 then ${at(ctx)} end
    from definition, generate_series(1, ${RUNS}) n where kind = 'campaign' and key = 'spring'`);
  await ctx.db.execute(sql`
    insert into campaign_task (run_id, activity, position, inputs, state, send_id)
    select run_id, activity, position, 1, 'done', case when activity = 'mail' then run_id end
    from campaign_run, (values ('people', 0), ('mail', 1)) task (activity, position)`);
  await ctx.db.execute(
    sql`create table work.bench_rows as select bucket, profile_id, traits ->> 'city' as city from profile`,
  );
  await ctx.db.execute(sql`
    insert into campaign_transition (run_id, activity, outlet, target, table_name, dimension, columns, unique_rows, row_count, created_at)
    select run_id, 'people', 'next', 'mail', case when run_id = ${BIG_RUN} then ${ROWS_TABLE} end, 'profiles', '[{"name":"city","type":"text"}]',
      true, ${size.people}, ${at(ctx)}
    from campaign_run`);
  await ctx.db.execute(sql`
    insert into campaign_log (run_id, at, level, activity, message)
    select ${BIG_RUN}, ${at(ctx)}, 'info', case when n % 5000 = 0 then 'mail' else 'people' end, 'Something happened.'
    from generate_series(1, ${part(size, 100_000)}::bigint) n`);
}
