import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseHour, countByHour, REACTIONS_MIN, rankHours } from '../../src/core/journeys/best-hour.ts';
import { describeHour, describePassage, migrateInstance } from '../../src/core/journeys/index.ts';
import { LANGUAGE_CODES } from '../../src/core/kernel/index.ts';
import { play } from './player.ts';

const HOUR_MS = 3_600_000;
const at = (text: string) => Date.parse(text);
const hourOf = (instant: number, zone: string) =>
  Number(new Intl.DateTimeFormat('en', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(instant));

const anyCounts = fc.array(fc.oneof(fc.constant(0), fc.nat(9)), { minLength: 24, maxLength: 24 });
const anyHour = fc.nat(23);
const textOf = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
/** Days on which clocks change, in both directions and halves, and one on which they do not. */
const anyZone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC');
const anyNow = fc
  .tuple(
    fc.constantFrom('2026-03-28', '2026-10-24', '2026-03-07', '2026-10-31', '2026-04-04', '2026-10-03', '2026-06-10'),
    fc.integer({ min: 0, max: 48 * HOUR_MS }),
  )
  .map(([day, ms]) => at(day) + ms);
const anyPlace = fc.record({ fallback: anyHour, within: fc.integer({ min: 1, max: 24 }), now: anyNow, zone: anyZone });
type Place = typeof anyPlace extends fc.Arbitrary<infer P> ? P : never;

const choose = (counts: readonly number[], { fallback, within, now, zone }: Place) =>
  chooseHour(counts, { settings: { fallback: textOf(fallback), within: `${within}h` }, now, zone });
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
const scoreOf = (counts: readonly number[], hour: number) => {
  const count = (of: number) => counts[(of + 24) % 24] ?? 0;
  return 2 * count(hour) + count(hour - 1) + count(hour + 1);
};
/** Where clocks change the hour itself may be missing. */
const isPlain = ({ now, zone }: Place) =>
  [...Array(25).keys()].every((ahead) => (hourOf(now, zone) + ahead) % 24 === hourOf(now + ahead * HOUR_MS, zone));

describe('the best hour', () => {
  test('is the one with the most reactions in it and, by half, beside it, over midnight too', () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const [best] = rankHours(counts);
        if (best === undefined) return expect(sum(counts)).toBe(0);
        for (const hour of counts.keys()) {
          expect(scoreOf(counts, best)).toBeGreaterThanOrEqual(scoreOf(counts, hour));
          if (scoreOf(counts, best) > scoreOf(counts, hour)) continue;
          // Of equals the fuller, then the earlier.
          expect(counts[best]).toBeGreaterThanOrEqual(counts[hour] ?? 0);
          if (counts[best] === counts[hour]) expect(best).toBeLessThanOrEqual(hour);
        }
      }),
    );
  });

  test('stays the best when one more reaction comes in it', () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const [best] = rankHours(counts);
        if (best === undefined) return;
        expect(rankHours(counts.map((count, hour) => (hour === best ? count + 1 : count)))[0]).toBe(best);
      }),
    );
  });

  test('moves with the reactions round the clock, where there is one best', () => {
    fc.assert(
      fc.property(anyCounts, anyHour, (counts, by) => {
        const [best, second] = rankHours(counts);
        if (best === undefined || second === undefined || scoreOf(counts, best) === scoreOf(counts, second)) return;
        const moved = counts.map((_, hour) => counts[(hour - by + 24) % 24] ?? 0);
        expect(rankHours(moved)[0]).toBe((best + by) % 24);
      }),
    );
  });

  test('is the same in whatever order the reactions are read, and counts each once in the zone', () => {
    fc.assert(
      fc.property(fc.array(anyNow), anyZone, (moments, zone) => {
        const counts = countByHour(moments, zone);
        expect(sum(counts)).toBe(moments.length);
        for (const hour of counts.keys()) {
          expect(counts[hour]).toBe(moments.filter((moment) => hourOf(moment, zone) === hour).length);
        }
        expect(countByHour(moments.toReversed(), zone)).toEqual(counts);
      }),
    );
  });
});

describe('the wait for it', () => {
  test('never lasts longer than its bound, and ends in the hour that it names, also where clocks change', () => {
    fc.assert(
      fc.property(anyCounts, anyPlace, (counts, place) => {
        const { choice, at: end } = choose(counts, place);
        expect(end).toBeGreaterThanOrEqual(place.now);
        expect(end).toBeLessThanOrEqual(place.now + place.within * HOUR_MS);
        if (choice.late) expect(end).toBe(place.now);
        else if (isPlain(place)) expect(textOf(hourOf(end, place.zone))).toBe(choice.hour);
        expect(choice.reactions).toBe(sum(counts));
      }),
    );
  });

  test('within a day it is for the best hour whenever there is evidence enough, else for the fallback', () => {
    fc.assert(
      fc.property(anyCounts, anyPlace, (counts, given) => {
        const place = { ...given, within: 24 };
        const { choice } = choose(counts, place);
        const isEnough = sum(counts) >= REACTIONS_MIN;
        expect(choice.because).toBe(isEnough ? 'most' : 'few');
        if (isEnough) expect(choice.hour).toBe(textOf(rankHours(counts)[0] ?? -1));
        else expect(choice.hour).toBe(textOf(place.fallback));
        expect(choice.within).toBeUndefined();
      }),
    );
  });

  test('under a shorter bound it is for the best of the hours that come in time, and says so', () => {
    fc.assert(
      fc.property(anyCounts, anyPlace, (counts, place) => {
        if (!isPlain(place) || sum(counts) < REACTIONS_MIN) return;
        const quarters = [...Array(place.within * 4 + 1).keys()];
        const coming = new Set(quarters.map((quarter) => hourOf(place.now + (quarter * HOUR_MS) / 4, place.zone)));
        const ranked = rankHours(counts);
        const best = ranked.find((hour) => coming.has(hour));
        const { choice } = choose(counts, place);
        expect(choice.because).toBe(best === undefined ? 'far' : 'most');
        expect(choice.hour).toBe(textOf(best ?? place.fallback));
        expect(choice.late ?? false).toBe(best === undefined && !coming.has(place.fallback));
        expect(choice.within).toBe(best === ranked[0] ? undefined : `${place.within}h`);
      }),
    );
  });
});

const EVENINGS = [1, 2, 3, 4, 5, 6, 7].map((day) => at(`2026-06-0${day}T16:20:00Z`));

function waiting(settings: { now: string; within?: string; zone?: string; profileZone?: string; test?: object }) {
  const { now, within = '24h', zone = 'Europe/Berlin', profileZone } = settings;
  const player = play(
    {
      time_zone: zone,
      fallback_zone: 'Europe/Berlin',
      start: 'hour',
      steps: { hour: { type: 'wait', until: { best_hour: { fallback: '10:00', within } }, next: 'end' } },
    },
    { now: at(now) },
  );
  player.person.timeZone = profileZone ?? null;
  player.event('In');
  return player;
}

function answer(player: ReturnType<typeof play>, answer: number[] | undefined) {
  player.tell({ kind: 'answer', callKey: 'hour#1', answer });
  const { dueAt } = player.state.instances[0]?.positions[0] ?? {};
  return dueAt === undefined ? undefined : new Date(dueAt).toISOString();
}

const STEP = { type: 'wait', until: { best_hour: { fallback: '10:00', within: '24h' } } } as const;
const said = (player: ReturnType<typeof play>, language?: 'en' | 'fr' | 'es' | 'pt') => {
  const passage = player.state.passages.at(-1);
  return passage && describePassage(passage, STEP, language);
};

describe('somebody at the step', () => {
  test('is asked about the 90 days before, and goes on at the hour in which they reacted most, with the reason', () => {
    const player = waiting({ now: '2026-06-10T06:00:00Z' });
    expect(player.state.effects).toEqual([
      {
        kind: 'lookup',
        key: 'hour#1',
        question: { kind: 'reactions', after: at('2026-03-12T06:00:00Z'), until: at('2026-06-10T06:00:00Z') },
      },
    ]);
    const others = [at('2026-06-08T17:10:00Z'), at('2026-06-09T04:00:00Z')];
    expect(answer(player, [...EVENINGS, ...others])).toBe('2026-06-10T16:00:00.000Z');
    expect(describeHour(player.only.positions[0]?.why ?? {})).toBe(
      '18:00, because 7 of 9 openings and clicks in 90 days came between 18:00 and 19:00, and 1 in the hours beside it',
    );
    player.pass('10h');
    expect(player.way).toEqual(['hour next']);
    expect(said(player)).toBe(
      'had waited until 18:00, because 7 of 9 openings and clicks in 90 days came between 18:00 and 19:00, and 1 in the hours beside it',
    );
    for (const language of LANGUAGE_CODES) expect(said(player, language)).toMatch(/18:00.*7.*9.*90/);
  });

  test('goes on at once when it is that hour', () => {
    const player = waiting({ now: '2026-06-10T16:59:00Z' });
    expect(answer(player, EVENINGS)).toBeUndefined();
    expect(player.way).toEqual(['hour next']);
    expect(said(player)).toMatch(/^did not have to wait until 18:00, because 7 of 7/);
  });

  test.each([undefined, [], EVENINGS.slice(0, 4)])('waits for the fallback when too little is known (%#)', (known) => {
    const player = waiting({ now: '2026-06-10T06:00:00Z' });
    expect(answer(player, known)).toBe('2026-06-10T08:00:00.000Z');
    player.pass('3h');
    expect(said(player)).toBe(
      `had waited until 10:00, the fallback, because 5 openings and clicks in 90 days are needed and there were ${known?.length ?? 0}`,
    );
  });

  test('waits for the fallback when no hour near which they react comes within the bound', () => {
    const player = waiting({ now: '2026-06-10T06:00:00Z', within: '3h' });
    expect(answer(player, EVENINGS)).toBe('2026-06-10T08:00:00.000Z');
    player.pass('3h');
    expect(said(player)).toBe(
      'had waited until 10:00, the fallback, because none of 7 openings and clicks in 90 days came near an hour within 3 hours',
    );
  });

  test('goes on at once when the fallback does not come within it either', () => {
    const player = waiting({ now: '2026-06-10T06:00:00Z', within: '1h' });
    expect(answer(player, EVENINGS)).toBeUndefined();
    expect(said(player)).toMatch(/^did not wait until 10:00, the fallback, .*; it does not come within 1 hour$/);
  });

  test('waits for the best hour that comes within the bound', () => {
    const player = waiting({ now: '2026-06-10T06:00:00Z', within: '8h' });
    const lunches = [1, 2].map((day) => at(`2026-06-0${day}T10:30:00Z`));
    expect(answer(player, [...EVENINGS, ...lunches])).toBe('2026-06-10T10:00:00.000Z');
    expect(describeHour(player.only.positions[0]?.why ?? {})).toBe(
      '12:00, the best within 8 hours, because 2 of 9 openings and clicks in 90 days came between 12:00 and 13:00',
    );
  });

  test('has their own zone, or the fallback of the journey, which is said', () => {
    const tokyo = waiting({ now: '2026-06-10T06:00:00Z', zone: 'profile', profileZone: 'Asia/Tokyo' });
    // 16:20 in UTC is 01:20 in Tokyo.
    expect(answer(tokyo, EVENINGS)).toBe('2026-06-10T16:00:00.000Z');
    expect(describeHour(tokyo.only.positions[0]?.why ?? {})).toMatch(/^01:00, because 7 of 7 .* 01:00 and 02:00$/);
    const nowhere = waiting({ now: '2026-06-10T06:00:00Z', zone: 'profile' });
    expect(answer(nowhere, EVENINGS)).toBe('2026-06-10T16:00:00.000Z');
    nowhere.pass('12h');
    expect(said(nowhere)).toMatch(
      /^had waited until 18:00.* \(in Europe\/Berlin, as the profile names no time zone\)$/,
    );
  });

  test('has the hours that clocks showed then, before and after they changed', () => {
    // 18:20 in Berlin is 17:20 in UTC until 29 March 2026, and 16:20 after it.
    const moments = [25, 26, 27, 28].map((day) => at(`2026-03-${day}T17:20:00Z`));
    const after = [30, 31].map((day) => at(`2026-03-${day}T16:20:00Z`));
    const player = waiting({ now: '2026-04-01T06:00:00Z' });
    expect(answer(player, [...moments, ...after])).toBe('2026-04-01T16:00:00.000Z');
    expect(player.only.positions[0]?.why).toMatchObject({ best_hour: { in_hour: 6, beside: 0 } });
  });

  test.each([
    // At 02:00 clocks go to 03:00; an hour that the spring skips comes as much later.
    ['2026-03-28T20:00:00Z', '2026-03-29T01:00:00.000Z'],
    // At 03:00 clocks go back to 02:00; of an hour that comes twice the first is meant.
    ['2026-10-24T20:00:00Z', '2026-10-25T00:00:00.000Z'],
  ])('goes on in the night in which clocks change (%s)', (now, expected) => {
    const nights = [1, 2, 3, 4, 5].map((day) => at(`${now.slice(0, 7)}-0${day}T00:30:00Z`));
    const zone = 'Europe/Berlin';
    const shifted = nights.map((night) => night + (2 - hourOf(night, zone)) * HOUR_MS);
    expect(answer(waiting({ now }), shifted)).toBe(expected);
  });

  test('of a test does not wait so long, and the log says until when it would have been', () => {
    const player = waiting({ now: '2026-06-10T06:00:00Z' });
    Object.assign(player.graph, { test: { journey: 'test', waitMs: 10_000, address: undefined } });
    expect(answer(player, EVENINGS)).toBe('2026-06-10T06:00:10.000Z');
    player.pass('10s');
    expect(said(player)).toMatch(/^had waited until 18:00, .*; the test does not wait until 2026-06-10T16:00:00/);
  });

  test('who is moved to a version whose step is another one begins it anew, without the old reason', () => {
    const player = waiting({ now: '2026-06-10T06:00:00Z' });
    answer(player, EVENINGS);
    const other = play({ start: 'hour', steps: { hour: { type: 'wait', for: '2d' } } });
    const graphs = { from: player.graph, to: { ...other.graph, version: 2 } };
    const moved = migrateInstance(player.only, {}, graphs, player.state.now);
    if (moved.kind !== 'migrated') throw new Error(moved.reason);
    expect(moved.instance.positions).toMatchObject([{ node: 'hour', awaits: 'turn' }]);
    expect(moved.instance.positions[0]).not.toHaveProperty('why');
  });
});
