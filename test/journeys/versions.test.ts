import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishDefinition } from '../../src/services/definitions/index.ts';
import {
  closeJourney,
  migratePeople,
  pauseJourney,
  resumeJourney,
  showJourney,
  stopJourney,
  tracePerson,
} from '../../src/services/journeys/index.ts';
import { findPerson } from '../../src/services/profiles/index.ts';
import { explainWhy } from '../../src/services/why/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { enter, makePeople, messages, pass, publish, settle, standing, TEMPLATE, waitAndWrite } from './service.ts';

let ctx: TestContext;
const HOUR = 3_600_000;

beforeAll(async () => {
  ctx = await createTestContext();
  await publish(ctx, TEMPLATE);
  await makePeople(ctx, 5);
});
afterAll(() => ctx.close());

const stateOf = async (key: string, version: number) => (await showJourney(ctx, { key, version })).state;

test('a journey that is over is published again as it is, under a new number; one that lets people in is not', async () => {
  const again = () => publishDefinition(ctx, { kind: 'journey', key: 'once-more' });
  await publish(ctx, waitAndWrite('once-more'));
  await expect(again()).rejects.toMatchObject({ code: 'conflict' });
  await pauseJourney(ctx, { key: 'once-more' });
  await expect(again()).rejects.toMatchObject({ code: 'conflict' });
  await resumeJourney(ctx, { key: 'once-more' });
  await enter(ctx, 'once-more', 1, 2);
  await closeJourney(ctx, { key: 'once-more' });
  expect((await again()).row).toMatchObject({ version: 2, state: 'published' });
  expect(await stateOf('once-more', 1)).toBe('closed');
  await enter(ctx, 'once-more', 3, 3);
  expect(await showJourney(ctx, { key: 'once-more' })).toMatchObject({ version: 2, state: 'live', inside: 1 });
  await stopJourney(ctx, { key: 'once-more' });
  // A folder in git that is applied by every deployment puts nothing in force that somebody has stopped.
  await publish(ctx, waitAndWrite('once-more'));
  expect(await stateOf('once-more', 2)).toBe('stopped');
  expect((await again()).row.version).toBe(3);
  await enter(ctx, 'once-more', 4, 4);
  expect(await showJourney(ctx, { key: 'once-more' })).toMatchObject({ version: 3, state: 'live', inside: 1 });
});

test('when a version is published, people stay on theirs and new ones enter the new; the empty one is finished', async () => {
  await publish(ctx, waitAndWrite('versions'));
  await enter(ctx, 'versions', 1, 1);
  await publish(ctx, waitAndWrite('versions', { steps: { hour: { type: 'wait', for: '5h' } } }));
  await enter(ctx, 'versions', 1, 2);
  expect(await stateOf('versions', 1)).toBe('closed');
  expect((await showJourney(ctx, { key: 'versions', version: 1 })).inside).toBe(1);
  expect(await showJourney(ctx, { key: 'versions' })).toMatchObject({
    version: 2,
    inside: 1,
    refused_by: { inside: 1 },
  });
  await pass(ctx, 36 * HOUR);
  expect(await messages(ctx, 'versions')).toEqual({ queued: 1 });
  expect(await standing(ctx, 'versions')).toEqual({ finished: 2 });
  expect(await stateOf('versions', 1)).toBe('finished');
});

test('people move to another version by a mapping of steps, and who cannot is counted', async () => {
  await publish(ctx, waitAndWrite('mapped'));
  await enter(ctx, 'mapped', 1, 3);
  const steps = {
    hour: { type: 'wait', for: '1h', next: 'other' },
    other: { type: 'wait', for: '2h' },
  } as const;
  await publish(ctx, waitAndWrite('mapped', { steps }));
  await expect(migratePeople(ctx, { key: 'mapped', from: 1, to: 2, mapping: { hour: 'othr' } })).rejects.toMatchObject({
    problems: [{ suggestion: 'other' }],
  });
  const moved = await migratePeople(ctx, { key: 'mapped', from: 1, to: 2, mapping: { hour: 'other' } });
  expect(moved).toEqual({ key: 'mapped', from: 1, to: 2, migrated: 3, stayed: {} });
  await settle(ctx);
  expect((await showJourney(ctx, { key: 'mapped', exact: true })).nodes).toMatchObject([
    { node: 'hour', waiting: 0 },
    { node: 'other', waiting: 3 },
  ]);
  expect(await stateOf('mapped', 1)).toBe('finished');
  // Both versions account for everybody, and the way of each says that they were moved.
  const [old, young] = [1, 2].map((version) => showJourney(ctx, { key: 'mapped', version }));
  expect(await old).toMatchObject({
    entered: 3,
    inside: 0,
    ended: 0,
    moved: 3,
    endings: { migrated: expect.any(String) },
  });
  expect((await old)?.nodes[0]).toMatchObject({ node: 'hour', entered: 3, waiting: 0, ended_by: { migrated: 3 } });
  expect((await young)?.nodes).toMatchObject([{ entered: 0 }, { node: 'other', entered: 3, waiting: 3 }]);
  const [trace] = await tracePerson(ctx, { ...(await findPerson(ctx.db, 'customer_id:p1')), key: 'mapped' });
  expect(trace?.steps.at(-1)).toMatchObject({ node: 'other', version: 2 });
  expect(trace?.steps.at(-1)?.words).toBe('moved to version 2, came to other, which waits 2 hours');
  const why = await explainWhy(ctx, { profile: 'customer_id:p1', question: { journey: 'mapped' } });
  expect(why.reasons[0]?.text).toBe('entered version 1 by "api"');
  expect(why.reasons[0]?.because[0]?.text).toBe('came to hour, which waits 1 hour');
  await pass(ctx, 3 * HOUR);
  expect(await standing(ctx, 'mapped')).toEqual({ finished: 3 });
  expect(await messages(ctx, 'mapped')).toEqual({});
});
