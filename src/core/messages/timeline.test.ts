import { expect, test } from 'vitest';
import { type TimelineFacts, timelineOf } from './timeline.ts';

const at = (second: number) => second * 1_000;
const QUEUED: TimelineFacts = {
  state: 'queued',
  reason: null,
  detail: null,
  attempts: 0,
  queuedAt: at(0),
  notBefore: null,
  dueAt: at(0),
  settledAt: null,
  reactions: [],
};
const told = (facts: Partial<TimelineFacts>) =>
  timelineOf({ ...QUEUED, ...facts }).map((step) => `${step.what} ${step.at / 1_000}`);

test('a message that waits says since when and until when', () => {
  expect(told({})).toEqual(['accepted 0', 'waits 0']);
  expect(told({ attempts: 2, dueAt: at(40) })).toEqual(['accepted 0', 'waits 40']);
  expect(told({ state: 'scheduled', notBefore: at(30), dueAt: at(30) })).toEqual(['accepted 0', 'scheduled 30']);
});

test('a message that was sent ends with what was done with it, by whom, in the order of its first time', () => {
  const reaction = { machine: false, firstAt: at(9), lastAt: at(20), times: 2 };
  const settled = { state: 'sent' as const, dueAt: null, settledAt: at(2), attempts: 1 };
  const reactions = [
    { ...reaction, kind: 'clicked' },
    { ...reaction, kind: 'opened', machine: true, firstAt: at(3) },
    { ...reaction, kind: 'opened', firstAt: at(8) },
  ];
  expect(told({ ...settled, reactions })).toEqual(['accepted 0', 'sent 2', 'opened 3', 'opened 8', 'clicked 9']);
});

test('a message that nobody got ends with why, also when that was decided at once', () => {
  const [, last] = timelineOf({ ...QUEUED, state: 'excluded', reason: 'no_consent', dueAt: null, settledAt: at(0) });
  expect(last).toMatchObject({ what: 'excluded', reason: 'no_consent' });
});
