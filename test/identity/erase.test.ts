import { afterAll, beforeEach, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { deleteProfile, exportProfile, runMerges } from '../../src/services/identity/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { defineTable } from '../../src/services/tables/index.ts';
import { createTestContext } from '../support/context.ts';
import { AT, fillTables, rowsOf, tablesOfPeople, tablesWith } from './fill.ts';
import { accept, clear, eventOf, homeOf } from './worker.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());

const ANNA = { bucket: 7, profileId: 501 };
const BERT = { bucket: 7, profileId: 502 };

/** Tables in which deleting a person leaves a row without the person, so that counters still add up. */
const FORGETTING = ['journey_instance', 'journey_step', 'message', 'reaction'];
/** Tables that speak about the deletion itself. */
const ABOUT_IT = ['profile_sweep'];

beforeEach(async () => {
  await clear(ctx);
  await ctx.db.execute(sql`
    truncate message, outbox, reaction, sandbox_message, http_call, journey_refusal, journey_step, journey_test_person, audience_change, dead_letter, suppression, send_count`);
  for (const [name, { bucket, profileId }] of Object.entries({ anna: ANNA, bert: BERT })) {
    await ctx.db.execute(sql`
      insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
      values (${bucket}, ${profileId}, ${`secret-${name}@x.com`}, ${JSON.stringify({ note: `secret-${name}` })}, ${AT}, ${AT})`);
    await ctx.db.execute(sql`
      insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
      values (${homeOf(`email:secret-${name}@x.com`)}, 'email', ${`secret-${name}@x.com`}, ${bucket}, ${profileId}, ${AT})`);
  }
});

await ctx.db.transaction((tx) =>
  defineTable(
    tx,
    {
      kind: 'table',
      key: 'orders',
      columns: { order_id: 'integer', customer: 'text' },
      primary_key: ['order_id'],
      identity: { column: 'customer', namespace: 'customer_id' },
      links: {},
    },
    AT.getTime(),
  ),
);
await ctx.db.execute(sql`create table work.population (bucket smallint, profile_id bigint, name text)`);

async function fill(): Promise<string[]> {
  const tables = await fillTables(ctx, ANNA, 'anna');
  await fillTables(ctx, BERT, 'bert');
  // Tombstones and sweeps of profiles that are alive are no state that Carillon is ever in.
  await ctx.db.execute(sql`truncate profile_alias, profile_sweep, merge_request`);
  await ctx.db.execute(sql`
    insert into send_count (send_id, slot, name, reason, value)
    values (1, 0, 'targeted', '', 4), (1, 0, 'queued', '', 2), (1, 0, 'sent', '', 2), (1, 0, 'opened', 'human', 2),
      (1, 0, 'opened_times', 'human', (select sum(times) from reaction))`);
  return tables.filter((table) => !['profile_alias', 'profile_sweep', 'merge_request'].includes(table));
}

test('an export has the rows of one person from every table that has any', async () => {
  const tables = await fill();
  const exported = new Map<string, unknown[]>();
  for await (const { table, row } of exportProfile(ctx, ANNA))
    exported.set(table, [...(exported.get(table) ?? []), row]);
  expect([...exported.keys()].sort()).toEqual([...tables].sort());
  expect(JSON.stringify([...exported.values()])).not.toContain('bert');
});

test('a deletion leaves no row and no word of the person in any table, everybody else as they were, and all counts true', async () => {
  await fill();
  const others = await rowsOf(ctx, BERT);
  const fine = await examine(ctx);
  await ctx.db.execute(sql`
    insert into suppression (channel, address, reason, created_at) values ('email', 'secret-anna@x.com', 'complaint', ${AT})`);
  expect(await deleteProfile(ctx, ANNA, { suppress: false })).toBe(true);
  expect(Object.keys(await rowsOf(ctx, ANNA))).toEqual(ABOUT_IT);
  expect(await tablesWith(ctx, 'secret-anna')).toEqual([]);
  expect(await rowsOf(ctx, BERT)).toEqual(others);
  for (const table of await tablesOfPeople(ctx)) {
    if (!FORGETTING.includes(table.name)) continue;
    expect(Object.keys(await rowsOf(ctx, { bucket: 7, profileId: 0 })), table.name).toContain(table.name);
  }
  expect((await examine(ctx)).differences).toEqual(fine.differences);
  expect(
    await ctx.db.query(
      sql`select reason, address, count(*) from message where profile_id = 0 group by 1, 2 order by 1`,
    ),
  ).toEqual([
    { reason: 'profile_deleted', address: null, count: 1 },
    { reason: null, address: null, count: 1 },
  ]);
  expect(await deleteProfile(ctx, ANNA, { suppress: false })).toBe(false);
});

test('what rejected lines of files say of the person is forgotten, and that they were rejected is not', async () => {
  const { import_id } = await ctx.db.one<{ import_id: number }>(sql`
    insert into import_run (target, file_name, state, dry_run, mapping, created_at, finished_at)
    values ('profile', 'people.csv', 'finished', false, '{}', ${AT}, ${AT}) returning import_id`);
  const rows = [' Secret-Anna@x.com', 'secret-bert@x.com', ''];
  await ctx.db.execute(sql`
    insert into import_reject (import_id, line, column_name, value, reason)
    select ${import_id}, 900 + line, 'referrer', value, 'unknown_identity' from unnest(${rows}::text[]) with ordinality cell (value, line)`);
  await deleteProfile(ctx, ANNA, { suppress: false });
  expect(await ctx.db.query(sql`select line, value from import_reject where line > 900 order by line`)).toEqual([
    { line: 901, value: '' },
    { line: 902, value: 'secret-bert@x.com' },
    { line: 903, value: '' },
  ]);
});

test('the addresses stay on the list of those not to be written to when that is asked for, and leave it when not', async () => {
  const listed = () => ctx.db.query(sql`select address, reason from suppression`);
  await deleteProfile(ctx, ANNA, { suppress: true });
  expect(await listed()).toEqual([{ address: 'secret-anna@x.com', reason: 'manual' }]);
  await ctx.db.execute(
    sql`insert into suppression (channel, address, reason, created_at) values ('email', 'secret-bert@x.com', 'manual', ${AT})`,
  );
  await ctx.db.execute(sql`update profile set email = 'Secret-Bert@x.com' where profile_id = 502`);
  await deleteProfile(ctx, BERT, { suppress: false });
  expect(await listed()).toEqual([{ address: 'secret-anna@x.com', reason: 'manual' }]);
});

test('a message in the air and what arrives late are forgotten by the sweep that comes after', async () => {
  await fill();
  await ctx.db.execute(sql`update outbox set state = 'sending', worker_id = 1 where profile_id = 501`);
  await deleteProfile(ctx, ANNA, { suppress: false });
  expect(await rowsOf(ctx, ANNA)).toMatchObject({ outbox: 1 });
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, source, received_at) values (7, 501, ${AT}, 'Late', 'test', ${AT})`);
  const sweep = async () => {
    ctx.clock.advance(60_000);
    while ((await runMerges(ctx)) > 0);
  };
  await sweep();
  expect(Object.keys(await rowsOf(ctx, ANNA)).sort()).toEqual(['outbox', 'profile_sweep']);
  await ctx.db.execute(sql`
    with gone as (delete from outbox where profile_id = 501 returning *)
    insert into message (bucket, message_id, created_at, send_id, profile_id, address, state, settled_at)
    select bucket, message_id, queued_at, send_id, profile_id, address, 'sent', ${AT} from gone`);
  await sweep();
  expect(await rowsOf(ctx, ANNA)).toEqual({});
  expect(await tablesWith(ctx, 'secret-anna')).toEqual([]);
});

test('events that were accepted and not yet processed are deleted with the person whom they name', async () => {
  await accept(ctx, [eventOf(['email:secret-anna@x.com']), eventOf(['email:secret-bert@x.com'])]);
  await deleteProfile(ctx, ANNA, { suppress: false });
  expect(await ctx.db.query(sql`select body -> 'identities' -> 0 ->> 'value' as value from inbox`)).toEqual([
    { value: 'secret-bert@x.com' },
  ]);
});

test('over HTTP: who may write deletes, and reads the export as lines before', async () => {
  const server = createServer(ctx);
  const { secret } = await createKey(ctx, { name: 'test', scopes: ['profiles:write'] });
  const headers = { authorization: `Bearer ${secret}` };
  const url = '/api/profiles/email/secret-anna%40x.com';
  const lines = (await server.inject({ url: `${url}/export`, headers })).body.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).table)).toEqual(['identity', 'profile']);
  expect((await server.inject({ method: 'DELETE', url: `${url}?suppress=true`, headers })).json()).toEqual({
    profile_id: 501,
  });
  expect((await server.inject({ url, headers })).statusCode).toBe(404);
  expect((await server.inject({ method: 'DELETE', url, headers })).statusCode).toBe(404);
  await server.close();
});
