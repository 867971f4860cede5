// The time machine and the server are two shells around the same decisions: over the same events they must come to the same end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import type { TestContext } from '../support/context.ts';
import { type Course, type RawEvent, replay, simulated } from './replay.ts';
import { DOCUMENTS, openWorld } from './world.ts';

const START = Date.parse('2026-01-05T00:00:00Z');
const DAY_MS = 86_400_000;
const DAYS = 120;
const UNTIL = START + DAYS * DAY_MS;

const people = Array.from({ length: 9 }, (_, number) =>
  ProfileInput.parse({
    identities: { user_id: `u${number}` },
    columns: {
      email: number % 5 === 4 ? 'not an address' : `u${number}@example.com`,
      ...(number % 3 === 0 ? { time_zone: 'America/New_York' } : {}),
    },
    traits: { first_name: `Person ${number}` },
    consents: [{ channel: 'email', status: number % 4 === 3 ? 'refused' : 'granted' }],
  }),
);

/** mulberry32: the same orders on every machine. */
function seededRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    whole: (from: number, to: number) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability: number) => next() < probability,
  };
}

/** Orders of every size, several at one instant, returns, and people who come often or hardly. */
function orders(): RawEvent[] {
  const random = seededRandom(7);
  const events: RawEvent[] = [];
  for (let number = 0; number < people.length; number++) {
    for (let day = random.whole(0, 20); day < DAYS; day += random.whole(0, number % 2 === 0 ? 12 : 45)) {
      const at = START + day * DAY_MS + random.whole(8, 18) * 3_600_000;
      const total = random.chance(0.1) ? -random.whole(10, 90) : random.whole(20, 700);
      events.push({
        type: 'track',
        event: 'Order Completed',
        userId: `u${number}`,
        timestamp: new Date(at).toISOString(),
        messageId: `${number}-${events.length}`,
        properties: { total },
      });
      if (random.chance(0.3)) day += 1;
    }
  }
  return events.sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
}

describe('over generated orders the time machine and the server come to the same', () => {
  let ctx: TestContext;
  let machine: Course;
  let server: Course;

  beforeAll(async () => {
    ctx = await openWorld(START, people);
    const events = orders();
    machine = await simulated(ctx, { target: { documents: DOCUMENTS }, events: { list: events }, until: UNTIL });
    server = await replay(ctx, events, UNTIL);
  }, 120_000);
  afterAll(() => ctx.close());

  it('instances', () => {
    expect(server.instances.length).toBeGreaterThan(20);
    expect(machine.instances).toEqual(server.instances);
  });

  it('passages', () => {
    expect(machine.passages).toEqual(server.passages);
  });

  it('messages', () => {
    expect(server.messages.length).toBeGreaterThan(15);
    expect(machine.messages).toEqual(server.messages);
  });

  it('comings and goings of audiences', () => {
    expect(machine.memberships).toEqual(server.memberships);
  });

  it('and once more over the history that the server has written', async () => {
    ctx.clock.advanceTo(UNTIL);
    const again = await simulated(ctx, { target: { documents: DOCUMENTS }, events: { historyMs: DAYS * DAY_MS } });
    expect(again).toEqual(server);
  });
});
