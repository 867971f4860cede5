import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JourneyInput } from '../../src/core/journeys/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { archiveDefinition, plainDocument, saveDraft } from '../../src/services/definitions/index.ts';
import { listSends } from '../../src/services/deliveries/index.ts';
import { examine } from '../../src/services/doctor/index.ts';
import { createIngest, receiveEvents } from '../../src/services/ingest/index.ts';
import {
  enterTest,
  fireTestEvent,
  listTests,
  showTest,
  startJourneyTest,
  stopTest,
  type TestRequest,
} from '../../src/services/journey-tests/index.ts';
import { closeJourney, listJourneys, reportJourney, showJourney } from '../../src/services/journeys/index.ts';
import { getProfile } from '../../src/services/profiles/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { makePeople, messages, pass, publish, settle, standing, TEMPLATE } from './service.ts';

let ctx: TestContext;
const SECOND = 1_000;

/** Waits an hour after a cart, writes, and waits for an order. */
const CART: JourneyInput = {
  kind: 'journey',
  key: 'cart',
  entry: { event: 'Cart Updated', instance: 'cart', reentry: '30d' },
  exit: [{ event: 'Cart Emptied' }],
  max_inside: 1,
  start: 'hour',
  steps: {
    hour: { type: 'wait', for: '1h', next: 'mail' },
    mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none', next: 'order' },
    order: {
      type: 'wait-for',
      event: 'Order Completed',
      timeout: '3d',
      then: { happened: 'thanks', 'timed-out': 'end' },
    },
    thanks: { type: 'update-profile', set: { buyer: true } },
  },
};

beforeAll(async () => {
  ctx = await createTestContext();
  await publish(ctx, TEMPLATE, CART);
  await makePeople(ctx, 10);
});
afterAll(() => ctx.close());

const start = (key: string, people: readonly string[], more: Partial<TestRequest> = {}) =>
  startJourneyTest(ctx, { key, people, wait: '10s', idle: '1h', messages: 'sandbox', branches: {}, ...more });
const draft = (document: JourneyInput) =>
  saveDraft(ctx, { kind: 'journey', key: document.key, document: plainDocument(document) });

/** An event as a shop's SDK sends it. */
async function happen(userId: string, event: string, properties: object = {}): Promise<void> {
  const raw = {
    type: 'track',
    event,
    properties,
    messageId: `${event} ${userId} ${ctx.clock.now()}`,
    anonymousId: userId,
  };
  const raws = [{ ...raw, context: { externalIds: [{ id: userId, type: 'customer_id', collection: 'users' }] } }];
  await receiveEvents(ctx, createIngest(ctx), { inlet: 'event', raws, source: 'shop' });
  await settle(ctx);
}

const figuresOf = async (key: string) => {
  const { entered, inside, ended, refused, nodes } = await showJourney(ctx, { key });
  return { entered, inside, ended, refused, nodes, report: await reportJourney(ctx, { key }) };
};

test('a test runs for real with its people, waits cut short, and its log tells every step', async () => {
  const before = await figuresOf('cart');
  expect(await start('cart', ['p1@example.com', 'customer_id:p2'])).toMatchObject({
    number: 1,
    state: 'running',
    people: 2,
    channel: 'sandbox',
  });
  expect(await fireTestEvent(ctx, { key: 'cart', event: 'Cart Updated', properties: { cart: 'c1' } })).toEqual({
    number: 1,
    people: 2,
  });
  await settle(ctx);
  await pass(ctx, 11 * SECOND);
  await fireTestEvent(ctx, { key: 'cart', people: ['p1@example.com'], event: 'Order Completed', properties: { n: 1 } });
  await settle(ctx);
  const shown = await showTest(ctx, { key: 'cart' });
  expect(shown.events).toEqual(['Cart Updated', 'Cart Emptied', 'Order Completed']);
  expect(shown).toMatchObject({
    entered: 2,
    nodes: [{ node: 'hour', entered: 2 }, { node: 'mail' }, { waiting: 1 }, {}],
  });
  const one = shown.instances.find(({ state }) => state === 'ended');
  expect(one?.log.map(({ words }) => words)).toEqual([
    expect.stringMatching(/^came to hour, which waits 1 hour; the test does not wait until /),
    'had waited long enough',
    expect.stringMatching(/^came to mail/),
    expect.stringMatching(/^was sent "hello"/),
    expect.stringMatching(/^came to order/),
    expect.any(String),
    expect.stringMatching(/^came to thanks/),
    expect.stringMatching(/set$/),
  ]);
  expect(one).toMatchObject({
    entry: { data: { cart: 'c1' } },
    results: { order: { event: 'Order Completed', properties: { n: 1 } } },
    messages: [{ node: 'mail', template_key: 'hello', channel_key: 'sandbox', state: 'queued' }],
  });
  const other = shown.instances.find(({ state }) => state === 'active');
  expect(other?.standing).toMatchObject([{ node: 'order', awaits: 'input', due_at: expect.any(Date) }]);
  await pass(ctx, 11 * SECOND);
  expect((await showTest(ctx, { key: 'cart' })).instances.map(({ state }) => state)).toEqual(['ended', 'ended']);
  expect(await figuresOf('cart')).toEqual(before);
});

test('nothing of a test is counted where the journey is, and a person in a test may enter the journey as ever', async () => {
  await happen('p1', 'Cart Updated', { cart: 'c1' });
  expect(await figuresOf('cart')).toMatchObject({ entered: 1, inside: 1, refused: 0 });
  await happen('p2', 'Cart Updated', { cart: 'c2' });
  // The journey's own limit of one inside at once: the test has taken none of it, and is not kept out by it.
  expect(await figuresOf('cart')).toMatchObject({ entered: 1, refused: 1 });
  await fireTestEvent(ctx, { key: 'cart', event: 'Cart Updated', properties: { cart: 'c1' } });
  await settle(ctx);
  const shown = await showTest(ctx, { key: 'cart' });
  expect(shown.instances.map(({ state }) => state)).toEqual(['active', 'active', 'ended', 'ended']);
  expect(await figuresOf('cart')).toMatchObject({ entered: 1, inside: 1, refused: 1 });
  expect(await listJourneys(ctx, { limit: 10 })).toMatchObject([
    { key: 'cart', entered_today: 1, versions: [{ entered: 1 }] },
  ]);
  expect(await listSends(ctx, { limit: 10 })).toEqual([]);
  const p1 = await getProfile(ctx, 'customer_id', 'p1');
  expect(p1.journeys.map((one) => one.journey_key)).toEqual(['cart']);
  expect(await examine(ctx)).toMatchObject({ healthy: true });
});

test('events of others do not reach a test, and its own reach nobody else', async () => {
  await happen('p2', 'Cart Emptied');
  expect((await showTest(ctx, { key: 'cart' })).instances.filter(({ state }) => state === 'active')).toHaveLength(2);
  await fireTestEvent(ctx, { key: 'cart', event: 'Cart Emptied', properties: {} });
  await settle(ctx);
  expect((await showTest(ctx, { key: 'cart' })).instances.map(({ end_reason }) => end_reason)).toEqual([
    'exit:0',
    'exit:0',
    'finished',
    'finished',
  ]);
  expect(await figuresOf('cart')).toMatchObject({ inside: 1 });
  await expect(
    fireTestEvent(ctx, { key: 'cart', people: ['p3@example.com'], event: 'Cart Updated', properties: {} }),
  ).rejects.toMatchObject({ code: 'invalid' });
  await fireTestEvent(ctx, { key: 'cart', event: 'Cart Updated', properties: { cart: 'c9' } });
  await settle(ctx);
  expect(await standing(ctx, 'cart~1')).toMatchObject({ active: 2 });
});

test('stopping a test takes back what has not left, and everybody is out', async () => {
  await pass(ctx, 11 * SECOND);
  expect(await messages(ctx, 'cart~1')).toEqual({ queued: 4 });
  expect(await stopTest(ctx, { key: 'cart' })).toMatchObject({ state: 'stopped', ends_at: null });
  expect(await messages(ctx, 'cart~1')).toEqual({ 'excluded:stopped': 4 });
  expect(await standing(ctx, 'cart~1')).toEqual({ 'exit:0': 2, finished: 2, stopped: 2 });
  await expect(fireTestEvent(ctx, { key: 'cart', event: 'Cart Updated', properties: {} })).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await figuresOf('cart')).toMatchObject({ entered: 1, inside: 1 });
  expect(await examine(ctx)).toMatchObject({ healthy: true });
});

test('a draft is tested beside the live version; conditions are asked, branches can be chosen, other journeys are left alone', async () => {
  await closeJourney(ctx, { key: 'cart' });
  await publish(
    ctx,
    { kind: 'audience', key: 'buyers', rule: { trait: 'vip', eq: true } },
    { ...CART, key: 'for-buyers', entry: { audience: 'buyers' } },
  );
  const rules = () => ctx.db.query(sql`select kind, id from live_rule where not gone order by 1, 2`);
  const before = await rules();
  await draft({
    ...CART,
    key: 'fresh',
    entry: { api: true },
    max_entries: { count: 1, per: '1d' },
    starts_at: '2999-01-01',
    start: 'often',
    steps: {
      often: {
        type: 'condition',
        then: { yes: { where: { event: 'Cart Updated', count: { gte: 2 } }, next: 'few' } },
        else: 'end',
      },
      few: { type: 'cap', people: 1, next: 'lot', else: 'end' },
      lot: { type: 'split', then: { a: { share: '100%', next: 'end' }, b: { share: '0%', next: 'set' } } },
      set: { type: 'update-profile', set: { vip: true }, next: 'over' },
      over: { type: 'jump', journey: 'for-buyers', next: 'end' },
    },
  });
  await start('fresh', ['p1@example.com', 'p2@example.com', 'p3@example.com'], { branches: { lot: 'b' } });
  expect(await rules()).toEqual(before);
  await enterTest(ctx, { key: 'fresh', data: { why: 'try' } });
  await settle(ctx);
  const shown = await showTest(ctx, { key: 'fresh' });
  expect(shown).toMatchObject({ number: 1, entered: 3, refused_by: {} });
  const left = Object.fromEntries(shown.nodes.map(({ node, left }) => [node, left]));
  // p1 and p2 had carts in the tests before, which are theirs for good.
  expect(left).toMatchObject({
    often: { yes: 2, else: 1 },
    few: { next: 2 },
    lot: { b: 2 },
    set: { next: 2 },
    over: { next: 2 },
  });
  const members = await ctx.db.query(sql`select audience_key from audience_member`);
  expect(members).toHaveLength(2);
  expect(await showJourney(ctx, { key: 'for-buyers' })).toMatchObject({ entered: 0, refused: 0 });
  expect(await examine(ctx)).toMatchObject({ healthy: true });
});

test('people are written to only if their profiles say that they are for tests; one address may be named instead', async () => {
  const people = ['p4@example.com', 'p5@example.com'];
  const { hour: _, ...steps } = CART.steps;
  await publish(ctx, { ...CART, key: 'mails', entry: { api: true }, start: 'mail', steps });
  await expect(start('mails', people, { messages: 'person' })).rejects.toMatchObject({
    code: 'invalid',
    problems: [{ path: 'people.0' }, { path: 'people.1' }],
  });
  await ctx.db.execute(sql`update profile set traits = '{"test_profile": true}' where email = 'p4@example.com'`);
  await expect(start('mails', people, { messages: 'person' })).rejects.toMatchObject({
    problems: [{ path: 'people.1', message: expect.stringMatching(/p5@example.com is no test profile/) }],
  });
  await start('mails', ['p4@example.com'], { messages: 'person' });
  await enterTest(ctx, { key: 'mails', data: {} });
  await settle(ctx);
  const addresses = async () =>
    (await showTest(ctx, { key: 'mails' })).instances.flatMap((one) => one.messages.map((it) => it.address));
  expect(await addresses()).toEqual(['p4@example.com']);
  await expect(start('mails', people)).rejects.toMatchObject({ code: 'conflict' });
  await stopTest(ctx, { key: 'mails' });
  await expect(start('mails', people, { messages: 'address' })).rejects.toMatchObject({
    problems: [{ path: 'address' }],
  });
  await start('mails', people, { messages: 'address', address: 'tester@example.com' });
  await enterTest(ctx, { key: 'mails', data: {} });
  await settle(ctx);
  expect(await addresses()).toEqual(['tester@example.com', 'tester@example.com']);
  expect(await listTests(ctx, 'mails')).toMatchObject([
    { number: 2, state: 'running', address: 'tester@example.com' },
    { number: 1, state: 'stopped' },
  ]);
});

test('a test ends by itself when nothing was asked of it for so long, and with the archiving of its journey', async () => {
  await pass(ctx, 50 * 60 * SECOND);
  await enterTest(ctx, { key: 'mails', people: ['p4@example.com'], data: {} });
  await pass(ctx, 50 * 60 * SECOND);
  expect(await listTests(ctx, 'mails')).toMatchObject([{ state: 'running' }, {}]);
  await pass(ctx, 15 * 60 * SECOND);
  expect(await listTests(ctx, 'mails')).toMatchObject([{ state: 'over' }, {}]);
  await start('mails', ['p6@example.com'], { idle: '7d' });
  await enterTest(ctx, { key: 'mails', data: {} });
  await settle(ctx);
  await archiveDefinition(ctx, 'journey', 'mails');
  await settle(ctx);
  expect(await listTests(ctx, 'mails')).toMatchObject([{ state: 'over' }, {}, {}]);
  expect(await standing(ctx, 'mails~3')).toEqual({ over: 1 });
});

test('what is asked wrongly is told, all at once', async () => {
  await expect(
    start('cart', ['p1@example.com', 'nobody@example.com'], { wait: '2d', idle: 'long', branches: { hour: 'x' } }),
  ).rejects.toMatchObject({
    problems: [{ path: 'wait' }, { path: 'idle' }, { path: 'branches.hour' }, { path: 'people.1' }],
  });
  await expect(start('cart', [])).rejects.toMatchObject({ problems: [{ path: 'people' }] });
  await expect(start('no-such', ['p1@example.com'])).rejects.toMatchObject({ code: 'not_found' });
  await expect(showTest(ctx, { key: 'cart', number: 9 })).rejects.toMatchObject({ code: 'not_found' });
});
