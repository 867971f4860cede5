import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { type Sql, sql } from '../../src/platform/sql/index.ts';
import { saveGroups } from '../../src/services/groups/index.ts';
import { saveDevices } from '../../src/services/identity/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { awaitInbox, getProfile } from '../../src/services/profiles/index.ts';
import { createTestContext } from '../support/context.ts';
import { accept, clear, eventOf, settle, turn } from './worker.ts';

const ctx = await createTestContext();
const server = createServer(ctx);
const { secret } = await createKey(ctx, { name: 'test', scopes: ['profiles:write'] });
const headers = { authorization: `Bearer ${secret}` };
afterAll(async () => {
  await server.close();
  await ctx.close();
});
beforeEach(() => clear(ctx));

const get = (url: string) => server.inject({ url, headers });
const place = () =>
  ctx.db.one<{ bucket: number; profileId: number }>(sql`select bucket, profile_id as "profileId" from profile`);

test('who sends an event and then asks sees it, through whichever identity, wherever it had to be sent on', async () => {
  await accept(ctx, [eventOf(['anonymous_id:a'])]);
  await settle(ctx);
  await accept(ctx, [eventOf(['user_id:1', 'anonymous_id:a', 'email:a@x.com'])]);
  let isAsking = true;
  const ask = Promise.all(
    ['user_id/1', 'email/A@x.com', 'anonymous_id/a'].map((name) => get(`/api/profiles/${name}`)),
  ).finally(() => {
    isAsking = false;
  });
  while (isAsking) await turn(ctx, 1);
  const answers = await ask;
  for (const answer of answers) {
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      identities: [
        { namespace: 'anonymous_id', value: 'a' },
        { namespace: 'email', value: 'a@x.com' },
        { namespace: 'user_id', value: '1' },
      ],
      events: [{ name: 'Seen' }, { name: 'Seen' }],
    });
  }
});

test('who asks while what they sent is being sent on sees it', async () => {
  await accept(ctx, [eventOf(['anonymous_id:a'])]);
  await settle(ctx);
  await accept(ctx, [eventOf(['user_id:1', 'anonymous_id:a', 'email:a@x.com'])]);
  let settled: Promise<void> | undefined;
  // A worker's turn right after the reader's first look: the link to the email has a number that the reader has not seen yet.
  const db = {
    ...ctx.db,
    one: async <Row extends object>(statement: Sql) => {
      const row = await ctx.db.one<Row>(statement);
      if (!settled) {
        settled = Promise.resolve();
        await turn(ctx, 256);
        settled = pause(20).then(() => settle(ctx));
      }
      return row;
    },
  };
  await awaitInbox({ ...ctx, db }, 'user_id', '1');
  const { identities } = await getProfile(ctx, 'user_id', '1');
  await settled;
  expect(identities.map(({ namespace }) => namespace)).toEqual(['anonymous_id', 'email', 'user_id']);
});

test('a reader is not kept waiting for ever when nobody processes the inbox', async () => {
  await accept(ctx, [eventOf(['user_id:1'])]);
  expect((await get('/api/profiles/user_id/1')).statusCode).toBe(404);
  expect(await ctx.db.query(sql`select from inbox`)).toHaveLength(1);
});

test('a profile shows its devices, groups and journeys, and is found by its number', async () => {
  await accept(ctx, [eventOf(['user_id:1'])]);
  await settle(ctx);
  const at = ctx.clock.now();
  const person = await place();
  await saveDevices(ctx.db, [{ ...person, token: 't1', platform: 'ios', at }]);
  await saveGroups(ctx.db, [
    { ...person, groupKey: 'acme', traits: { name: 'Acme', size: 5 }, at },
    { ...person, groupKey: 'acme', traits: { size: null, city: 'Lyon' }, at },
  ]);
  await ctx.db.execute(sql`
    insert into journey_instance (bucket, profile_id, instance_id, journey_key, version, state, body, entered_at)
    values (${person.bucket}, ${person.profileId}, 9, 'welcome', 2, 'active', '{"positions":[{"node":"wait"},{"node":"mail"}]}', ${new Date(at)})`);
  expect((await get(`/api/profiles/id/${person.profileId}`)).json()).toMatchObject({
    id: person.profileId,
    devices: [{ token: 't1', platform: 'ios' }],
    groups: [{ group_key: 'acme', traits: { name: 'Acme', city: 'Lyon' } }],
    journeys: [{ instance_id: 9, journey_key: 'welcome', version: 2, state: 'active', steps: ['wait', 'mail'] }],
  });
});

test('a device belongs to whom it was last seen with, and what is said of a group adds up', async () => {
  await accept(ctx, [eventOf(['user_id:1']), eventOf(['user_id:2'])]);
  await settle(ctx);
  const [one, two] = await ctx.db.query<{ bucket: number; profileId: number }>(
    sql`select bucket, profile_id as "profileId" from profile order by profile_id`,
  );
  if (!one || !two) throw new Error('There are two people.');
  const at = ctx.clock.now();
  await saveDevices(ctx.db, [{ ...one, token: 't', platform: 'ios', at }]);
  await saveDevices(ctx.db, [{ ...two, token: 't', platform: 'ios', at: at + 1 }]);
  expect(await ctx.db.query(sql`select profile_id from device`)).toEqual([{ profile_id: two.profileId }]);
  await saveGroups(ctx.db, [{ ...one, groupKey: 'g', traits: { a: 1, b: 1 }, at }]);
  await saveGroups(ctx.db, [{ ...two, groupKey: 'g', traits: { b: null, c: { d: null } }, at }]);
  expect(await ctx.db.query(sql`select traits from group_entity`)).toEqual([{ traits: { a: 1, c: { d: null } } }]);
  expect(await ctx.db.query(sql`select profile_id from group_member order by 1`)).toHaveLength(2);
});

test('a group is found with its traits and everybody in it, page by page', async () => {
  await accept(ctx, [eventOf(['user_id:1']), eventOf(['user_id:2'])]);
  await settle(ctx);
  const people = await ctx.db.query<{ bucket: number; profileId: number }>(
    sql`select bucket, profile_id as "profileId" from profile order by 1, 2`,
  );
  const at = ctx.clock.now();
  await saveGroups(
    ctx.db,
    people.map((person) => ({ ...person, groupKey: 'acme & co', traits: { plan: 'gold' }, at })),
  );
  await saveGroups(
    ctx.db,
    people.slice(0, 1).map((person) => ({ ...person, groupKey: 'home', traits: {}, at })),
  );
  const first = (await get('/api/groups?limit=1')).json();
  const second = (await get(`/api/groups?limit=1&after=${first.next}`)).json();
  expect(second.next).toBeNull();
  expect([first, second].map(({ items }) => items[0].group_key).sort()).toEqual(['acme & co', 'home']);
  const url = `/api/groups/${encodeURIComponent('acme & co')}`;
  expect((await get(url)).json()).toMatchObject({ traits: { plan: 'gold' }, members: 2 });
  const page = (await get(`${url}/members?limit=1`)).json();
  const rest = (await get(`${url}/members?after=${page.next}`)).json();
  expect([...page.items, ...rest.items].map((one) => one.profile_id)).toEqual(people.map((one) => one.profileId));
  expect((await get('/api/groups/nobody')).statusCode).toBe(404);
});

test('traits are known by name, types, share and sample values, and a profile with ten thousand of them spoils nothing', async () => {
  const bomb = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`trait_${n}`, `value ${n}`]));
  const people = [
    { city: 'Lyon', age: 30 },
    { city: 'Lyon', age: 'thirty' },
    { city: 'Paris', since: '2026-01-01' },
    {},
    bomb,
  ];
  for (const [n, traits] of people.entries()) {
    await ctx.db.execute(sql`
      insert into profile (bucket, traits, created_at, updated_at) values (${n}, ${JSON.stringify(traits)}, now(), now())`);
  }
  expect((await get('/api/traits')).json()).toMatchObject({
    sampled: 5,
    skipped: 1,
    traits: [
      { name: 'city', share: 0.75, types: [{ type: 'text', share: 0.75 }], samples: ['Lyon', 'Paris'] },
      {
        name: 'age',
        share: 0.5,
        types: [
          { type: 'integer', share: 0.25 },
          { type: 'text', share: 0.25 },
        ],
        samples: ['30', 'thirty'],
      },
      { name: 'since', share: 0.25, types: [{ type: 'timestamp', share: 0.25 }], samples: ['2026-01-01'] },
    ],
  });
});

test('the report of conflicts is read page by page', async () => {
  await accept(
    ctx,
    Array.from({ length: 9 }, (_, n) => eventOf(['user_id:1', `email:${n}@x.com`])),
  );
  await settle(ctx);
  const first = (await get('/api/identity-conflicts?limit=3')).json();
  expect(first.items).toHaveLength(3);
  const rest = (await get(`/api/identity-conflicts?limit=3&after=${encodeURIComponent(first.next)}`)).json();
  expect(rest.items).toHaveLength(1);
  expect(new Set([...first.items, ...rest.items].map((item) => item.identity)).size).toBe(4);
});

test('what is said over the API is judged again by live rules, and by nothing when no rule is live', async () => {
  const post = (profile: object) =>
    server.inject({ method: 'POST', url: '/api/profiles', headers, payload: { profiles: [profile] } });
  const touches = () => ctx.db.query(sql`select profile_id, body ->> 'kind' as kind from inbox`);
  await post({ identities: { user_id: '1' }, traits: { a: 1 } });
  expect(await touches()).toEqual([]);
  await ctx.db.execute(sql`update live_epoch set epoch = 1`);
  await post({ identities: { user_id: '1' }, traits: { a: 1 } });
  expect(await touches()).toEqual([]);
  await post({ identities: { user_id: '1' }, traits: { a: 2 } });
  expect(await touches()).toEqual([{ profile_id: (await place()).profileId, kind: 'touch' }]);
  await ctx.db.execute(sql`update live_epoch set epoch = 0`);
});

test('a second user id is not linked to a profile over the API either', async () => {
  const post = (...profiles: object[]) =>
    server.inject({ method: 'POST', url: '/api/profiles', headers, payload: { profiles } });
  await post({ identities: { user_id: '1', email: 'a@x.com' } });
  expect((await post({ identities: { user_id: '2', email: 'a@x.com' } })).json().outcomes).toMatchObject([
    { kind: 'rejected', reason: 'identity_conflict' },
  ]);
  expect(
    (await post({ identities: { user_id: '3', login: 'x' } }, { identities: { user_id: '4', login: 'x' } })).json()
      .outcomes,
  ).toMatchObject([{ kind: 'inserted' }, { kind: 'rejected', reason: 'identity_conflict' }]);
});
