import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { drain, processBuckets, startEngine } from '../../src/services/engine/index.ts';
import { deletePerson, runMerges } from '../../src/services/identity/index.ts';
import { putItems } from '../../src/services/ingest/index.ts';
import { raiseEpoch } from '../../src/services/live/index.ts';
import { createTestContext } from '../support/context.ts';
import { accept, clear, eventOf, homeOf, people } from './worker.ts';

const ctx = await createTestContext({ clock: systemClock });
afterAll(() => ctx.close());
beforeEach(() => clear(ctx));

async function publish(key: string, rule: object): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await tx.execute(sql`
      insert into definition (kind, key, version, state, body, created_at, updated_at, published_at)
      values ('audience', ${key}, 1, 'published', ${JSON.stringify({ kind: 'audience', key, rule })}, now(), now(), now())`);
    await raiseEpoch(tx);
  });
}

const order = (names: readonly string[]) => eventOf(names, { name: 'Order Completed' });
const members = () => ctx.db.query(sql`select audience_key, profile_id from audience_member order by 1, 2`);

test('a rule is judged over what both did as soon as two people turn out to be one, and nobody enters twice', async () => {
  await publish('twice', { event: 'Order Completed', count: { gte: 2 } });
  await publish('buyers', { event: 'Order Completed' });
  await accept(ctx, [order(['anonymous_id:a']), order(['user_id:1'])]);
  await drain(ctx);
  expect(await members()).toMatchObject([{ audience_key: 'buyers' }, { audience_key: 'buyers' }]);
  const since = await ctx.db.query(sql`select min(since) as since from audience_member`);
  await accept(ctx, [eventOf(['user_id:1', 'anonymous_id:a'], { type: 'identify', name: 'Identify' })]);
  await drain(ctx);
  const [person] = await ctx.db.query<{ profile_id: number }>(sql`select profile_id from profile`);
  expect(await members()).toEqual([
    { audience_key: 'buyers', profile_id: person?.profile_id },
    { audience_key: 'twice', profile_id: person?.profile_id },
  ]);
  expect(await ctx.db.query(sql`select since from audience_member where audience_key = 'buyers'`)).toEqual(since);
  expect(
    await ctx.db.query(sql`select distinct audience_key, change, cause from audience_change order by 1`),
  ).toMatchObject([
    { audience_key: 'buyers', change: 'entered', cause: 'event' },
    { audience_key: 'twice', change: 'entered', cause: 'merge' },
  ]);
});

test('what waits for the survivor when a merge happens is judged with the joined history: nobody leaves an audience and enters again', async () => {
  await accept(ctx, [order(['anonymous_id:a']), eventOf(['user_id:1'])]);
  await drain(ctx);
  await accept(ctx, [eventOf(['user_id:1', 'anonymous_id:a'])]);
  for (let done = false; !done; ) done = (await processBuckets(ctx)).idle;
  await accept(ctx, [eventOf(['user_id:1']), eventOf(['anonymous_id:a'])]);
  await runMerges(ctx);
  await drain(ctx);
  expect(await people(ctx)).toEqual([{ names: ['anonymous_id:a', 'user_id:1'], events: 5 }]);
  expect(await ctx.db.query(sql`select audience_key, change from audience_change`)).toEqual([
    { audience_key: 'buyers', change: 'entered' },
  ]);
});

test('two engines at once: whoever is connected is one person in the end, and every event is there once', async () => {
  const persons = [1, 2, 3, 4, 5];
  const waves = persons.flatMap((n) => [
    [`anonymous_id:a${n}`],
    [`user_id:u${n}`],
    [`user_id:u${n}`, `anonymous_id:a${n}`],
    [`anonymous_id:b${n}`, `email:e${n}@x.com`],
    [`user_id:u${n}`, `email:e${n}@x.com`],
    [`anonymous_id:b${n}`],
  ]);
  const engines = [startEngine(ctx, { turns: 2 }), startEngine(ctx, { turns: 2 })];
  for (let round = 0; round < 4; round++) {
    // Another order each time, so that what connects comes now first and now last.
    const shift = round * 7;
    const events = waves.map((_, at) => eventOf(waves[(at * 11 + shift) % waves.length] ?? []));
    await Promise.all(
      [0, 1, 2].map((part) =>
        accept(
          ctx,
          events.filter((_event, at) => at % 3 === part),
        ),
      ),
    );
    for (const engine of engines) engine.wake();
  }
  const quiet = async () =>
    (
      await ctx.db.one<{ left: number }>(sql`
      select (select count(*) from inbox) + (select count(*) from merge_request) as left`)
    ).left === 0;
  for (const deadline = Date.now() + 60_000; !(await quiet()) && Date.now() < deadline; ) await pause(20);
  for (const engine of engines) await engine.stop();
  await drain(ctx);
  expect(await people(ctx)).toEqual(
    persons.map((n) => ({
      names: [`anonymous_id:a${n}`, `anonymous_id:b${n}`, `email:e${n}@x.com`, `user_id:u${n}`],
      events: 24,
    })),
  );
});

test('who is deleted starts anew with the next event', async () => {
  await accept(ctx, [order(['user_id:1', 'anonymous_id:a'])]);
  await drain(ctx);
  await deletePerson(ctx, { namespace: 'user_id', value: '1' }, { suppress: false });
  await accept(ctx, [order(['user_id:1'])]);
  await drain(ctx);
  expect(await people(ctx)).toEqual([{ names: ['user_id:1'], events: 1 }]);
});

test('an address that stays another person’s is not taken over by who names it', async () => {
  const identify = (names: readonly string[], traits: Record<string, string>) =>
    eventOf(names, { type: 'identify', name: 'Identify', traits });
  await accept(ctx, [
    identify(['user_id:1', 'email:ana@x.com', 'phone:+33612345678'], { email: 'Ana@x.com', phone: '+33612345678' }),
    identify(['user_id:2', 'email:bob@x.com'], { email: 'bob@x.com' }),
  ]);
  await drain(ctx);
  // One who is new, and one who has an address of his own; the second event lies in the bucket of an identity of his.
  await accept(ctx, [
    identify(['user_id:3', 'email:ana@x.com'], { email: 'ANA@x.com', name: 'Cid' }),
    identify(['user_id:2', 'email:ana@x.com', 'phone:+33612345678'], {
      email: 'ana@x.com',
      phone: '+33612345678',
      name: 'Bob',
    }),
    eventOf(['anonymous_id:b', 'user_id:2']),
  ]);
  await drain(ctx);
  await accept(ctx, [identify(['anonymous_id:b', 'email:ana@x.com'], { email: 'ana@x.com', plan: 'gold' })]);
  await drain(ctx);
  const rows = await ctx.db.query(sql`
    select i.value as "user", p.email, p.phone, p.traits from profile p join identity i using (profile_id)
    where i.namespace = 'user_id' order by 1`);
  expect(rows).toEqual([
    { user: '1', email: 'Ana@x.com', phone: '+33612345678', traits: {} },
    { user: '2', email: 'bob@x.com', phone: null, traits: { name: 'Bob', plan: 'gold' } },
    { user: '3', email: null, phone: null, traits: { name: 'Cid' } },
  ]);
});

test('an address that turns out to be another person’s only later is taken back, unless it has become theirs by then', async () => {
  const identify = (names: readonly string[], email: string) =>
    eventOf(names, { type: 'identify', name: 'Identify', traits: { email } });
  await accept(ctx, [
    identify(['user_id:1', 'email:ana@x.com'], 'Ana@x.com'),
    identify(['user_id:2'], 'ana@x.com'),
    identify(['user_id:3'], 'ana@x.com'),
    identify(['user_id:4', 'email:dan@x.com'], 'dan@x.com'),
  ]);
  await drain(ctx);
  const placeOf = (user: string) =>
    ctx.db.one<{ bucket: number; profileId: number }>(sql`
      select profile_bucket as bucket, profile_id as "profileId" from identity where namespace = 'user_id' and value = ${user}`);
  const [ana, bob, cid, dan] = [await placeOf('1'), await placeOf('2'), await placeOf('3'), await placeOf('4')];
  const email = { namespace: 'email', value: 'ana@x.com' };
  // As they lie there when two events named the address at the same moment, and the other one had it first: a link, and a merge.
  await ctx.db.transaction((tx) =>
    putItems(
      tx,
      [
        { bucket: homeOf('email:ana@x.com'), profileId: null, item: { kind: 'link', identity: email, to: bob } },
        {
          ...dan,
          item: { kind: 'touch', cause: 'profile', disowned: [{ namespace: 'email', value: 'dan@x.com' }] },
        },
      ],
      ctx.clock.now(),
    ),
  );
  await ctx.db.execute(sql`
    insert into merge_request (bucket, profile_id, other_bucket, other_profile_id, cause, requested_at)
    values (${ana.bucket}, ${ana.profileId}, ${cid.bucket}, ${cid.profileId}, 'event', ${new Date(ctx.clock.now())})`);
  await drain(ctx);
  expect(
    await ctx.db.query(sql`
      select i.value as "user", p.email from profile p join identity i using (profile_id)
      where i.namespace = 'user_id' order by 1`),
  ).toEqual([
    { user: '1', email: 'Ana@x.com' },
    { user: '2', email: null },
    { user: '3', email: null },
    { user: '4', email: 'dan@x.com' },
  ]);
});
