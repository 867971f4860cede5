import { describe, expect, test } from 'vitest';
import { compileJourney, migrateInstance, releaseInstance, wakeOf } from '../../src/core/journeys/index.ts';
import { CATALOG, journeyOf, play, START } from './player.ts';

const end = { type: 'end' };
const wait = (time: string, next?: string) => ({ type: 'wait', for: time, ...(next === undefined ? {} : { next }) });

describe('branches', () => {
  const forked = (wait_for: 'all' | 'any', branches: object) => ({
    start: 'fork',
    steps: {
      fork: { type: 'parallel', then: { one: 'a', two: 'b' } },
      ...branches,
      join: { type: 'join', wait_for, next: 'after' },
      after: wait('1h'),
    },
  });

  test('all begin at once and become one when all have come', () => {
    const player = play(forked('all', { a: wait('1h', 'join'), b: wait('2h', 'join') }));
    player.event('In');
    expect(player.at).toEqual(['a', 'b']);
    player.pass('1h');
    expect(player.at).toEqual(['b', 'join']);
    player.pass('1h');
    expect(player.at).toEqual(['after']);
    expect(player.only.positions[0]?.forks).toBeUndefined();
    expect(player.way).toEqual(['fork one', 'fork two', 'a next', 'b next', 'join!', 'join next']);
    player.pass('1h');
    expect(player.only.endReason).toBe('finished');
  });

  test('a branch that ended counts as one that has come', () => {
    const player = play(forked('all', { a: wait('1h', 'join'), b: wait('2h') }));
    player.event('In');
    player.pass('1h');
    expect(player.at).toEqual(['b', 'join']);
    player.pass('1h');
    expect(player.at).toEqual(['after']);
    const early = play(forked('all', { a: wait('1h', 'join'), b: end }));
    early.event('In');
    early.pass('1h');
    expect(early.at).toEqual(['after']);
  });

  test('with `any` the first goes on and the others end where they are', () => {
    const player = play(forked('any', { a: wait('1h', 'join'), b: wait('2h', 'join') }));
    player.event('In');
    player.pass('1h');
    expect(player.at).toEqual(['after']);
    expect(player.way).toEqual(['fork one', 'fork two', 'a next', 'b!', 'join next']);
    expect(player.state.passages.find(({ node, what }) => node === 'b' && what === 'ended')?.detail).toEqual({
      reason: 'overtaken',
      join: 'join',
    });
  });

  test('within branches close their own first', () => {
    const player = play({
      start: 'outer',
      steps: {
        outer: { type: 'parallel', then: { x: 'inner', y: 'y' } },
        inner: { type: 'parallel', then: { p: 'p', q: 'q' } },
        p: wait('1h', 'inside'),
        q: wait('2h', 'inside'),
        inside: { type: 'join', next: 'i' },
        i: wait('1h', 'outside'),
        y: wait('1h', 'outside'),
        outside: { type: 'join', next: 'done' },
        done: wait('1h'),
      },
    });
    player.event('In');
    player.pass('2h');
    expect(player.at).toEqual(['i', 'outside']);
    player.pass('1h');
    expect(player.at).toEqual(['done']);
  });

  test('an event moves every branch that waits for it', () => {
    const waits = (next: string) => ({ type: 'wait-for', event: 'Bought', then: { happened: next } });
    const player = play(forked('all', { a: waits('join'), b: waits('join') }));
    player.event('In');
    player.event('Bought');
    expect(player.at).toEqual(['after']);
  });

  test('steps that two branches share have effects of different keys', () => {
    const player = play({
      start: 'fork',
      steps: {
        fork: { type: 'parallel', then: { one: 'mail', two: 'mail' } },
        mail: { type: 'email', template: 'hello' },
      },
    });
    player.event('In');
    expect(player.state.effects.map(({ key }) => key)).toEqual(['mail#1', 'mail#2']);
    expect(player.only.messages.mail).toEqual([101, 102]);
  });
});

describe('a paused journey', () => {
  const journey = {
    exit: [{ event: 'Gone' }],
    start: 'fork',
    steps: {
      fork: { type: 'parallel', then: { one: 'first', two: 'other' } },
      first: wait('1h', 'mail'),
      mail: { type: 'email', template: 'hello', next: 'rest' },
      rest: wait('1h'),
      other: wait('2h', 'set'),
      set: { type: 'wait-for', event: 'Bought', then: { happened: 'end' } },
    },
  };

  test('holds people at the next step that acts, while waits and events go on', () => {
    const player = play(journey);
    player.event('In');
    player.state.paused = 'hold';
    player.pass('1h');
    expect(player.only.state).toBe('held');
    expect(player.state.effects).toEqual([]);
    player.pass('1h');
    player.event('Bought');
    expect(player.at).toEqual(['mail']);
    player.state.paused = undefined;
    player.tell({ kind: 'timer' });
    player.tell({ kind: 'profile' });
    expect(player.only.state).toBe('held');
    player.move(releaseInstance(player.only, player.state.now).instance, { kind: 'timer' });
    expect(player.state.effects.map(({ key }) => key)).toEqual(['mail#1']);
    expect(player.only.state).toBe('active');
    expect(player.at).toEqual(['rest']);
  });

  test('holds again who was released into another pause, without a timer that is always due', () => {
    const player = play(journey);
    player.event('In');
    player.state.paused = 'hold';
    player.pass('3h');
    player.move(releaseInstance(player.only, player.state.now).instance, { kind: 'timer' });
    expect(player.only.state).toBe('held');
    expect(wakeOf(player.only)).toBeGreaterThan(player.state.now);
    player.state.paused = undefined;
    player.move(releaseInstance(player.only, player.state.now).instance, { kind: 'timer' });
    expect(player.state.effects.map(({ key }) => key)).toEqual(['mail#1']);
  });

  test('lets exits and the timeout take who is held', () => {
    const player = play(journey);
    player.event('In');
    player.state.paused = 'hold';
    player.pass('3h');
    player.event('Gone');
    expect(player.only.endReason).toBe('exit:0');
    const late = play({ ...journey, timeout: '5h' });
    late.event('In');
    late.state.paused = 'hold';
    late.pass('6h');
    expect(late.only).toMatchObject({ endReason: 'timed-out', endedAt: START + 5 * 3_600_000 });
  });

  test('sends them out instead when it says so', () => {
    const player = play(journey);
    player.event('In');
    player.state.paused = 'discard';
    player.pass('1h');
    expect(player.only.endReason).toBe('discarded');
    expect(player.at).toEqual([]);
  });
});

test('a journey that goes round without anything happening is stopped, and says so', () => {
  // The check refuses it; a trait that is always in the past makes one that it cannot see.
  const player = play({
    start: 'wait',
    steps: {
      wait: { type: 'wait', until: { trait: 'renewal' }, next: 'set' },
      set: { type: 'update-profile', set: { plan: 'x' }, next: 'wait' },
    },
  });
  player.person.traits = { renewal: '2020-01-01' };
  player.event('In');
  expect(player.only.endReason).toBe('loop');
  expect(player.state.effects.length).toBe(50);
  expect(new Set(player.state.effects.map(({ key }) => key)).size).toBe(50);
});

test('a dry run acts on nothing and nobody', () => {
  const player = play({
    start: 'set',
    steps: {
      set: { type: 'update-profile', set: { plan: 'x' }, next: 'mail' },
      mail: { type: 'email', template: 'hello', next: 'call', else: 'end' },
      call: { type: 'http', endpoint: 'crm', next: 'jump' },
      jump: { type: 'jump', journey: 'other', next: 'cap' },
      cap: { type: 'cap', people: 1 },
    },
  });
  player.state.dryRun = true;
  player.event('In');
  expect(player.state.effects.map(({ kind }) => kind)).toEqual(['send']);
  expect(player.way).toEqual(['set next', 'mail next', 'call next', 'jump next', 'cap next']);
  expect(player.only).toMatchObject({ dryRun: true, messages: {}, results: { call: null } });
});

describe('going over to another version', () => {
  const one = { start: 'a', steps: { a: wait('1h', 'b'), b: wait('1h') } };
  const migrate = (two: object, mapping: Record<string, string> = {}) => {
    const player = play(one);
    player.event('In');
    const to = compileJourney(journeyOf(two), 2, CATALOG);
    return { player, to, ...migrateInstance(player.only, mapping, { from: player.graph, to }, START + 60_000) };
  };

  test('leaves who is in the same step with the same settings where they are', () => {
    const moved = migrate({ start: 'a', steps: { a: wait('1h', 'b'), b: wait('5h') } });
    if (moved.kind !== 'migrated') throw new Error(moved.reason);
    const { only } = moved.player;
    expect(moved.instance).toEqual({ ...only, version: 2, stepNo: only.stepNo + 1 });
    expect(moved.passages).toMatchObject([
      { stepNo: only.stepNo, node: 'a', what: 'entered', detail: { moved_to: 2 } },
    ]);
  });

  test('leaves who is in a step that is called otherwise where they are', () => {
    const moved = migrate({ start: 'a', steps: { a: { ...wait('1h', 'b'), label: 'An hour' }, b: wait('1h') } });
    if (moved.kind !== 'migrated') throw new Error(moved.reason);
    expect(moved.instance.positions).toEqual(moved.player.only.positions);
  });

  test('the timeout and the end of the new version count, from when they came in', () => {
    for (const [settings, expiresAt] of [
      [{ timeout: '10d' }, START + 10 * 86_400_000],
      [{ ends_at: '2026-01-20' }, Date.parse('2026-01-20T00:00:00Z')],
    ] as const) {
      const moved = migrate({ ...one, ...settings });
      expect(moved).toMatchObject({ kind: 'migrated', instance: { expiresAt } });
    }
  });

  test('an exit of the new version that is true already takes them out at once', () => {
    const two = { ...one, exit: [{ rule: { trait: 'plan', eq: 'gold' } }] };
    const moved = migrate(two);
    if (moved.kind !== 'migrated') throw new Error(moved.reason);
    expect(wakeOf(moved.instance)).toBe(START + 60_000);
    const player = play(two);
    player.person.traits = { plan: 'gold' };
    player.state.now = START + 60_000;
    player.move(moved.instance, { kind: 'timer' });
    expect(player.only.endReason).toBe('exit:0');
  });

  test('begins a changed or mapped step anew', () => {
    for (const [two, mapping, node] of [
      [{ start: 'a', steps: { a: wait('3h') } }, {}, 'a'],
      [{ start: 'x', steps: { x: wait('3h') } }, { a: 'x' }, 'x'],
    ] as const) {
      const moved = migrate(two, mapping);
      if (moved.kind !== 'migrated') throw new Error(moved.reason);
      expect(moved.instance.positions).toMatchObject([{ node, awaits: 'turn', dueAt: START + 60_000 }]);
      const player = play(two);
      player.state.now = START + 60_000;
      player.move(moved.instance, { kind: 'timer' });
      expect(player.only.positions).toMatchObject([{ node, dueAt: START + 60_000 + 3 * 3_600_000 }]);
    }
  });

  test('ends who is mapped to the end, and keeps who has nowhere to go', () => {
    const moved = migrate({ start: 'x', steps: { x: end } }, { a: 'end' });
    if (moved.kind !== 'migrated') throw new Error(moved.reason);
    const player = play({ start: 'x', steps: { x: end } });
    player.move(moved.instance, { kind: 'timer' });
    expect(player.only.endReason).toBe('finished');
    expect(migrate({ start: 'x', steps: { x: end } })).toMatchObject({ kind: 'stays', reason: 'no-step' });
    const inside = { start: 'p', steps: { p: { type: 'parallel', then: { l: 'a', r: 'x' } }, a: wait('1h'), x: end } };
    expect(migrate(inside)).toMatchObject({ kind: 'stays', reason: 'other-branches' });
  });
});
