// People who turn out to be one: the time machine and the server must come to the same, before and after.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import type { TestContext } from '../support/context.ts';
import { type Course, type RawEvent, replay, simulated } from './replay.ts';
import { DOCUMENTS, openWorld } from './world.ts';

const START = Date.parse('2026-01-05T00:00:00Z');
const DAY_MS = 86_400_000;
const DAYS = 100;
const UNTIL = START + DAYS * DAY_MS;
const PEOPLE = 8;

/** Each is known twice: as a user, and as somebody who has not said who they are. */
const people = Array.from({ length: PEOPLE }, (_, number) => [
  ProfileInput.parse({
    identities: { user_id: `u${number}` },
    columns: { email: `u${number}@example.com`, ...(number % 3 === 0 ? { time_zone: 'America/New_York' } : {}) },
    consents: [{ channel: 'email', status: number === 3 ? 'refused' : 'granted' }],
  }),
  ProfileInput.parse({
    identities: { anonymous_id: `a${number}` },
    columns: { email: `a${number}@example.com` },
    consents: [{ channel: 'email', status: 'granted' }],
  }),
]).flat();

/** Both order every so many days; at some time an event names both, and after it each identity names the same person. */
const events: RawEvent[] = Array.from({ length: PEOPLE }, (_, number) => {
  const order = (day: number, who: object, total: number): RawEvent => ({
    type: 'track',
    event: 'Order Completed',
    ...who,
    timestamp: new Date(START + day * DAY_MS + (9 + number) * 3_600_000).toISOString(),
    messageId: `${number}-${day}-${JSON.stringify(who)}`,
    properties: { total },
  });
  const [user, anonymous] = [{ userId: `u${number}` }, { anonymousId: `a${number}` }];
  const meet = 12 + number * 5;
  return [
    ...[1, 9, 17, 40, 55].map((day) => order(day + number, user, 120 + day)),
    ...[3, 11, 19, 33, 70].map((day) => order(day + number, anonymous, 130 + day)),
    { ...order(meet, { ...user, ...anonymous }, 20), type: 'track', event: 'Signed In' },
  ];
})
  .flat()
  .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));

let ctx: TestContext;
let machine: Course;
let server: Course;

beforeAll(async () => {
  ctx = await openWorld(START, people);
  machine = await simulated(ctx, { target: { documents: DOCUMENTS }, events: { list: events }, until: UNTIL });
  server = await replay(ctx, events, UNTIL);
  const aliases = await ctx.db.query<{ profile_id: number; to_profile_id: number }>(sql`
    select profile_id, to_profile_id from profile_alias`);
  expect(aliases).toHaveLength(PEOPLE);
  // What happened to somebody who is gone stands with the one whom they became.
  const now = new Map(aliases.map((one) => [String(one.profile_id), String(one.to_profile_id)]));
  const moved = (lines: readonly string[]) =>
    lines.map((line) => line.replace(/^\d+/, (number) => now.get(number) ?? number)).sort();
  machine = {
    instances: moved(machine.instances),
    passages: moved(machine.passages),
    messages: moved(machine.messages),
    memberships: moved(machine.memberships),
  };
}, 120_000);
afterAll(() => ctx.close());

test('instances are the same, those of two people that clash ended as merged', () => {
  expect(server.instances.some((line) => line.includes('merged'))).toBe(true);
  expect(machine.instances).toEqual(server.instances);
});

test('passages are the same', () => {
  expect(machine.passages).toEqual(server.passages);
});

test('messages are the same', () => {
  expect(server.messages.length).toBeGreaterThan(10);
  expect(machine.messages).toEqual(server.messages);
});

test('comings and goings of audiences are the same', () => {
  expect(machine.memberships).toEqual(server.memberships);
});
