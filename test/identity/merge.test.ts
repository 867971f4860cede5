import { afterAll, beforeEach, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { type Queryable, sql } from '../../src/platform/sql/index.ts';
import { applyDefinitions, archiveDefinition, plainDocument } from '../../src/services/definitions/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { mergeProfiles, runMerges } from '../../src/services/identity/index.ts';
import { advanceRead } from '../../src/services/journeys/read-audience.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { followPlaces } from '../../src/services/profiles/index.ts';
import { createTracker } from '../../src/services/tracking/index.ts';
import { until } from '../deliveries/support.ts';
import { createTestContext } from '../support/context.ts';
import { AT, fillTables, rowsOf, tablesOfPeople } from './fill.ts';
import { accept, clear, eventOf, people, settle } from './worker.ts';

const ctx = await createTestContext();
afterAll(() => ctx.close());
beforeEach(() => clear(ctx));

type Person = { bucket: number; profileId: number };

/** A stored profile with these identities (`namespace:value`). */
async function person(names: readonly string[], columns: Record<string, unknown> = {}): Promise<Person> {
  const made = await ctx.db.one<Person>(sql`
    insert into profile (bucket, email, traits, created_at, updated_at)
    values (bucket_of('name', ${names.join()}), ${columns.email ?? null}, ${JSON.stringify(columns.traits ?? {})},
      ${columns.created_at ?? AT}, ${columns.updated_at ?? AT})
    returning bucket, profile_id as "profileId"`);
  for (const name of names) {
    const [namespace, value] = name.split(':');
    await ctx.db.execute(sql`
      insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
      values (bucket_of(${namespace}, ${value}), ${namespace}, ${value}, ${made.bucket}, ${made.profileId}, ${AT})`);
  }
  return made;
}

const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);

test('the one with a user id survives, else the older one, and the dead one leads to it', async () => {
  const [user, older] = [await person(['user_id:1']), await person(['anonymous_id:a'], { created_at: later(-5) })];
  expect(await mergeProfiles(ctx, { from: user, into: older, cause: 'event' })).toEqual({
    kind: 'merged',
    survivor: user,
    dead: older,
  });
  const [young, old] = [await person(['anonymous_id:b']), await person(['anonymous_id:c'], { created_at: later(-5) })];
  expect(await mergeProfiles(ctx, { from: old, into: young, cause: 'event' })).toMatchObject({ survivor: old });
  await mergeProfiles(ctx, { from: old, into: user, cause: 'event' });
  expect(await followPlaces(ctx.db, [older, young, old, user])).toEqual([user, user, user, user]);
  expect(await people(ctx)).toMatchObject([
    { names: ['anonymous_id:a', 'anonymous_id:b', 'anonymous_id:c', 'user_id:1'] },
  ]);
});

test('of traits and columns that both have, those of the profile changed last stand; of the others, what is known', async () => {
  const kept = await person(['user_id:1'], { email: 'old@x.com', traits: { a: 1, b: 1 }, updated_at: later(1) });
  const gone = await person(['anonymous_id:a'], {
    email: 'new@x.com',
    traits: { b: 2, c: 2 },
    updated_at: later(2),
    created_at: later(-9),
  });
  await mergeProfiles(ctx, { from: gone, into: kept, cause: 'event' });
  expect(await ctx.db.query(sql`select email, traits, created_at from profile`)).toEqual([
    { email: 'new@x.com', traits: { a: 1, b: 2, c: 2 }, created_at: later(-9) },
  ]);
});

test('a consent is never wider after a merge: refused by one of the two is refused', async () => {
  const [kept, gone] = [await person(['user_id:1']), await person(['anonymous_id:a'])];
  const said = (place: Person, channel: string, status: string) =>
    ctx.db.execute(
      sql`insert into consent values (${place.bucket}, ${place.profileId}, ${channel}, '', ${status}, 'test', ${AT})`,
    );
  await said(kept, 'email', 'granted');
  await said(gone, 'email', 'refused');
  await said(kept, 'sms', 'refused');
  await said(gone, 'sms', 'granted');
  await said(gone, 'push', 'granted');
  await mergeProfiles(ctx, { from: gone, into: kept, cause: 'event' });
  expect(await ctx.db.query(sql`select channel, status from consent order by channel`)).toEqual([
    { channel: 'email', status: 'refused' },
    { channel: 'push', status: 'granted' },
    { channel: 'sms', status: 'refused' },
  ]);
});

test("every row of the dead profile in every table of people is the survivor's, whatever the table", async () => {
  const [kept, gone] = [await person(['user_id:1']), await person(['anonymous_id:a'])];
  await fillTables(ctx, gone, 'gone');
  await ctx.db.execute(sql`truncate profile_alias, profile_sweep, merge_request`);
  await ctx.db.execute(sql`update inbox set body = '{"kind":"touch","cause":"rows"}'`);
  const before = await rowsOf(ctx, gone);
  await mergeProfiles(ctx, { from: gone, into: kept, cause: 'event' });
  expect(Object.keys(await rowsOf(ctx, gone)).sort()).toEqual(['profile_alias', 'profile_sweep']);
  const after = await rowsOf(ctx, kept);
  for (const { name } of await tablesOfPeople(ctx)) {
    if (['profile_alias', 'profile_sweep', 'merge_request'].includes(name)) continue;
    expect(after[name], name).toBeGreaterThanOrEqual(before[name] ?? 1);
  }
  const touched = await ctx.db.query(sql`select body from inbox where body ->> 'cause' = 'merge'`);
  expect(touched).toEqual([{ body: { kind: 'touch', cause: 'merge', refold: true } }]);
  expect((await examine(ctx)).findings.filter(({ kind }) => /profile/.test(kind))).toEqual([]);
});

test('memberships are since the earlier of both, in the table and in what the engine keeps', async () => {
  const [kept, gone] = [await person(['user_id:1']), await person(['anonymous_id:a'])];
  for (const [place, since] of [
    [kept, later(5)],
    [gone, later(2)],
  ] as const) {
    await ctx.db.execute(
      sql`insert into audience_member (bucket, audience_key, profile_id, since) values (${place.bucket}, 'vip', ${place.profileId}, ${since})`,
    );
    await ctx.db.execute(sql`
      insert into profile_state (bucket, profile_id, metrics, audiences) values (${place.bucket}, ${place.profileId},
        ${JSON.stringify({ m: place.profileId })}, ${JSON.stringify({ vip: since.getTime(), [`only-${since.getTime()}`]: since.getTime() })})`);
  }
  await mergeProfiles(ctx, { from: gone, into: kept, cause: 'event' });
  expect(await ctx.db.query(sql`select profile_id, since from audience_member`)).toEqual([
    { profile_id: kept.profileId, since: later(2) },
  ]);
  expect(await ctx.db.query(sql`select metrics, audiences from profile_state`)).toEqual([
    {
      metrics: { m: kept.profileId },
      audiences: {
        vip: later(2).getTime(),
        [`only-${later(2).getTime()}`]: later(2).getTime(),
        [`only-${later(5).getTime()}`]: later(5).getTime(),
      },
    },
  ]);
});

test('in a journey that both are in with the same key the survivor goes on and the other instance ends as merged', async () => {
  const [kept, gone] = [await person(['user_id:1']), await person(['anonymous_id:a'])];
  const enter = (place: Person, id: number, key: string) =>
    ctx.db.execute(sql`
      insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, instance_key, state, body, wake_at, entered_at)
      values (${place.bucket}, ${place.profileId}, ${id}, 'cart', 1, ${key}, 'active', ${JSON.stringify({ positions: [{ id: 0, node: 'wait', visit: 1, since: 0, dueAt: AT.getTime() }], stepNo: 1 })}, ${AT}, ${AT})`);
  await enter(kept, 1, 'x');
  await enter(gone, 2, 'x');
  await enter(gone, 3, 'y');
  await mergeProfiles(ctx, { from: gone, into: kept, cause: 'event' });
  expect(
    await ctx.db.query(
      sql`select instance_id, profile_id, state, end_reason, wake_at from journey_instance order by 1`,
    ),
  ).toEqual([
    { instance_id: 1, profile_id: kept.profileId, state: 'active', end_reason: null, wake_at: AT },
    { instance_id: 2, profile_id: kept.profileId, state: 'ended', end_reason: 'merged', wake_at: null },
    { instance_id: 3, profile_id: kept.profileId, state: 'active', end_reason: null, wake_at: AT },
  ]);
  expect(
    await ctx.db.query(
      sql`select node, name, outlet, value from journey_count where journey_key = 'cart' order by name, node`,
    ),
  ).toEqual([
    { node: '', name: 'ended', outlet: 'merged', value: 1 },
    { node: 'wait', name: 'ended', outlet: 'merged', value: 1 },
    { node: 'wait', name: 'waiting', outlet: '', value: -1 },
  ]);
});

test('asked for twice, crosswise and all at once, profiles are merged once, and in a ring all become one', async () => {
  for (let round = 0; round < 3; round++) {
    await clear(ctx);
    const ring = await Promise.all([1, 2, 3, 4].map((n) => person([`anonymous_id:${n}`])));
    const pairs = ring.map((from, n) => ({ from, into: ring[(n + 1) % ring.length] ?? from }));
    const both = [...pairs, ...pairs, ...pairs.map(({ from, into }) => ({ from: into, into: from }))];
    const outcomes = await Promise.all(both.map((pair) => mergeProfiles(ctx, { ...pair, cause: 'event' })));
    expect(outcomes.filter(({ kind }) => kind === 'merged')).toHaveLength(3);
    expect(outcomes.filter(({ kind }) => kind === 'nothing')).toHaveLength(both.length - 3);
    expect(await people(ctx)).toMatchObject([{ names: [1, 2, 3, 4].map((n) => `anonymous_id:${n}`) }]);
    const [survivor] = await followPlaces(ctx.db, ring.slice(0, 1));
    expect(new Set((await followPlaces(ctx.db, ring)).map((place) => place?.profileId))).toEqual(
      new Set([survivor?.profileId]),
    );
  }
});

test('two users are merged by somebody who says so and by nothing else, and the refusal is reported', async () => {
  const server = createServer(ctx);
  const { secret } = await createKey(ctx, { name: 'test', scopes: ['profiles:write'] });
  const headers = { authorization: `Bearer ${secret}` };
  const [one, two] = [await person(['user_id:1']), await person(['user_id:2'])];
  expect(await mergeProfiles(ctx, { from: one, into: two, cause: 'event' })).toEqual({
    kind: 'refused',
    namespace: 'user_id',
  });
  expect((await server.inject({ url: '/api/identity-conflicts', headers })).json().items).toMatchObject([
    { profile_id: two.profileId, namespace: 'user_id', identity: 'user_id:2', other: 'user_id:1', reason: 'two_users' },
  ]);
  const name = (value: string) => ({ namespace: 'user_id', value });
  const merge = () =>
    server.inject({
      method: 'POST',
      url: '/api/profiles/merge',
      headers,
      payload: { from: name('1'), into: name('2') },
    });
  expect((await merge()).json()).toEqual({ kind: 'merged', profile_id: two.profileId });
  expect((await merge()).json()).toEqual({ kind: 'nothing', profile_id: two.profileId });
  const seen = await server.inject({ url: `/api/profiles/id/${one.profileId}`, headers });
  expect(seen.json()).toMatchObject({ id: two.profileId, identities: [{ value: '1' }, { value: '2' }] });
  await server.close();
});

test('too many identities together are no merge, even when it is asked for', async () => {
  const [one, two] = [
    await person([1, 2, 3].map((n) => `email:${n}@x.com`)),
    await person([4, 5, 6].map((n) => `email:${n}@x.com`)),
  ];
  expect(await mergeProfiles(ctx, { from: one, into: two, cause: 'api' })).toEqual({
    kind: 'refused',
    namespace: 'email',
  });
});

test('what is written to a profile after it was merged is moved after it', async () => {
  const [kept, gone] = [await person(['user_id:1']), await person(['anonymous_id:a'])];
  await fillTables(ctx, gone, 'gone');
  await ctx.db.execute(sql`truncate profile_alias, profile_sweep, merge_request, inbox`);
  await ctx.db.execute(sql`update outbox set state = 'sending', worker_id = 1 where profile_id = ${gone.profileId}`);
  await mergeProfiles(ctx, { from: gone, into: kept, cause: 'event' });
  expect(await rowsOf(ctx, gone)).toMatchObject({ outbox: 1 });
  await ctx.db.execute(sql`update outbox set state = 'queued', worker_id = null where profile_id = ${gone.profileId}`);
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, source, received_at)
    values (${gone.bucket}, ${gone.profileId}, ${AT}, 'Late', 'test', ${AT})`);
  await ctx.db.execute(sql`delete from inbox`);
  ctx.clock.advance(60_000);
  while ((await runMerges(ctx)) > 0);
  expect(Object.keys(await rowsOf(ctx, gone))).toEqual(['profile_alias']);
  expect(await rowsOf(ctx, kept)).toMatchObject({ event: 2, outbox: 1 });
  expect(await ctx.db.query(sql`select body from inbox`)).toEqual([
    { body: { kind: 'touch', cause: 'merge', refold: true } },
  ]);
});

test('an event on its way to a profile that was merged arrives at what it became', async () => {
  const [kept, gone] = [await person(['user_id:1']), await person(['anonymous_id:a'])];
  await ctx.db.execute(sql`
    insert into inbox (bucket, profile_id, body, received_at)
    values (${gone.bucket}, ${gone.profileId}, ${JSON.stringify(eventOf(['anonymous_id:a']))}, ${AT})`);
  await mergeProfiles(ctx, { from: gone, into: kept, cause: 'event' });
  await accept(ctx, [eventOf(['anonymous_id:a'])]);
  await settle(ctx);
  expect(await people(ctx)).toEqual([{ names: ['anonymous_id:a', 'user_id:1'], events: 2 }]);
});

test('what waits for two people of different buckets waits for the one that they become, all of it', async () => {
  const [first, second] = [await person(['user_id:1']), await person(['user_id:2'])];
  const [gone, other] = [await person(['anonymous_id:a']), await person(['anonymous_id:b'])];
  expect(gone.bucket).not.toBe(first.bucket);
  // Numbers of one inbox lie between those of others: what comes first in the inbox of the survivor must not be taken for one of theirs.
  const told = (place: Person, text: string) =>
    ctx.db.execute(sql`
      insert into inbox (bucket, profile_id, body, received_at)
      values (${place.bucket}, ${place.profileId}, ${JSON.stringify({ kind: 'touch', cause: text })}, ${AT})`);
  await told(gone, 'waits');
  await told(first, 'after');
  await mergeProfiles(ctx, { from: other, into: first, cause: 'event' });
  await mergeProfiles(ctx, { from: gone, into: first, cause: 'event' });
  await mergeProfiles(ctx, { from: second, into: first, cause: 'api' });
  const waiting = await ctx.db.query<{ bucket: number; cause: string }>(
    sql`select bucket, body ->> 'cause' as cause from inbox order by inbox_id`,
  );
  expect([...new Set(waiting.map(({ bucket }) => bucket))]).toEqual([first.bucket]);
  expect(waiting.map(({ cause }) => cause)).toEqual(['merge', 'merge', 'merge', 'waits', 'after']);
});

test('a merge goes through beside an event that is just being taken, and comes before it', async () => {
  const [kept, gone] = [await person(['user_id:1']), await person(['anonymous_id:a'])];
  const put = (db: Queryable) =>
    db.execute(sql`
      insert into inbox (bucket, profile_id, body, received_at)
      values (${kept.bucket}, ${kept.profileId}, '{"kind":"touch","cause":"rows"}', ${AT})`);
  let merged: Promise<unknown> = Promise.resolve();
  await ctx.db.transaction(async (tx) => {
    await put(tx);
    await put(ctx.db);
    let over = false;
    merged = mergeProfiles(ctx, { from: gone, into: kept, cause: 'event' });
    merged.then(
      () => (over = true),
      () => (over = true),
    );
    const isStuck = () =>
      ctx.db.maybeOne(sql`
        select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and wait_event in ('transactionid', 'tuple')`);
    await until(async () => over || (await isStuck()) !== undefined);
  });
  expect(await merged).toMatchObject({ kind: 'merged', survivor: kept });
  const waiting = await ctx.db.query(sql`select body ->> 'cause' as cause from inbox order by inbox_id`);
  expect(waiting).toEqual([{ cause: 'merge' }, { cause: 'rows' }, { cause: 'rows' }]);
});

test('who is merged while an audience is let into a journey enters once, wherever the reading has come to', async () => {
  const all: Person[] = [];
  for (const n of [1, 2, 3, 4, 5, 6]) all.push(await person([`user_id:${n}`]));
  all.sort((a, b) => a.bucket - b.bucket);
  const [low, lower, outsider, high, higher, highest] = all as [Person, Person, Person, Person, Person, Person];
  const at = new Date(ctx.clock.now() - 10_000);
  const { read_id } = await ctx.db.one<{ read_id: number }>(sql`
    insert into journey_read (journey_key, version, occurrence, by, audience_key, state, due_at, incremental, force, rate, frozen_at,
      rate_at, people, cursor_bucket, cursor_profile, created_at)
    values ('hello', 1, 'now', 'audience', 'vip', 'reading', ${at}, false, false, 100, ${at}, ${at}, 5, ${outsider.bucket},
      ${outsider.profileId}, ${at}) returning read_id`);
  for (const { bucket, profileId } of [low, lower, high, higher, highest]) {
    await ctx.db.execute(sql`insert into journey_read_member values (${bucket}, ${read_id}, ${profileId}, true)`);
  }
  // The low have been let in: as somebody who is still to come, as somebody who is not in the audience, and the other way round.
  const merge = (from: Person, into: Person) => mergeProfiles(ctx, { from, into, cause: 'api' });
  await merge(low, high);
  await merge(higher, outsider);
  await merge(highest, lower);
  await advanceRead(ctx, read_id);
  const entered = await ctx.db.query(sql`select profile_id from inbox where body ->> 'kind' = 'enter'`);
  expect(entered).toEqual([{ profile_id: outsider.profileId }]);
  const read = await ctx.db.one(sql`select state, entered from journey_read where read_id = ${read_id}`);
  expect(read).toEqual({ state: 'done', entered: 1 });
});

test('who unsubscribes by a link from before the merge is unsubscribed as the person they are now', async () => {
  const [kept, gone] = [await person(['user_id:1']), await person(['anonymous_id:a'])];
  await mergeProfiles(ctx, { from: gone, into: kept, cause: 'event' });
  await createTracker(ctx).unsubscribed({
    token: { ...gone, messageId: 1, sendId: 1 },
    send: {
      sendId: 1,
      campaignKey: null,
      journeyKey: null,
      activity: null,
      channel: 'email',
      topic: '',
      templateKey: 't',
      templateVersion: 1,
    },
  });
  const owner = { bucket: kept.bucket, profile_id: kept.profileId };
  expect(await ctx.db.query(sql`select bucket, profile_id, status from consent`)).toEqual([
    { ...owner, status: 'refused' },
  ]);
  expect(await ctx.db.query(sql`select bucket, profile_id, kind from reaction where message_id = 1`)).toEqual([
    { ...owner, kind: 'unsubscribed' },
  ]);
  expect(await ctx.db.query(sql`select bucket, profile_id, name from event`)).toEqual([
    { ...owner, name: 'Unsubscribed' },
  ]);
});

/** The document about identities, published as it stands. */
async function say(document: object): Promise<void> {
  const documents = [plainDocument({ kind: 'identity', key: 'default', ...document })];
  await applyDefinitions(ctx, { documents, publish: true, dryRun: false });
}

test('limits, who stays and whose traits stand are those of the document that is published', async () => {
  await say({ limits: { loyalty: 1 }, limit_of_others: 2, survivor: ['user_id', 'loyalty'], traits: 'survivor' });
  const member = await person(['loyalty:7'], { traits: { a: 1 }, updated_at: later(-1) });
  const visitor = await person(['anonymous_id:a'], { traits: { a: 2, b: 2 }, created_at: later(-9) });
  expect(await mergeProfiles(ctx, { from: member, into: visitor, cause: 'event' })).toMatchObject({ survivor: member });
  expect(await ctx.db.query(sql`select traits from profile`)).toEqual([{ traits: { a: 1, b: 2 } }]);
  const other = await person(['loyalty:8']);
  const refused = { kind: 'refused', namespace: 'loyalty' };
  expect(await mergeProfiles(ctx, { from: other, into: member, cause: 'event' })).toEqual(refused);
  expect(await mergeProfiles(ctx, { from: other, into: member, cause: 'api' })).toEqual(refused);
  const [many, more] = [await person(['card:1', 'card:2']), await person(['card:3'])];
  expect(await mergeProfiles(ctx, { from: many, into: more, cause: 'event' })).toMatchObject({ namespace: 'card' });
  await say({ limits: { card: 3 } });
  expect(await mergeProfiles(ctx, { from: many, into: more, cause: 'event' })).toMatchObject({ kind: 'merged' });
  await archiveDefinition(ctx, 'identity', 'default');
});

test('an event is held to the limits in force, and two users stay two whatever the document says', async () => {
  await say({ limits: { card: 1 } });
  await accept(ctx, [eventOf(['user_id:1', 'card:1']), eventOf(['user_id:1', 'card:2'])]);
  await drain(ctx);
  expect((await people(ctx)).map(({ names }) => names)).toEqual([['card:1', 'user_id:1']]);
  await expect(say({ limits: { user_id: 2 } })).rejects.toMatchObject({ problems: [{ path: 'limits.user_id' }] });
  await archiveDefinition(ctx, 'identity', 'default');
});
