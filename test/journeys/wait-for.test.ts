import { describe, expect, test } from 'vitest';
import { play } from './player.ts';

const end = { type: 'end' };

describe('a wait-for', () => {
  const waiting = (more: object) => ({
    start: 'mail',
    steps: {
      mail: { type: 'email', template: 'hello', next: 'wait' },
      wait: { type: 'wait-for', timeout: '1d', ...more },
      a: end,
      b: end,
      c: end,
    },
  });
  const then = { happened: 'a', 'timed-out': 'b' };
  const reaction = (messageId: number, machine = false) =>
    ({
      kind: 'reaction',
      reaction: 'clicked',
      machine,
      messageId,
      campaign: null,
      journey: 'test',
      activity: 'mail',
    }) as const;

  test('goes on when its event happens, with the event in results', () => {
    const player = play(waiting({ event: 'Bought', where: { total: { gte: 10 } }, then }));
    player.event('In');
    player.event('Bought', { total: 5 });
    expect(player.at).toEqual(['wait']);
    player.event('Bought', { total: 10 });
    expect(player.way.slice(1)).toEqual(['wait happened', 'a!']);
    expect(player.only.results.wait).toMatchObject({ event: 'Bought', properties: { total: 10 } });
  });

  test('with `same` hears only of its own', () => {
    const player = play(waiting({ event: 'Bought', same: { order: 'id' }, then }));
    player.event('In', { id: 7 });
    player.event('Bought', { order: 8 });
    player.event('Bought', {});
    expect(player.at).toEqual(['wait']);
    player.event('Bought', { order: '7' });
    expect(player.at).toEqual([]);
  });

  test('times out at its time and not before', () => {
    const player = play(waiting({ event: 'Bought', then }));
    player.event('In');
    player.pass('23h');
    expect(player.at).toEqual(['wait']);
    player.pass('1h');
    expect(player.way.slice(1)).toEqual(['wait timed-out', 'b!']);
  });

  test('hears of reactions of people to the message of a step', () => {
    const player = play(waiting({ message: 'mail', reaction: 'clicked', then }));
    player.event('In');
    player.tell(reaction(7));
    player.tell(reaction(101, true));
    expect(player.at).toEqual(['wait']);
    player.tell(reaction(101));
    expect(player.way.slice(1)).toEqual(['wait happened', 'a!']);
  });

  test('counts a reaction that came before the step began', () => {
    const journey = waiting({ message: 'mail', reaction: 'clicked', then });
    const player = play({
      ...journey,
      steps: {
        ...journey.steps,
        mail: { type: 'email', template: 'hello', next: 'pause' },
        pause: { type: 'wait', for: '1h', next: 'wait' },
      },
    });
    player.event('In');
    player.tell(reaction(101));
    player.pass('1h');
    expect(player.way.slice(2)).toEqual(['wait happened', 'a!']);
  });

  const results = (mail: object, more: object = {}) => ({
    start: 'mail',
    steps: {
      mail: { type: 'email', template: 'hello', next: 'wait', ...mail },
      wait: {
        type: 'wait-for',
        any: { there: { message: 'mail', reaction: 'delivered' }, gone: { message: 'mail', reaction: 'bounced' } },
        timeout: '1d',
        then: { there: 'a', gone: 'b', 'timed-out': 'c' },
      },
      a: end,
      b: end,
      c: end,
      ...more,
    },
  });
  const settled = (state: 'sent' | 'failed' | 'uncertain', reason: string | null = null, messageId = 101) =>
    ({ kind: 'settled', messageId, state, reason }) as const;

  test('hears that the message of a step was delivered, or bounced, and of nobody else', () => {
    const player = play(results({}));
    player.event('In');
    player.tell(settled('sent', null, 7));
    expect(player.at).toEqual(['wait']);
    player.tell(settled('sent'));
    expect(player.way.slice(1)).toEqual(['wait there', 'a!']);
    expect(player.only.results.wait).toEqual({ reaction: 'delivered', reason: null });
    const bounced = play(results({}));
    bounced.event('In');
    bounced.tell(settled('failed', 'hard_bounce'));
    expect(bounced.way.slice(1)).toEqual(['wait gone', 'b!']);
  });

  test('a failure is no bounce unless the address was refused for good; of what may have gone out nothing is heard', () => {
    for (const told of [settled('failed', 'deferred'), settled('uncertain', 'worker_lost')]) {
      const player = play(results({}));
      player.event('In');
      player.tell(told);
      expect(player.at).toEqual(['wait']);
      player.pass('1d');
      expect(player.way.slice(1)).toEqual(['wait timed-out', 'c!']);
    }
    const failed = play(waiting({ message: 'mail', reaction: 'failed', then }));
    failed.event('In');
    failed.tell(settled('failed', 'hard_bounce'));
    expect(failed.way.slice(1)).toEqual(['wait happened', 'a!']);
  });

  test('what became of a message before the step began counts, also when the step that sends waited for it too', () => {
    const awaited = play(results({ failed: 'b' }));
    awaited.event('In');
    awaited.tell(settled('sent'));
    expect(awaited.way.slice(1)).toEqual(['wait there', 'a!']);
    const later = play(results({ next: 'pause' }, { pause: { type: 'wait', for: '1h', next: 'wait' } }));
    later.event('In');
    later.tell(settled('failed', 'hard_bounce'));
    later.pass('1h');
    expect(later.way.slice(2)).toEqual(['wait gone', 'b!']);
  });

  test('of several things takes the first that happens', () => {
    const any = {
      bought: { event: 'Bought' },
      vip: { audience: 'vip' },
      spring: { message: { campaign: 'spring' }, reaction: 'clicked' },
      lapsed: { audience: 'vip', on: 'left' },
    };
    const step = waiting({ any, then: { bought: 'a', happened: 'c', 'timed-out': 'b' } });
    const bought = play(step);
    bought.event('In');
    bought.event('Bought');
    expect(bought.way.slice(1)).toEqual(['wait bought', 'a!']);
    const vip = play(step);
    vip.event('In');
    vip.audience('sleepers', 'entered');
    vip.audience('vip', 'entered');
    expect(vip.way.slice(1)).toEqual(['wait vip', 'c!']);
    const clicked = play(step);
    clicked.event('In');
    clicked.tell({ ...reaction(9), campaign: 'spring', journey: null });
    expect(clicked.way.slice(1)).toEqual(['wait spring', 'c!']);
  });
});
