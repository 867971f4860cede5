import { describe, expect, test } from 'vitest';
import { play } from './player.ts';

const at = (text: string) => Date.parse(text);
const due = (player: ReturnType<typeof play>) => {
  const { dueAt } = player.only.positions[0] ?? {};
  return dueAt === undefined ? undefined : new Date(dueAt).toISOString();
};

function waiting(settings: {
  until: unknown;
  zone?: string;
  now: string;
  traits?: object;
  profileZone?: string;
  data?: object;
}) {
  const player = play(
    {
      time_zone: settings.zone ?? 'UTC',
      fallback_zone: 'America/New_York',
      timeout: '1200d',
      start: 'wait',
      steps: { wait: { type: 'wait', until: settings.until, next: 'a' }, a: { type: 'end' } },
    },
    { now: at(settings.now) },
  );
  player.person.traits = { ...settings.traits };
  player.person.timeZone = settings.profileZone ?? null;
  player.event('In', { ...settings.data });
  return player;
}

const BERLIN = 'Europe/Berlin';

describe('a wait until clocks show a time', () => {
  test.each([
    ['later today', { time: '09:00' }, '2026-06-10T05:00:00Z', '2026-06-10T07:00:00.000Z'],
    ['tomorrow when it has passed', { time: '09:00' }, '2026-06-10T08:00:00Z', '2026-06-11T07:00:00.000Z'],
    ['tomorrow when it is just now', { time: '09:00' }, '2026-06-10T07:00:00Z', '2026-06-11T07:00:00.000Z'],
    ['on a weekday', { time: '09:00', days: ['mon'] }, '2026-06-10T08:00:00Z', '2026-06-15T07:00:00.000Z'],
    ['the beginning of a weekday', { days: ['sat', 'sun'] }, '2026-06-10T08:00:00Z', '2026-06-12T22:00:00.000Z'],
    // 2026-03-29: at 02:00 clocks go to 03:00.
    [
      'a time that the spring skips comes as much later',
      { time: '02:30' },
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:30:00.000Z',
    ],
    ['the day after it is as usual again', { time: '02:30' }, '2026-03-29T02:00:00Z', '2026-03-30T00:30:00.000Z'],
    // 2026-10-25: at 03:00 clocks go back to 02:00.
    [
      'of a time that comes twice the first is meant',
      { time: '02:30' },
      '2026-10-24T12:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'and the second does not count as another day',
      { time: '02:30' },
      '2026-10-25T00:45:00Z',
      '2026-10-26T01:30:00.000Z',
    ],
  ])('%s', (_name, until, now, expected) => {
    expect(due(waiting({ until, zone: BERLIN, now }))).toBe(expected);
  });

  test('in the zone of the person, or of the journey when the profile names none that exists; which one is said', () => {
    const until = { time: '09:00' };
    const now = '2026-06-10T00:00:00Z';
    const condition = {
      start: 'c',
      time_zone: 'profile',
      fallback_zone: BERLIN,
      steps: { c: { type: 'condition', then: { now: { time: { from: '00:00' } } } } },
    };
    expect(due(waiting({ until, zone: 'profile', now, profileZone: 'Asia/Tokyo' }))).toBe('2026-06-11T00:00:00.000Z');
    expect(due(waiting({ until, zone: 'profile', now }))).toBe('2026-06-10T13:00:00.000Z');
    expect(due(waiting({ until, zone: 'profile', now, profileZone: 'Mars/Olympus' }))).toBe('2026-06-10T13:00:00.000Z');
    const player = play(condition);
    player.event('In');
    expect(player.lastDetail).toEqual({ zone: BERLIN, zone_of: 'journey' });
    const waits = waiting({ until, zone: 'profile', now });
    expect(waits.state.passages).toMatchObject([
      { what: 'entered', detail: { zone: 'America/New_York', zone_of: 'journey', until: '2026-06-10T13:00:00.000Z' } },
    ]);
  });
});

describe('a wait until a date', () => {
  test.each([
    ['written in the step', '2026-12-24T18:00', {}, '2026-12-24T17:00:00.000Z'],
    ['a day is its first moment', '2026-12-24', {}, '2026-12-23T23:00:00.000Z'],
    ['of a trait', { trait: 'renewal' }, { renewal: '2026-07-01' }, '2026-06-30T22:00:00.000Z'],
    [
      'days before it, at a time of day',
      { trait: 'renewal', offset: '-7d', at: '10:00' },
      { renewal: '2026-07-20' },
      '2026-07-13T08:00:00.000Z',
    ],
    ['with its own zone', { trait: 'renewal' }, { renewal: '2026-07-01T00:00:00+09:00' }, '2026-06-30T15:00:00.000Z'],
    ['in seconds since 1970', { trait: 'renewal' }, { renewal: 1_800_000_000 }, '2027-01-15T08:00:00.000Z'],
    ['in milliseconds since 1970', { trait: 'renewal' }, { renewal: 1_800_000_000_000 }, '2027-01-15T08:00:00.000Z'],
    [
      'days are those of the calendar where clocks change',
      { trait: 'renewal', offset: '+2d' },
      { renewal: '2026-10-24T09:00' },
      '2026-10-26T08:00:00.000Z',
    ],
    [
      'hours are those of the clock',
      { trait: 'renewal', offset: '48h' },
      { renewal: '2026-10-24T09:00' },
      '2026-10-26T07:00:00.000Z',
    ],
    ['a leap day', { trait: 'renewal', offset: '+1d' }, { renewal: '2028-02-28' }, '2028-02-28T23:00:00.000Z'],
    ['the next birthday', { trait: 'renewal', yearly: true }, { renewal: '1990-03-04' }, '2027-03-03T23:00:00.000Z'],
    [
      'a birthday on 29 February where there is none',
      { trait: 'renewal', yearly: true },
      { renewal: '2000-02-29' },
      '2027-02-27T23:00:00.000Z',
    ],
    [
      'a week before a birthday that is near',
      { trait: 'renewal', yearly: true, offset: '-7d' },
      { renewal: '1990-06-12' },
      '2027-06-04T22:00:00.000Z',
    ],
    [
      'a week after a birthday that was three days ago',
      { trait: 'renewal', yearly: true, offset: '+7d' },
      { renewal: '1990-06-07' },
      '2026-06-13T22:00:00.000Z',
    ],
    [
      'a week after a birthday that is eight days ago: that of next year',
      { trait: 'renewal', yearly: true, offset: '7d' },
      { renewal: '1990-06-02' },
      '2027-06-08T22:00:00.000Z',
    ],
    [
      'long after a birthday of last year',
      { trait: 'renewal', yearly: true, offset: '200d' },
      { renewal: '1990-12-24' },
      '2026-07-11T22:00:00.000Z',
    ],
    [
      'more than a year before a birthday',
      { trait: 'renewal', yearly: true, offset: '-400d' },
      { renewal: '1990-06-12' },
      '2027-05-08T22:00:00.000Z',
    ],
  ])('%s', (_name, until, traits, expected) => {
    expect(due(waiting({ until, zone: BERLIN, now: '2026-06-10T08:00:00Z', traits }))).toBe(expected);
  });

  test('of the entry', () => {
    const player = waiting({
      until: { value: 'entry.trip.start', offset: '-1d' },
      now: '2026-06-10T08:00:00Z',
      data: { trip: { start: '2026-06-20' } },
    });
    expect(due(player)).toBe('2026-06-19T00:00:00.000Z');
  });

  test('that has passed lets the person on at once, and says so', () => {
    const player = waiting({ until: '2026-01-01', now: '2026-06-10T08:00:00Z' });
    expect(player.way).toEqual(['wait next', 'a!']);
    expect(player.state.passages[1]?.detail).toEqual({ reason: 'past' });
  });

  test.each(['soon', '2026-02-30', null, {}, true, 1e300])(
    'that is none (%j) ends the branch, or leads to else',
    (renewal) => {
      const player = waiting({ until: { trait: 'renewal' }, now: '2026-06-10T08:00:00Z', traits: { renewal } });
      expect(player.way).toEqual(['wait!']);
      expect(player.lastDetail).toEqual({ reason: 'no-date' });
    },
  );
});

test('a wait for a day is 24 hours, whatever clocks do', () => {
  const journey = { time_zone: BERLIN, start: 'wait', steps: { wait: { type: 'wait', for: '1d' } } };
  const player = play(journey, { now: at('2026-03-28T12:00:00Z') });
  player.event('In');
  expect(due(player)).toBe('2026-03-29T12:00:00.000Z');
});

describe('a condition on time', () => {
  const journey = (then: object) => ({
    time_zone: BERLIN,
    start: 'c',
    steps: { c: { type: 'condition', then: { yes: then } } },
  });
  const taken = (then: object, now: string) => {
    const player = play(journey(then), { now: at(now) });
    player.event('In');
    return player.way[0] === 'c yes';
  };
  test.each([
    ['from its first minute', { time: { from: '09:00', to: '17:00' } }, '2026-06-10T07:00:00Z', true],
    ['not before', { time: { from: '09:00', to: '17:00' } }, '2026-06-10T06:59:59Z', false],
    ['not at its end', { time: { from: '09:00', to: '17:00' } }, '2026-06-10T15:00:00Z', false],
    ['over midnight', { time: { from: '22:00', to: '06:00' } }, '2026-06-10T23:30:00Z', true],
    ['over midnight, by day', { time: { from: '22:00', to: '06:00' } }, '2026-06-10T10:00:00Z', false],
    ['weekdays are those of the zone', { time: { days: ['thu'] } }, '2026-06-10T22:30:00Z', true],
    ['dates', { dates: { from: '2026-06-10', to: '2026-06-11' } }, '2026-06-10T21:59:00Z', true],
    [
      'dates end where the next day begins',
      { dates: { from: '2026-06-10', to: '2026-06-11' } },
      '2026-06-10T22:00:00Z',
      false,
    ],
  ])('%s', (_name, then, now, expected) => {
    expect(taken(then, now)).toBe(expected);
  });
});
