import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/kernel/index.ts';
import type { Rule } from '../../src/core/rules/index.ts';
import { type OwnTransaction, sql } from '../../src/platform/sql/index.ts';
import { archiveDefinition, plainDocument, saveDraft } from '../../src/services/definitions/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { emptyVersion } from '../../src/services/journeys/empty-version.ts';
import {
  closeJourney,
  commandMany,
  countHeldPeople,
  enterJourney,
  listJourneys,
  listPeople,
  migratePeople,
  pauseJourney,
  resumeJourney,
  setExperimentWinner,
  showJourney,
  startDryRun,
  stopJourney,
  tendJourneys,
  tracePerson,
} from '../../src/services/journeys/index.ts';
import { findPerson } from '../../src/services/profiles/index.ts';
import { explainWhy } from '../../src/services/why/index.ts';
import { accept, eventOf } from '../engine/events.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { enter, makePeople, messages, pass, publish, settle, standing, TEMPLATE, waitAndWrite } from './service.ts';

let ctx: TestContext;
const HOUR = 3_600_000;

beforeAll(async () => {
  ctx = await createTestContext();
  await publish(ctx, TEMPLATE);
  await makePeople(ctx, 30);
});
afterAll(() => ctx.close());

/** Something that they did tells of traits. */
async function happen(ctx: TestContext, person: string, traits: JsonObject): Promise<void> {
  const identities = [{ namespace: 'customer_id', value: person }];
  await accept(ctx, [eventOf(person, 'Seen', { traits, identities, now: ctx.clock.now() })]);
  await drain(ctx);
}

const stateOf = async (key: string, version: number) => (await showJourney(ctx, { key, version })).state;

test('people enter by the API, one answer each, and what they do is counted per step', async () => {
  await publish(ctx, waitAndWrite('counted'));
  const people = [
    { namespace: 'customer_id', value: 'p1' },
    { namespace: 'email', value: 'P2@example.com' },
    { namespace: 'customer_id', value: 'nobody' },
    { namespace: 'email', value: 'no address' },
  ];
  const answers = await enterJourney(ctx, { key: 'counted', people });
  expect(answers.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'unknown', 'invalid']);
  await settle(ctx);
  expect(await showJourney(ctx, { key: 'counted' })).toMatchObject({ state: 'live', entered: 2, inside: 2, ended: 0 });
  await pass(ctx, HOUR + 1_000);
  const shown = await showJourney(ctx, { key: 'counted', exact: true });
  expect(shown.nodes).toMatchObject([
    { node: 'hour', waiting: 0, entered: 2, left: { next: 2 } },
    { node: 'mail', waiting: 0, entered: 2, left: { next: 2 } },
    { node: 'later', waiting: 2, entered: 2 },
  ]);
  expect((await showJourney(ctx, { key: 'counted' })).nodes).toEqual(shown.nodes);
  expect(await messages(ctx, 'counted')).toEqual({ queued: 2 });
  const [first] = await listPeople(ctx, { key: 'counted', node: 'later', limit: 1 });
  expect(first).toMatchObject({ state: 'active', identities: { customer_id: [expect.stringMatching(/^p[12]$/)] } });
  const place = await findPerson(ctx.db, 'customer_id:p1');
  const [trace] = await tracePerson(ctx, { ...place, key: 'counted' });
  expect(trace?.steps.map(({ node, what }) => `${what} ${node}`)).toEqual([
    'entered hour',
    'left hour',
    'entered mail',
    'left mail',
    'entered later',
  ]);
  expect(trace?.steps[1]?.words).toMatch(/wait/);
  expect(await listJourneys(ctx, { limit: 10 })).toMatchObject([
    { key: 'counted', published_version: 1, versions: [{ version: 1, state: 'live', inside: 2 }] },
  ]);
});

test('a paused journey sends nothing and forgets nothing; it resumes at a rate', async () => {
  await publish(ctx, waitAndWrite('paused'));
  await enter(ctx, 'paused', 1, 2);
  await pass(ctx, HOUR + 1_000);
  await enter(ctx, 'paused', 3, 12);
  expect(await pauseJourney(ctx, { key: 'paused' })).toEqual({ key: 'paused', version: 1, state: 'paused' });
  expect(await messages(ctx, 'paused')).toEqual({ held: 2 });
  await expect(enter(ctx, 'paused', 20, 20)).rejects.toMatchObject({ code: 'conflict' });
  await pass(ctx, 2 * HOUR);
  expect(await messages(ctx, 'paused')).toEqual({ held: 2 });
  expect(await standing(ctx, 'paused')).toEqual({ active: 2, held: 10 });
  await resumeJourney(ctx, { key: 'paused', rate: 4 });
  await settle(ctx);
  expect(await messages(ctx, 'paused')).toEqual({ queued: 2 });
  await pass(ctx, 1_000, 1);
  expect((await standing(ctx, 'paused')).held).toBe(6);
  await pass(ctx, 3_000, 6);
  expect(await standing(ctx, 'paused')).toEqual({ active: 12 });
  expect(await messages(ctx, 'paused')).toEqual({ queued: 12 });
  expect(await stateOf('paused', 1)).toBe('live');
});

test('resumed with a filter, who no longer fits it leaves with the reason, and the count before says how many', async () => {
  await publish(ctx, waitAndWrite('filtered', { max_inside: 6 }));
  await enter(ctx, 'filtered', 1, 6);
  await pauseJourney(ctx, { key: 'filtered' });
  await pass(ctx, HOUR + 1_000);
  expect(await standing(ctx, 'filtered')).toEqual({ held: 6 });
  await ctx.db.execute(sql`
    update profile set traits = traits || '{"wants": true}' where email in ('p1@example.com', 'p2@example.com')`);
  const filter: Rule = { trait: 'wants', eq: true };
  expect(await countHeldPeople(ctx, { key: 'filtered', filter })).toEqual({
    key: 'filtered',
    version: 1,
    sentence: 'wants is true',
    held: 6,
    staying: 2,
    leaving: 4,
  });
  await expect(resumeJourney(ctx, { key: 'filtered', filter: { audience: 'no-such' } })).rejects.toMatchObject({
    code: 'invalid',
  });
  // What counts is what is true when their turn comes.
  await ctx.db.execute(sql`update profile set traits = traits - 'wants' where email = 'p2@example.com'`);
  await resumeJourney(ctx, { key: 'filtered', filter });
  await pass(ctx, 2_000);
  expect(await standing(ctx, 'filtered')).toEqual({ active: 1, filtered: 5 });
  expect(await messages(ctx, 'filtered')).toEqual({ queued: 1 });
  const shown = await showJourney(ctx, { key: 'filtered', exact: true });
  expect(shown).toMatchObject({ inside: 1, ended_by: { filtered: 5 } });
  const why = await explainWhy(ctx, { profile: 'p2@example.com', question: { journey: 'filtered' } });
  expect(why.answer).toMatch(/: did not fit the filter with which the journey went on after a pause\.$/);
  expect(JSON.stringify(why.reasons)).toContain('went on after a pause, wants is true');
});

test('a filter holds for one resumption, and those who left by it have given their places back', async () => {
  await pauseJourney(ctx, { key: 'filtered' });
  await resumeJourney(ctx, { key: 'filtered' });
  await enter(ctx, 'filtered', 7, 12);
  expect(await standing(ctx, 'filtered')).toEqual({ active: 6, filtered: 5 });
  await pauseJourney(ctx, { key: 'filtered' });
  await pass(ctx, HOUR + 1_000);
  await resumeJourney(ctx, { key: 'filtered' });
  await pass(ctx, 2_000);
  expect(await standing(ctx, 'filtered')).toEqual({ active: 6, filtered: 5 });
  expect((await examine(ctx)).differences).toEqual([]);
});

test('who was held goes on by their turn alone, whatever happens to them before it comes', async () => {
  const exit = [{ rule: { trait: 'left', eq: true } }];
  await publish(ctx, waitAndWrite('swayed', { exit }));
  await enter(ctx, 'swayed', 13, 16);
  await pauseJourney(ctx, { key: 'swayed' });
  await pass(ctx, HOUR + 1_000);
  await resumeJourney(ctx, { key: 'swayed', filter: { trait: 'stays', eq: true } });
  await happen(ctx, 'p13', { seen: true });
  await happen(ctx, 'p14', { stays: true });
  await happen(ctx, 'p15', { left: true });
  expect(await messages(ctx, 'swayed')).toEqual({});
  expect(await standing(ctx, 'swayed')).toEqual({ 'exit:0': 1, held: 3 });
  await pass(ctx, 2_000);
  expect(await standing(ctx, 'swayed')).toEqual({ active: 1, 'exit:0': 1, filtered: 2 });
  expect(await messages(ctx, 'swayed')).toEqual({ queued: 1 });
});

test('paused with discard, who comes to a step that acts leaves', async () => {
  await publish(ctx, waitAndWrite('discarded'));
  await enter(ctx, 'discarded', 1, 3);
  await pauseJourney(ctx, { key: 'discarded', hold: 'discard' });
  await pass(ctx, HOUR + 1_000);
  expect(await standing(ctx, 'discarded')).toEqual({ discarded: 3 });
  expect(await messages(ctx, 'discarded')).toEqual({});
});

test('a stopped journey ends everybody at once; what has not left never does', async () => {
  await publish(ctx, waitAndWrite('stopped', { max_inside: 5 }));
  await enter(ctx, 'stopped', 1, 2);
  await pass(ctx, HOUR + 1_000);
  await enter(ctx, 'stopped', 3, 9);
  expect(await standing(ctx, 'stopped')).toEqual({ active: 5 });
  const stopped = await stopJourney(ctx, { key: 'stopped' });
  expect(stopped).toMatchObject({ state: 'stopped', ended: 5, excluded: 2 });
  expect(await standing(ctx, 'stopped')).toEqual({ stopped: 5 });
  expect(await messages(ctx, 'stopped')).toEqual({ 'excluded:stopped': 2 });
  await pass(ctx, 30 * 24 * HOUR);
  expect(await messages(ctx, 'stopped')).toEqual({ 'excluded:stopped': 2 });
  const shown = await showJourney(ctx, { key: 'stopped', version: 1 });
  expect(shown).toMatchObject({ inside: 0, ended_by: { stopped: 5 }, refused_by: { 'max-inside': 4 } });
  expect(shown.nodes.map(({ waiting }) => waiting)).toEqual([0, 0, 0]);
  await expect(resumeJourney(ctx, { key: 'stopped' })).rejects.toMatchObject({ code: 'conflict' });
  // The places inside are free again.
  await publish(ctx, waitAndWrite('stopped', { max_inside: 5, name: 'Again' }));
  await enter(ctx, 'stopped', 1, 5);
  expect((await showJourney(ctx, { key: 'stopped' })).inside).toBe(5);
});

test('a journey is not archived while people are in it; closed, it goes when the last one has left', async () => {
  await publish(ctx, waitAndWrite('archived'));
  await enter(ctx, 'archived', 1, 2);
  await expect(archiveDefinition(ctx, 'journey', 'archived')).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('2 instances'),
  });
  await closeJourney(ctx, { key: 'archived' });
  await expect(enter(ctx, 'archived', 3, 3)).rejects.toMatchObject({ code: 'conflict' });
  await pass(ctx, 36 * HOUR);
  expect(await messages(ctx, 'archived')).toEqual({ queued: 2 });
  await archiveDefinition(ctx, 'journey', 'archived');
  expect(await stateOf('archived', 1)).toBe('finished');
});

test('a journey whose held people cannot be judged any more keeps no other from going on', async () => {
  const key = { broken: 'a-broken', other: 'b-other' };
  await publish(ctx, waitAndWrite(key.broken), waitAndWrite(key.other));
  await enter(ctx, key.broken, 1, 2);
  await enter(ctx, key.other, 1, 2);
  for (const each of [key.broken, key.other]) await pauseJourney(ctx, { key: each });
  await pass(ctx, HOUR + 1_000);
  await resumeJourney(ctx, { key: key.broken, filter: { trait: 'wants', eq: true } });
  // As though it were no rule at all.
  const filter = JSON.stringify('nothing');
  await ctx.db.execute(sql`update journey_version set release_filter = ${filter} where journey_key = ${key.broken}`);
  await resumeJourney(ctx, { key: key.other });
  ctx.clock.advance(1_000);
  await expect(tendJourneys(ctx)).rejects.toThrow();
  await drain(ctx);
  expect([await standing(ctx, key.broken), await standing(ctx, key.other)]).toEqual([{ held: 2 }, { active: 2 }]);
  await stopJourney(ctx, { key: key.broken });
});

test('a version that is put in force again while it is being emptied keeps its people, and nobody goes on emptying it', async () => {
  await publish(ctx, waitAndWrite('revived'));
  await enter(ctx, 'revived', 1, 1);
  expect(await emptyVersion(ctx, { key: 'revived', version: 1 })).toBe(0);
  expect(await standing(ctx, 'revived')).toEqual({ active: 1 });
});

test('a dry run moves people beside the live version and sends nothing; it ends by itself', async () => {
  await publish(ctx, waitAndWrite('tried'));
  await saveDraft(ctx, {
    kind: 'journey',
    key: 'tried',
    document: plainDocument(waitAndWrite('tried', { name: 'Second' })),
  });
  expect(await startDryRun(ctx, { key: 'tried', for: '2d' })).toMatchObject({ version: 2, state: 'dry_run' });
  await enter(ctx, 'tried', 1, 3);
  await pass(ctx, HOUR + 1_000);
  expect(await showJourney(ctx, { key: 'tried', version: 2 })).toMatchObject({ entered: 3, inside: 3 });
  expect(await showJourney(ctx, { key: 'tried', version: 1 })).toMatchObject({ entered: 3, inside: 3 });
  expect(await messages(ctx, 'tried')).toEqual({ queued: 3 });
  await pass(ctx, 48 * HOUR);
  expect(await stateOf('tried', 2)).toBe('finished');
  expect(await messages(ctx, 'tried')).toEqual({ queued: 3 });
});

test('an experiment has a winner from the moment that somebody says so', async () => {
  const steps = {
    test: { type: 'experiment', then: { a: { share: '50%', next: 'one' }, b: { share: '50%', next: 'two' } } },
    one: { type: 'wait', for: '1d' },
    two: { type: 'wait', for: '1d' },
  } as const;
  await publish(ctx, waitAndWrite('tested', { start: 'test', steps }));
  await expect(setExperimentWinner(ctx, { key: 'tested', node: 'test', branch: 'c' })).rejects.toMatchObject({
    code: 'invalid',
  });
  await setExperimentWinner(ctx, { key: 'tested', node: 'test', branch: 'b' });
  await enter(ctx, 'tested', 1, 20);
  const { nodes } = await showJourney(ctx, { key: 'tested' });
  expect(nodes.find(({ node }) => node === 'test')?.left).toEqual({ b: 20 });
});

test('a winner that somebody has set holds in later versions, as long as the experiment is the same', async () => {
  const experiment = (more: object = {}, names = ['a', 'b']) => ({
    start: 'test',
    steps: {
      test: {
        type: 'experiment' as const,
        then: Object.fromEntries(names.map((name) => [name, { share: '50%', next: 'one' }])),
        ...more,
      },
      one: { type: 'wait' as const, for: '1d' as const },
    },
  });
  const winnersOf = async () => (await showJourney(ctx, { key: 'kept' })).winners;
  await publish(ctx, waitAndWrite('kept', experiment()));
  await setExperimentWinner(ctx, { key: 'kept', node: 'test', branch: 'b' });
  await publish(ctx, waitAndWrite('kept', { name: 'Corrected', ...experiment() }));
  expect(await winnersOf()).toEqual({ test: 'b' });
  await enter(ctx, 'kept', 1, 20);
  const { nodes } = await showJourney(ctx, { key: 'kept' });
  expect(nodes.find(({ node }) => node === 'test')?.left).toEqual({ b: 20 });
  // Also when it was stopped for the correction.
  await stopJourney(ctx, { key: 'kept' });
  await publish(ctx, waitAndWrite('kept', { name: 'Corrected again', ...experiment() }));
  expect(await winnersOf()).toEqual({ test: 'b' });
  await publish(ctx, waitAndWrite('kept', experiment({ winner: 'a' })));
  expect(await winnersOf()).toEqual({});
  await setExperimentWinner(ctx, { key: 'kept', node: 'test', branch: 'b' });
  await publish(ctx, waitAndWrite('kept', experiment({}, ['b', 'c'])));
  expect(await winnersOf()).toEqual({});
});

test('whoever stopped a journey and died before its people were out leaves them to the engine, which ends them in passing', async () => {
  await publish(ctx, waitAndWrite('orphaned', { max_inside: 4 }));
  await enter(ctx, 'orphaned', 1, 4);
  let transactions = 0;
  const dying = async <T>(work: (tx: OwnTransaction) => Promise<T>) => {
    if (++transactions > 1) throw new Error('killed');
    return ctx.db.transaction(work);
  };
  const stopping = stopJourney({ ...ctx, db: { ...ctx.db, transaction: dying } }, { key: 'orphaned' });
  await expect(stopping).rejects.toThrow('killed');
  expect(await standing(ctx, 'orphaned')).toEqual({ active: 4 });
  await publish(ctx, waitAndWrite('orphaned', { max_inside: 4, name: 'Anew' }));
  await enter(ctx, 'orphaned', 1, 1);
  expect(await standing(ctx, 'orphaned')).toEqual({ active: 4, stopped: 1 });
  // The others are due, and the engine does not wait for the scheduler.
  ctx.clock.advance(HOUR + 1_000);
  await drain(ctx);
  expect(await standing(ctx, 'orphaned')).toEqual({ active: 1, stopped: 4 });
  expect(await showJourney(ctx, { key: 'orphaned', version: 1 })).toMatchObject({
    inside: 0,
    ended_by: { stopped: 4 },
  });
  await enter(ctx, 'orphaned', 2, 5);
  expect(await standing(ctx, 'orphaned')).toEqual({ active: 4, stopped: 4 });
  await settle(ctx);
  expect((await examine(ctx)).differences).toEqual([]);
});

test('many journeys are paused and resumed together', async () => {
  await publish(ctx, waitAndWrite('many-a'), waitAndWrite('many-b'));
  const keys = ['many-a', 'many-b'];
  const paused = await commandMany(ctx, { keys, states: ['live'], verb: (address) => pauseJourney(ctx, address) });
  expect(paused).toEqual({
    done: keys.map((key) => ({ key, version: 1, state: 'paused' })),
    refused: [],
  });
  const resumed = await commandMany(ctx, { keys, states: ['paused'], verb: (address) => resumeJourney(ctx, address) });
  expect(resumed.done.map(({ state }) => state)).toEqual(['live', 'live']);
});

test('people who are held though nothing is paused are let go by whoever tends journeys', async () => {
  await publish(ctx, waitAndWrite('left-behind'));
  await enter(ctx, 'left-behind', 1, 3);
  await pauseJourney(ctx, { key: 'left-behind' });
  await pass(ctx, 2 * HOUR, 1);
  await publish(ctx, waitAndWrite('left-behind', { name: 'Second' }));
  await migratePeople(ctx, { key: 'left-behind', from: 1, to: 2, mapping: {} });
  expect(await standing(ctx, 'left-behind')).toEqual({ held: 3 });
  await pass(ctx, 2_000, 3);
  expect(await standing(ctx, 'left-behind')).toEqual({ active: 3 });
  expect(await messages(ctx, 'left-behind')).toEqual({ queued: 3 });
});
