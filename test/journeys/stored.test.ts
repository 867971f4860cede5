// An instance is stored between two turns: some of it in columns, the rest as JSON. Whatever its events and steps are called, all of it is
// there when it goes on.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drain } from '../../src/services/engine/index.ts';
import { enterJourney, pauseJourney, resumeJourney, showJourney } from '../../src/services/journeys/index.ts';
import { getProfile } from '../../src/services/profiles/index.ts';
import { accept, eventOf } from '../engine/events.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { makePeople, pass, publish, standing } from './service.ts';

const HOUR = 3_600_000;
let ctx: TestContext;

beforeAll(async () => {
  ctx = await createTestContext();
  await makePeople(ctx, 2);
  await publish(ctx, {
    kind: 'journey',
    key: 'ordered',
    entry: { api: true },
    start: 'state',
    steps: {
      state: { type: 'wait', for: '1h', next: 'version' },
      version: { type: 'wait', for: '1h', next: 'note' },
      note: {
        type: 'update-profile',
        set: {
          order_state: '{{ entry.state }}',
          order_version: '{{ entry.version }}',
          ordered_in: '{{ entry.place.state }}',
          ended: '{{ entry.endReason }}',
        },
      },
    },
  });
});
afterAll(() => ctx.close());

const DATA = { state: 'CA', version: 3, place: { state: 'Sacramento' }, endReason: 'sold out' };
const NOTED = { order_state: 'CA', order_version: 3, ordered_in: 'Sacramento', ended: 'sold out' };

test('what a person came with outlives a wait, also where it is called like a column', async () => {
  await enterJourney(ctx, { key: 'ordered', people: [{ namespace: 'customer_id', value: 'p1', data: DATA }] });
  await drain(ctx);
  await pass(ctx, 2 * HOUR + 2_000);
  expect((await getProfile(ctx, 'customer_id', 'p1')).traits).toMatchObject(NOTED);
});

test('and a pause', async () => {
  await enterJourney(ctx, { key: 'ordered', people: [{ namespace: 'customer_id', value: 'p2', data: DATA }] });
  await drain(ctx);
  await pauseJourney(ctx, { key: 'ordered', hold: 'hold' });
  await pass(ctx, HOUR + 1_000);
  await resumeJourney(ctx, { key: 'ordered' });
  await pass(ctx, 2 * HOUR + 2_000);
  expect((await getProfile(ctx, 'customer_id', 'p2')).traits).toMatchObject(NOTED);
});

test('an event is kept whose journey jumps with a key that is too long for one', async () => {
  await publish(ctx, {
    kind: 'journey',
    key: 'target',
    entry: { api: true },
    start: 'stay',
    steps: { stay: { type: 'wait', for: '1d' } },
  });
  await publish(ctx, {
    kind: 'journey',
    key: 'jumps',
    entry: { event: 'Noted' },
    start: 'jump',
    steps: { jump: { type: 'jump', journey: 'target', instance: '{{ entry.note }}' } },
  });
  // As random as a text can be: the database packs what it can before it measures.
  const note = Array.from({ length: 300 }, (_, at) => createHash('sha256').update(`${at}`).digest('base64')).join('');
  const identities = [{ namespace: 'customer_id', value: 'p1' }];
  await accept(ctx, [eventOf('p1', 'Noted', { identities, properties: { note }, now: ctx.clock.now() })]);
  await drain(ctx);
  expect(await standing(ctx, 'jumps')).toEqual({ finished: 1 });
  expect(await standing(ctx, 'target')).toEqual({});
  expect((await showJourney(ctx, { key: 'target' })).refused_by).toEqual({ 'no-instance-key': 1 });
});
