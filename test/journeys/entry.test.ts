import { describe, expect, test } from 'vitest';
import { admit, compileJourney, entriesOf, freedSlots } from '../../src/core/journeys/index.ts';
import { CATALOG, journeyOf, play, START } from './player.ts';

const wait = { start: 'wait', steps: { wait: { type: 'wait', for: '10d' } } };

describe('who comes in', () => {
  test('by an event that passes its test, with its properties', () => {
    const player = play({ ...wait, entry: { event: ['In', 'Also'], where: { total: { gte: 10 } } } });
    player.event('In', { total: 5 });
    player.event('Other', { total: 50 });
    expect(player.state.instances).toEqual([]);
    player.event('Also', { total: 10 });
    expect(player.only).toMatchObject({
      journeyKey: 'test',
      version: 1,
      instanceKey: '',
      state: 'active',
      entry: { name: 'Also', at: START, data: { total: 10 } },
      enteredAt: START,
      expiresAt: START + 90 * 86_400_000,
    });
  });

  test('by coming into an audience, or leaving it', () => {
    for (const [on, counts] of [
      ['entered', [1, 1]],
      ['left', [0, 1]],
      ['both', [1, 1]],
    ] as const) {
      const player = play({ ...wait, entry: { audience: 'vip', on } });
      player.audience('vip', 'entered');
      expect(player.state.instances.length).toBe(counts[0]);
      player.audience('sleepers', 'left');
      player.audience('vip', 'left');
      expect(player.state.instances.length).toBe(counts[1]);
    }
  });

  test('by the API, with a key or data from which it is read', () => {
    const player = play({ ...wait, entry: { api: true, instance: 'order.id' } });
    player.enter({ by: 'api', instanceKey: 'A', data: {} });
    player.enter({ by: 'api', instanceKey: '', data: { order: { id: 5 } } });
    player.enter({ by: 'api', instanceKey: '', data: {} });
    expect(player.state.instances.map(({ instanceKey }) => instanceKey)).toEqual(['A', '5']);
    expect(player.state.refusals).toEqual(['no-instance-key']);
  });
});

describe('one live instance per key', () => {
  test('a person who is inside does not come in again, and does after it ended', () => {
    const player = play(wait);
    player.event('In');
    player.event('In');
    expect(player.state.refusals).toEqual(['inside']);
    player.pass('10d');
    player.event('In');
    expect(player.state.instances.map(({ state }) => state)).toEqual(['ended', 'active']);
  });

  test('keys tell instances apart, up to the most that may be at once', () => {
    const player = play({ ...wait, entry: { event: 'In', instance: 'id', max_instances: 2 } });
    for (const id of [1, 2, 1, 3]) player.event('In', { id });
    player.event('In', {});
    expect(player.state.instances.map(({ instanceKey }) => instanceKey)).toEqual(['1', '2']);
    expect(player.state.refusals).toEqual(['inside', 'too-many-instances', 'no-instance-key']);
  });

  test('a list on the way lets one in per element, each with its own', () => {
    const player = play({ ...wait, entry: { event: 'In', instance: 'items.sku' } });
    player.event('In', { items: [{ sku: 'a', n: 1 }, { sku: 'b', n: 2 }, { sku: 'a', n: 3 }, { n: 4 }] });
    expect(player.state.instances.map(({ instanceKey, entry }) => [instanceKey, entry.data.item])).toEqual([
      ['a', { sku: 'a', n: 1 }],
      ['b', { sku: 'b', n: 2 }],
    ]);
  });

  test('force begins anew instead', () => {
    const player = play({ ...wait, entry: { read: 'vip', force: true, reentry: false } });
    player.enter({ by: 'audience', instanceKey: '', data: {} });
    player.enter({ by: 'audience', instanceKey: '', data: {} });
    expect(player.state.instances.map(({ endReason }) => endReason)).toEqual(['forced', undefined]);
  });
});

describe('coming again', () => {
  test('never', () => {
    const player = play({ ...wait, entry: { event: 'In', reentry: false } });
    player.event('In');
    player.pass('300d');
    player.event('In');
    expect(player.state.refusals).toEqual(['no-reentry']);
  });

  test('so long after coming in last', () => {
    const player = play({ ...wait, entry: { event: 'In', reentry: '20d' } });
    player.event('In');
    player.pass('15d');
    player.event('In');
    player.pass('4d');
    player.event('In');
    expect(player.state.refusals).toEqual(['too-soon', 'too-soon']);
    player.pass('1d');
    player.event('In');
    expect(player.state.instances.length).toBe(2);
  });

  test('is a matter of each key', () => {
    const player = play({ ...wait, entry: { event: 'In', instance: 'id', reentry: false } });
    player.event('In', { id: 1 });
    player.event('In', { id: 2 });
    expect(player.state.instances.length).toBe(2);
  });
});

test('nobody comes in before a journey starts and after it ended, and its end sends everybody out', () => {
  const player = play(
    { ...wait, time_zone: 'Europe/Berlin', starts_at: '2026-01-02', ends_at: '2026-01-05T12:00' },
    { now: START },
  );
  player.event('In');
  player.pass('1d');
  player.event('In');
  expect(player.state.refusals).toEqual(['not-started']);
  player.pass('10d');
  expect(player.only).toMatchObject({ state: 'ended', endReason: 'over', endedAt: Date.parse('2026-01-05T11:00:00Z') });
  player.event('In');
  expect(player.state.refusals).toEqual(['not-started', 'over']);
});

test('who is inside for the timeout leaves', () => {
  const player = play({ ...wait, timeout: '2d' });
  player.event('In');
  player.pass('3d');
  expect(player.only).toMatchObject({ endReason: 'timed-out', endedAt: START + 2 * 86_400_000 });
  expect(player.way).toEqual(['wait!']);
});

describe('exits', () => {
  const exiting = (exit: object[], more: object = {}) => play({ ...wait, exit, ...more });

  test('by an event about the same thing as the entry', () => {
    const player = exiting([{ event: 'Bought', same: 'id' }], { entry: { event: 'In', instance: 'id' } });
    player.event('In', { id: 1 });
    player.event('In', { id: 2 });
    player.event('Bought', { id: 2 });
    expect(player.state.instances.map(({ endReason }) => endReason)).toEqual([undefined, 'exit:0']);
  });

  test('of one element of a list by its own key', () => {
    const player = exiting([{ event: 'Bought', same: { sku: 'items.sku' } }], {
      entry: { event: 'In', instance: 'items.sku' },
    });
    player.event('In', { items: [{ sku: 'a' }, { sku: 'b' }] });
    player.event('Bought', { sku: 'b' });
    expect(player.state.instances.map(({ endReason }) => endReason)).toEqual([undefined, 'exit:0']);
  });

  test('by an audience', () => {
    const player = exiting([{ event: 'Bought' }, { audience: 'vip', on: 'left' }]);
    player.event('In');
    player.audience('vip', 'entered');
    expect(player.only.state).toBe('active');
    player.audience('vip', 'left');
    expect(player.only.endReason).toBe('exit:1');
  });

  test('by a rule, when a fact makes it true', () => {
    const player = exiting([
      {
        rule: {
          any: [
            { trait: 'plan', eq: 'gold' },
            { event: 'Bought', count: { gte: 2 } },
          ],
        },
      },
    ]);
    player.event('In');
    player.event('Bought');
    expect(player.only.state).toBe('active');
    player.event('Bought');
    expect(player.only.endReason).toBe('exit:0');
    const other = exiting([{ rule: { trait: 'plan', eq: 'gold' } }]);
    other.event('In');
    other.person.traits = { plan: 'gold' };
    other.tell({ kind: 'profile' });
    expect(other.only.endReason).toBe('exit:0');
  });

  test('by a rule, when time alone makes it true', () => {
    const player = exiting([{ rule: { none: [{ event: 'In', within: '3d' }] } }]);
    player.event('In');
    player.pass('5d');
    expect(player.only.endReason).toBe('exit:0');
    expect(player.only.endedAt).toBeGreaterThanOrEqual(START + 3 * 86_400_000);
    expect(player.only.endedAt).toBeLessThanOrEqual(START + 3 * 86_400_000 + 1);
  });
});

test('an exit rule that a step of the journey makes true ends it behind that step', () => {
  const player = play({
    exit: [{ rule: { trait: 'plan', eq: 'gold' } }],
    start: 'set',
    steps: {
      set: { type: 'update-profile', set: { plan: 'gold' }, next: 'mail' },
      mail: { type: 'email', template: 'hello' },
    },
  });
  player.event('In');
  expect(player.way).toEqual(['set next', 'mail!']);
  expect(player.only.endReason).toBe('exit:0');
});

test('slots for entries per period and for people inside are asked for, and the latter given back', () => {
  const graph = compileJourney(journeyOf({ ...wait, max_entries: { count: 5, per: '1d' }, max_inside: 3 }), 1, CATALOG);
  const [entrant] = entriesOf(graph, { kind: 'event', name: 'In', properties: {}, occurredAt: START }, START);
  if (!entrant) throw new Error('Nobody comes in.');
  const admission = admit({ graph, instances: [], entrant, instanceId: 1, dryRun: false, now: START });
  expect(admission).toMatchObject({
    kind: 'admitted',
    slots: [
      { name: `journey/test/entries/86400000/${START / 86_400_000}`, limit: 5, reason: 'max-entries' },
      { name: 'journey/test/inside', limit: 3, reason: 'max-inside' },
    ],
  });
  expect(freedSlots(graph)).toEqual(['journey/test/inside']);
});
