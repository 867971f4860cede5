import { expect, test } from 'vitest';
import { say } from '../kernel/index.ts';
import { advanceRun, RunState } from './run.ts';

test('what a run cannot do is refused with the reason', () => {
  expect(advanceRun('stopped', 'resume')).toEqual({
    kind: 'refused',
    reason: say('A stopped run stays stopped; duplicate the campaign or publish it again.'),
  });
  expect(advanceRun('running', 'restart')).toMatchObject({ kind: 'refused' });
  expect(advanceRun('completed', 'pause')).toMatchObject({ kind: 'refused' });
});

test('an event that means nothing in a state changes nothing', () => {
  expect(advanceRun('paused', 'busy')).toEqual({ kind: 'unchanged' });
});

test('a stopped run has no way out', () => {
  for (const input of [
    'pause',
    'resume',
    'stop',
    'restart',
    'due',
    'busy',
    'idle',
    'still',
    'failed',
    'aborted',
    'finished',
  ] as const) {
    expect(advanceRun('stopped', input).kind).not.toBe('moved');
  }
});

test('every state but a terminal one can be stopped', () => {
  for (const state of RunState.options) {
    if (state === 'stopped' || state === 'completed' || state === 'stopping') continue;
    expect(advanceRun(state, 'stop')).toEqual({ kind: 'moved', state: 'stopping' });
  }
});
