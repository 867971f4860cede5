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
