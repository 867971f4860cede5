import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventItem } from '../engine/index.ts';
import { EVENT_CHARS_MAX } from './clean.ts';
import { type Arrival, readEvent } from './read-event.ts';
import { REJECT_REASONS } from './reason.ts';

const RUNS = Number(process.env.CARILLON_PROPERTY_RUNS ?? 300);
const NOW = 1_772_442_000_000;
const arrival: Arrival = { receivedAt: NOW, source: 'test', newId: () => 'made' };

function read(raw: object, more: Partial<Arrival> = {}): EventItem {
  const answer = readEvent({ type: 'track', event: 'Ordered', userId: 'u1', ...raw }, { ...arrival, ...more });
  if (answer.kind === 'rejected') throw new Error(`${answer.reason}: ${answer.detail}`);
  return answer.item;
}
const reasonOf = (raw: unknown) => {
  const answer = readEvent(raw, arrival);
  return answer.kind === 'rejected' ? answer.reason : undefined;
};
const text = (instant: number) => String(instant);

describe('who an event is about', () => {
  test('a number is a text, null is nothing, and the order is user, anonymous, addresses, external ids', () => {
    const item = read({
      type: 'identify',
      userId: 42,
      anonymousId: 'a1',
      traits: { email: ' Ana@Example.COM ', phone: '+41 79 123 45 67' },
      context: { externalIds: [{ type: 'crm_id', id: 'c1' }, { type: 'Bad Name', id: 'x' }, null, 3] },
    });
    expect(item.identities).toEqual([
      { namespace: 'user_id', value: '42' },
      { namespace: 'anonymous_id', value: 'a1' },
      { namespace: 'email', value: 'ana@example.com' },
      { namespace: 'phone', value: '+41791234567' },
      { namespace: 'crm_id', value: 'c1' },
    ]);
    expect(read({ userId: null, anonymousId: 'a1' }).identities).toEqual([{ namespace: 'anonymous_id', value: 'a1' }]);
  });

  test.each(['null', 'undefined', 'NaN', '[object Object]', '0', 'anonymous', '00000000-0000-0000-0000-000000000000'])(
    'the placeholder %s is nobody',
    (userId) => {
      expect(read({ userId, anonymousId: 'a1' }).identities).toHaveLength(1);
      expect(reasonOf({ type: 'track', event: 'E', userId })).toBe('invalid_identity');
    },
  );

  test('an address that is none is no identity, and does not cost the event', () => {
    expect(read({ type: 'identify', traits: { email: 'nobody', phone: 5 } }).identities).toHaveLength(1);
  });

  test('an alias names who it was before, of either kind', () => {
    expect(read({ type: 'alias', previousId: 'old' })).toMatchObject({
      name: 'Alias',
      identities: [
        { namespace: 'user_id', value: 'u1' },
        { namespace: 'anonymous_id', value: 'old' },
        { namespace: 'user_id', value: 'old' },
      ],
    });
  });
});

describe('what an event says', () => {
  test('pages and screens carry name, category and place among their properties, which win', () => {
    const context = { page: { url: 'https://x.example/a', path: '/a', title: '', other: 1 } };
    const page = { type: 'page', name: 'Home', category: 'Docs', properties: { path: '/b' }, context };
    expect(read(page)).toMatchObject({
      name: 'Page Viewed',
      properties: { name: 'Home', category: 'Docs', url: 'https://x.example/a', path: '/b' },
    });
    expect(read({ type: 'screen', name: 'Basket', context }).properties).toEqual({ name: 'Basket' });
  });

  test('an identify carries traits, and the language and zone of the browser where it names none', () => {
    const context = { locale: 'fr-FR', timezone: 'Europe/Paris' };
    const traits = { plan: 'pro', locale: 'de' };
    expect(read({ type: 'identify', traits, context }).traits).toEqual({ ...traits, time_zone: 'Europe/Paris' });
    expect(read({ context: { traits: { plan: 'pro' } } }).traits).toEqual({ plan: 'pro' });
  });

  test('an offset is no zone, and does not take the place of one', () => {
    for (const timezone of ['GMT+0000', 'GMT-0530', '+02:00', 'utc+1']) {
      expect(read({ type: 'identify', traits: {}, context: { timezone } }).traits).toEqual({});
    }
    for (const timezone of ['UTC', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires']) {
      expect(read({ type: 'identify', traits: {}, context: { timezone } }).traits).toEqual({ time_zone: timezone });
    }
  });

  test('a group has a key and traits of its own', () => {
    expect(read({ type: 'group', groupId: 7, traits: { seats: 3 } })).toMatchObject({
      name: 'Group Joined',
      properties: { group_id: '7' },
      traits: {},
      group: { key: '7', traits: { seats: 3 } },
    });
    expect(reasonOf({ type: 'group', userId: 'u1', groupId: 'g'.repeat(501) })).toBe('missing_group_id');
  });

  test('a push token registers the device that it came from', () => {
    const device = { token: 't', type: 'iOS' };
    expect(read({ context: { device } }).device).toEqual({ token: 't', platform: 'ios' });
    expect(read({ context: { device: { type: 'ios' } } }).device).toBeUndefined();
    // Longer ones are no key of an index: the event is taken without the device.
    expect(read({ context: { device: { token: 't'.repeat(2_001) } } }).device).toBeUndefined();
    expect(read({ context: { device: { token: '\u{1f600}'.repeat(900) } } }).device).toBeUndefined();
  });

  test('properties that are no object are none; an id is made where none came', () => {
    expect(read({ properties: 'text', messageId: null })).toMatchObject({ properties: {}, messageId: 'made' });
    expect(read({ properties: [1], messageId: 'm1' })).toMatchObject({ properties: {}, messageId: 'm1' });
  });
});

describe('when an event happened', () => {
  const hour = 3_600_000;
  const at = (timestamp: unknown, sentAt?: number) => read({ timestamp }, { sentAt }).occurredAt;

  test('by a clock that is right: as it says, also long ago', () => {
    expect(at(text(NOW - hour), NOW - 2_000)).toBe(NOW - hour);
    expect(at('2025-01-01T00:00:00Z', NOW)).toBe(1_735_689_600_000);
    expect(at(undefined)).toBe(NOW);
    expect(at(null)).toBe(NOW);
  });

  test('by a clock that is off: corrected by what it was off when it sent', () => {
    expect(at(NOW - 3 * hour - 60_000, NOW - 3 * hour)).toBe(NOW - 60_000);
    expect(at(NOW + 9 * hour - 60_000, NOW + 9 * hour)).toBe(NOW - 60_000);
    expect(read({ timestamp: NOW - hour, originalTimestamp: NOW - 2 * hour }).occurredAt).toBe(NOW - 2 * hour);
    expect(read({ timestamp: NOW - 60_000 + hour, sentAt: NOW + hour }).occurredAt).toBe(NOW - 60_000);
  });

  test('not yet: when it arrives, but for a few minutes', () => {
    expect(at(NOW + hour, NOW)).toBe(NOW);
    expect(at(NOW + 60_000, NOW)).toBe(NOW + 60_000);
  });

  test('in seconds or milliseconds, as a number or as text', () => {
    const seconds = Math.floor(NOW / 1_000) - 100;
    expect([at(seconds), at(String(seconds)), at(seconds * 1_000)]).toEqual(Array(3).fill(seconds * 1_000));
  });

  test('at no time that can be read, or before all history: refused', () => {
    expect(reasonOf({ type: 'track', event: 'E', userId: 'u', timestamp: 'soon' })).toBe('invalid_timestamp');
    expect(reasonOf({ type: 'track', event: 'E', userId: 'u', timestamp: '1999-01-01' })).toBe('timestamp_too_old');
  });
});

test('whatever arrives is an event that can be stored or a reason of the list, and is not changed', () => {
  const key = fc.oneof(
    fc.constantFrom('type', 'event', 'userId', 'properties', 'traits', 'context', 'timestamp', '__proto__', 'a\0b'),
    fc.string(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('track', 'identify', 'page', 'group', 'alias', '\ud800', 'x\0y', '2026-01-01'),
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.constantFrom(null, true),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 8 }),
    ),
  }));
  fc.assert(
    fc.property(fc.oneof(value, fc.dictionary(key, value)), (given) => {
      const raw: unknown = JSON.parse(JSON.stringify(given) ?? 'null');
      const before = JSON.stringify(raw);
      const answer = readEvent(raw, arrival);
      expect(JSON.stringify(raw)).toBe(before);
      if (answer.kind === 'rejected') expect(REJECT_REASONS).toContain(answer.reason);
      else {
        const text = JSON.stringify(answer.item);
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        expect(text.length).toBeLessThan(3 * EVENT_CHARS_MAX);
        expect(answer.item.identities.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: RUNS },
  );
});
