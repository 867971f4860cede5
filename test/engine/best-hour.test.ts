// Waiting for the hour at which somebody reads: on the server, in the time machine over the same history, and in words.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JourneyInstance } from '../../src/core/journeys/index.ts';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import { manualClock } from '../../src/platform/clock.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { plainDocument } from '../../src/services/definitions/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import { runSimulation } from '../../src/services/simulation/index.ts';
import { explainWhy, type SaidReason } from '../../src/services/why/index.ts';
import { publish, TEMPLATE } from '../journeys/service.ts';
import { type Course, replay, simulated } from '../simulation/replay.ts';
import { createTestContext } from '../support/context.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string) => Date.parse(text);
/** Eight in the morning in Berlin. */
const START = at('2026-06-10T06:00:00Z');
const UNTIL = START + 2 * DAY_MS;

const ctx = await createTestContext({ clock: manualClock(START) });
afterAll(() => ctx.close());

const JOURNEY = {
  kind: 'journey',
  key: 'letter',
  entry: { event: 'Signed Up' },
  time_zone: 'profile',
  fallback_zone: 'Europe/Berlin',
  start: 'hour',
  steps: {
    hour: { type: 'wait', until: { best_hour: { fallback: '10:00' } }, next: 'mail' },
    mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none' },
  },
};
const target = { documents: [plainDocument(JOURNEY)] };

type Reaction = { readonly kind: string; readonly machine?: boolean; readonly at: number };
const days = (time: string, count: number, first = 1) =>
  Array.from({ length: count }, (_, day) => at(`2026-06-0${first + day}T${time}Z`));
const human = (moments: readonly number[], kind = 'opened') =>
  moments.map((moment): Reaction => ({ kind, at: moment }));

/** What each did, and what follows from it. */
const PEOPLE: Readonly<Record<string, { zone?: string; reactions: readonly Reaction[]; goesOn: string }>> = {
  evening: {
    zone: 'Europe/Berlin',
    reactions: [...human(days('16:20:00', 4)), ...human(days('16:40:00', 3), 'clicked'), ...human(days('09:30:00', 2))],
    goesOn: '2026-06-10T16:00:00.000Z',
  },
  'in-tokyo': { zone: 'Asia/Tokyo', reactions: human(days('12:20:00', 5)), goesOn: '2026-06-10T12:00:00.000Z' },
  'without-zone': { reactions: human(days('12:20:00', 5)), goesOn: '2026-06-10T12:00:00.000Z' },
  seldom: { zone: 'Europe/Berlin', reactions: human(days('16:20:00', 4)), goesOn: '2026-06-10T08:00:00.000Z' },
  silent: { zone: 'Europe/Berlin', reactions: [], goesOn: '2026-06-10T08:00:00.000Z' },
  // Machines, what else is done with messages, and what is older than 90 days do not count.
  scanned: {
    zone: 'Europe/Berlin',
    reactions: [
      ...human(days('18:20:00', 5)),
      ...days('03:00:00', 9).map((moment) => ({ kind: 'opened', machine: true, at: moment })),
      ...human(days('03:00:00', 9), 'unsubscribed'),
      ...human(days('12:00:00', 9).map((moment) => moment - 100 * DAY_MS)),
    ],
    goesOn: '2026-06-10T18:00:00.000Z',
  },
};
const NAMES = Object.keys(PEOPLE);

async function insertReactions(): Promise<void> {
  let messageId = 1_000_000;
  for (const [name, { reactions }] of Object.entries(PEOPLE)) {
    for (const { kind, machine = false, at: moment } of reactions) {
      messageId += 1;
      await ctx.db.execute(sql`
        insert into reaction (bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times)
        select i.profile_bucket, ${messageId}, ${kind}, ${machine}, 1, i.profile_id, ${new Date(moment)}, ${new Date(moment)}, 1
        from identity i where i.namespace = 'user_id' and i.value = ${name}`);
    }
  }
}

const events = NAMES.map((userId) => ({
  type: 'track',
  event: 'Signed Up',
  userId,
  timestamp: new Date(START).toISOString(),
  messageId: `sign-up-${userId}`,
}));

const waits = async () => {
  const rows = await ctx.db.query<{ name: string; body: Pick<JourneyInstance, 'positions'> }>(sql`
    select i.value as name, j.body from journey_instance j
      join identity i on i.profile_bucket = j.bucket and i.profile_id = j.profile_id and i.namespace = 'user_id'`);
  return Object.fromEntries(
    rows.map(({ name, body }) => [name, new Date(body.positions[0]?.dueAt ?? 0).toISOString()] as const),
  );
};

const why = async (name: string) => {
  const { reasons } = await explainWhy(ctx, { profile: `user_id:${name}`, question: { journey: 'letter' } });
  const texts = (all: readonly SaidReason[]): string[] => all.flatMap(({ text, because }) => [text, ...texts(because)]);
  return texts(reasons);
};

const EVENING = '18:00, because 7 of 9 openings and clicks in 90 days came between 18:00 and 19:00';

beforeAll(async () => {
  await publish(ctx, TEMPLATE, JOURNEY);
  const people = Object.entries(PEOPLE).map(([name, { zone }]) =>
    ProfileInput.parse({
      identities: { user_id: name },
      columns: { email: `${name}@example.com`, ...(zone === undefined ? {} : { time_zone: zone }) },
    }),
  );
  await ctx.db.transaction((tx) => upsertProfiles(tx, people, { now: START, source: 'test', overRefusal: true }));
  await drain(ctx);
  await insertReactions();
});

describe('whoever comes to a wait for their best hour', () => {
  let machine: Course;
  let server: Course;

  test('waits for the hour in which they opened and clicked most, in their zone, and `why` says for how many reasons', async () => {
    machine = await simulated(ctx, { target, events: { list: events }, until: UNTIL });
    await replay(ctx, events, START);
    expect(await waits()).toEqual(Object.fromEntries(NAMES.map((name) => [name, PEOPLE[name]?.goesOn])));
    expect(await why('evening')).toContain(EVENING);
    expect(await why('seldom')).toContain(
      '10:00, the fallback, because 5 openings and clicks in 90 days are needed and there were 4',
    );
    expect(await why('without-zone')).toContain(
      '14:00, because 5 of 5 openings and clicks in 90 days came between 14:00 and 15:00 (in Europe/Berlin, as the profile names no time zone)',
    );
  });

  test('goes on at that hour, and the log of the step keeps the reason', async () => {
    server = await replay(ctx, [], UNTIL);
    const sent = await ctx.db.query<{ address: string; at: Date }>(sql`select address, created_at as at from message`);
    expect(
      Object.fromEntries(sent.map(({ address, at: moment }) => [address.split('@')[0], moment.toISOString()])),
    ).toEqual(Object.fromEntries(NAMES.map((name) => [name, PEOPLE[name]?.goesOn])));
    expect(await why('evening')).toContain(`had waited until ${EVENING}`);
  });

  test('in the time machine does the same, over the events and over the history', async () => {
    expect(machine).toEqual(server);
    expect(await simulated(ctx, { target, events: { historyMs: 3 * DAY_MS } })).toEqual(server);
  });
});

test('reactions that the events of a simulation tell of count, once each; those of machines do not', async () => {
  const opened = (name: string, moment: number, more: object = {}) => ({
    type: 'track',
    event: 'Email Opened',
    userId: 'new',
    timestamp: new Date(moment).toISOString(),
    messageId: name,
    properties: { machine: false, ...more },
  });
  const noon = days('10:30:00', 5, 3).map((moment, day) => opened(`noon-${day}`, moment));
  const night = days('01:30:00', 5, 3).map((moment, day) => opened(`night-${day}`, moment, { machine: true }));
  const list = [...noon, ...night, { ...events[0], userId: 'new' }].sort((a, b) =>
    (a.timestamp ?? '').localeCompare(b.timestamp ?? ''),
  );
  const { trace } = await runSimulation(ctx, { target, events: { list }, follow: ['user_id:new'], until: UNTIL });
  expect(trace.map(({ text }) => text).filter((text) => text.includes('had waited'))).toEqual([
    expect.stringContaining('had waited until 12:00, because 5 of 5 openings and clicks in 90 days'),
  ]);
});

test('who turns out to be somebody else in a simulation has the reactions of both', async () => {
  const opened = (userId: string, moment: number) => ({
    type: 'track',
    event: 'Email Opened',
    userId,
    timestamp: new Date(moment).toISOString(),
    messageId: `${userId}-${moment}`,
    properties: { machine: false },
  });
  const early = [
    ...days('10:30:00', 2, 3).map((moment) => opened('one', moment)),
    ...days('10:40:00', 3, 3).map((moment) => opened('other', moment)),
  ];
  const list = [
    ...early.sort((a, b) => a.timestamp.localeCompare(b.timestamp)),
    { type: 'alias', userId: 'one', previousId: 'other', timestamp: '2026-06-09T12:00:00.000Z', messageId: 'alias' },
    { ...events[0], userId: 'one', messageId: 'sign-up-one' },
  ];
  const { trace } = await runSimulation(ctx, { target, events: { list }, follow: ['user_id:one'], until: UNTIL });
  expect(trace.map(({ text }) => text).filter((text) => text.includes('had waited'))).toEqual([
    expect.stringContaining('had waited until 12:00, because 5 of 5 openings and clicks in 90 days'),
  ]);
});
