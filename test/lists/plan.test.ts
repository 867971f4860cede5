// However many rows stand behind a list, one page of it is a short walk along an index: never a look at all of them, and never a sort.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '../../src/platform/context.ts';
import { type Database, ensureMonthPartitions, sql } from '../../src/platform/sql/index.ts';
import { listAudienceChanges, listAudiences, listMembers } from '../../src/services/audiences/index.ts';
import { transitionRows } from '../../src/services/campaigns/index.ts';
import { reactionSpans } from '../../src/services/deliveries/index.ts';
import { listConflicts } from '../../src/services/identity/index.ts';
import { listDeadLetters } from '../../src/services/ingest/index.ts';
import { listJourneys, listPeople, listReads } from '../../src/services/journeys/index.ts';
import { listApiMessages, listApiTemplates } from '../../src/services/messages/index.ts';
import { listProfiles, readTimeline } from '../../src/services/profiles/index.ts';
import { listSandboxMessages } from '../../src/services/sandbox/index.ts';
import { publish, waitAndWrite } from '../journeys/service.ts';
import { createTestContext, type TestContext } from '../support/context.ts';

const ROWS = 60_000;
const MOST = 4_000;
const SEND = 7_000;
const API_SEND = 7_001;
let ctx: TestContext;

beforeAll(async () => {
  ctx = await createTestContext();
  const now = new Date(ctx.clock.now());
  for (const parent of ['event', 'message', 'audience_change'] as const) {
    await ensureMonthPartitions(ctx.db, parent, [ctx.clock.now()]);
  }
  await publish(ctx, { kind: 'channel', key: 'sandbox', provider: 'sandbox', from: { email: 'a@example.com' } });
  await publish(ctx, {
    kind: 'template',
    key: 'hello',
    subject: 'Hello',
    html: '<a href="{{ message.unsubscribe_url }}">No</a>',
  });
  await publish(ctx, waitAndWrite('way'));
  await publish(ctx, { kind: 'audience', key: 'saved', static: true });
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select n % 256, n, case when n % 2 = 0 then 'person' when n = 7 then 'Rare' else 'one' end || n || '@example.com', '{}', ${now}, ${now}
    from generate_series(1, ${ROWS}::int) n`);
  await ctx.db.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    select bucket_of('customer_id', 'c' || profile_id), 'customer_id', 'c' || profile_id, bucket, profile_id, ${now} from profile`);
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since) select bucket, 'saved', profile_id, ${now} from profile`);
  await ctx.db.execute(sql`
    insert into audience_change (bucket, profile_id, at, audience_key, change, cause)
    select bucket, profile_id, ${now}, 'saved', 'entered', 'rule' from profile`);
  await ctx.db.execute(sql`
    insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, state, body, nodes, wake_at, entered_at)
    select bucket, profile_id, profile_id, 'way', 1, 'active', json_build_object('positions', (
        select json_agg(json_build_object('node', node, 'since', 0)) from unnest(nodes) node)), nodes, ${now}, ${now}
    from (
      select *, case profile_id when 1 then '{mail}' when 2 then '{hour,mail}' when 3 then '{hour,later,mail}' else '{hour}' end::text[] as nodes
      from profile) p`);
  await ctx.db.execute(sql`
    insert into journey_count (journey_key, version, slot, node, name, outlet, value)
    select 'way', 1, slot, node, name, day::text, 1
    from generate_series(0, 15) slot, unnest(array['', 'hour', 'mail']) node, unnest(array['entered-on', 'left']) name, generate_series(1, 600) day`);
  await ctx.db.execute(sql`
    insert into journey_read (journey_key, version, occurrence, by, audience_key, state, due_at, incremental, force, rate, created_at, finished_at)
    select case when n = 5 then 'way' else 'other' end, 1, n::text, 'audience', 'saved', 'done', ${now}, false, false, 1, ${now}, ${now}
    from generate_series(1, ${ROWS}::int) n`);
  await ctx.db.execute(sql`
    insert into dead_letter (inlet, source, reason, detail, body, complete, received_at, replayed_at)
    select 'event', case when n = 9 then 'rare' else 'usual' end, case when n = 9 then 'too_large' else 'unknown_type' end, '', '', true, ${now},
      case when n <> 9 then ${now}::timestamptz end
    from generate_series(1, ${ROWS}::int) n`);
  await ctx.db.execute(sql`
    insert into identity_conflict (bucket, profile_id, namespace, identity, other, reason, first_at, last_at)
    select bucket, profile_id, 'n', 'a', 'b', 'limit', ${now}, ${now} from profile`);
  await ctx.db.execute(sql`
    insert into sandbox_message (bucket, message_id, send_id, profile_id, sender, recipient, subject, raw, received_at)
    select bucket, profile_id, 1, profile_id, '', email, '', '', ${now} from profile`);
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, event_id, name, properties, source, received_at)
    select 1, 1, ${now}::timestamptz - n * interval '1 second', n, 'Seen', '{}', 'web', ${now} from generate_series(1, ${ROWS}::int) n`);
  await ctx.db.execute(sql`
    insert into reaction (bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times)
    select bucket, profile_id, 'opened', false, ${SEND}, profile_id, ${now}, ${now}, 1 from profile`);
  await ctx.db.execute(sql`
    insert into send (send_id, standing, channel, channel_key, template_key, template_version, lane, state, created_at)
    overriding system value
    select n, true, 'email', 'sandbox', 'receipt', 1, 'transactional', 'sending', ${now}
    from generate_series(${API_SEND}::int, ${API_SEND + 9}::int) n`);
  await ctx.db.execute(sql`
    insert into message (bucket, message_id, created_at, send_id, profile_id, address, state, reason, settled_at)
    select bucket, profile_id, ${now}, ${API_SEND} + profile_id % 10, profile_id, email, case when profile_id = 4711 then 'failed' else 'sent' end,
      case when profile_id = 4711 then 'hard_bounce' end, ${now}
    from profile`);
  await ctx.db.execute(sql`
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, profile_id % 16, state, coalesce(reason, ''), count(*) from message group by 1, 2, 3, 4`);
  await ctx.db.execute(sql`create table work.rows_of_run as select bucket, profile_id from profile`);
  await ctx.db.execute(sql`
    insert into campaign_run (campaign_key, version, mode, state, body, starts_at, created_at, updated_at)
    values ('spring', 1, 'test', 'running', '{}', ${now}, ${now}, ${now})`);
  await ctx.db.execute(sql`
    insert into campaign_transition (run_id, activity, outlet, table_name, dimension, columns, unique_rows, row_count, created_at)
    select run_id, 'people', 'next', 'rows_of_run', 'profiles', '[]', true, ${ROWS}, ${now} from campaign_run`);
  await ctx.db.execute(sql`analyze`);
}, 180_000);
afterAll(() => ctx.close());

/** Rows and entries of indexes that were read to answer; the statistics of a transaction are its own. */
async function rowsRead(work: (ctx: Context) => Promise<unknown>): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const read = async () =>
      (
        await tx.one<{ rows: number }>(sql`
          select sum(pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid))::bigint as rows
          from pg_class where relkind in ('r', 'i') and relnamespace in ('public'::regnamespace, 'work'::regnamespace)`)
      ).rows;
    const before = await read();
    const within: Database = { ...ctx.db, ...tx, transaction: (inner) => inner(tx) };
    await work({ ...ctx, db: within });
    return (await read()) - before;
  });
}

const found = (length: number) => async (rows: Promise<readonly unknown[]>) => expect(await rows).toHaveLength(length);
const page = found(51);
const one = found(1);
const limit = 51;
const middle = { bucket: 128, profileId: 0 };

test.each<[string, (ctx: Context) => Promise<unknown>]>([
  ['people', (on) => page(listProfiles(on, { limit, after: middle }))],
  ['people by a beginning that many addresses have', (on) => page(listProfiles(on, { limit, search: 'person' }))],
  ['people by the beginning of one address', (on) => one(listProfiles(on, { limit, search: 'rare' }))],
  ['people by an identity', (on) => one(listProfiles(on, { limit, search: 'c4711' }))],
  ['people whom nobody is', (on) => found(0)(listProfiles(on, { limit, search: 'nobody' }))],
  ['members', (on) => page(listMembers(on, { key: 'saved', after: middle, limit }))],
  ['audiences', (on) => one(listAudiences(on, { after: undefined, limit }))],
  [
    'comings of one instant',
    (on) =>
      page(listAudienceChanges(on, { key: 'saved', before: { at: on.clock.now(), ...middle, change: '' }, limit })),
  ],
  ['people in a journey', (on) => page(listPeople(on, { key: 'way', limit }))],
  ['people at a step with nearly all', (on) => page(listPeople(on, { key: 'way', node: 'hour', limit }))],
  ['people at a step with few', (on) => found(3)(listPeople(on, { key: 'way', node: 'mail', limit }))],
  ['journeys', (on) => one(listJourneys(on, { limit }))],
  ['readings of one journey', (on) => one(listReads(on, { key: 'way', limit }))],
  ['refused events', (on) => page(listDeadLetters(on, { limit }))],
  ['refused events that wait', (on) => one(listDeadLetters(on, { limit, replayed: false }))],
  ['refused events of a source', (on) => one(listDeadLetters(on, { limit, source: 'rare' }))],
  ['refused events for a reason', (on) => one(listDeadLetters(on, { limit, reason: 'too_large', replayed: false }))],
  [
    'conflicts of one instant',
    (on) => page(listConflicts(on, { limit, after: { lastAt: on.clock.now(), ...middle, identity: '', other: '' } })),
  ],
  ['the mailbox', (on) => page(listSandboxMessages(on, { limit, before: [ROWS / 2, 0] }))],
  ['the mailbox by recipient', (on) => one(listSandboxMessages(on, { limit, search: 'rare' }))],
  [
    'a long timeline',
    (on) => readTimeline(on, { namespace: 'id', value: '1' }, { show: 'all', before: undefined, limit }),
  ],
  ['rows on an arrow', (on) => transitionRows(on, { campaignKey: 'spring', activity: 'people', limit })],
  ['messages by API', (on) => page(listApiMessages(on, { limit }).then(({ rows }) => rows))],
  ['messages by API further down', (on) => page(listApiMessages(on, { limit, before: 900 }).then(({ rows }) => rows))],
  [
    'messages by API for a rare reason',
    (on) => one(listApiMessages(on, { limit, reason: 'hard_bounce' }).then(({ rows }) => rows)),
  ],
  [
    'messages by API of one person',
    (on) => one(listApiMessages(on, { limit, search: 'rare' }).then(({ rows }) => rows)),
  ],
  [
    'messages by API of many people',
    (on) => found(50)(listApiMessages(on, { limit, search: 'person' }).then(({ rows }) => rows)),
  ],
  ['messages by API by template', (on) => one(listApiTemplates(on, { limit }))],
  ['reactions over time', (on) => reactionSpans(on.db, [SEND], 'hour')],
])('a page of %s reads thousands of rows at most, with tens of thousands behind it', async (_name, work) => {
  expect(await rowsRead(work)).toBeLessThan(MOST);
});

test('everybody at a step is found once, whichever of their branches stands there', async () => {
  const ids = async (node: string, after?: readonly [number, number]) =>
    (await listPeople(ctx, { key: 'way', node, after, limit: 2 })).map((row) => row.profile_id);
  expect(await ids('mail')).toEqual([1, 2]);
  expect(await ids('mail', [2, 2])).toEqual([3]);
  expect(await ids('later')).toEqual([3]);
});
