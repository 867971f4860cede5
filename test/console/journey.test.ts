// Journeys in a real browser: who is where, one person's way, why another was not written to, what a command does, what would have happened.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { createIngest, receiveEvents } from '../../src/services/ingest/index.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import { publish, TEMPLATE } from '../journeys/service.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

const CART = {
  kind: 'journey',
  key: 'cart',
  name: 'A cart left behind',
  entry: { event: 'Cart Updated' },
  exit: [{ event: 'Order Completed' }],
  start: 'reminder',
  steps: {
    reminder: { type: 'email', template: 'hello', channel: 'sandbox', next: 'comes-back' },
    'comes-back': {
      type: 'wait-for',
      event: 'Cart Opened',
      timeout: '5d',
      then: { happened: 'end', 'timed-out': 'end' },
    },
  },
};

const bestHour = (fallback: string) => `kind: journey
key: cart
name: A cart left behind
entry: { event: Cart Updated }
start: reading-time
steps:
  reading-time: { type: wait, until: { best_hour: { fallback: '${fallback}' } }, next: reminder }
  reminder: { type: email, template: hello, channel: sandbox }
`;

let seen: SignedIn;
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  const { ctx } = seen;
  await publish(ctx, TEMPLATE, CART, { kind: 'computed-trait', key: 'carts', event: 'Cart Updated', count: true });
  const person = (name: string, status: 'granted' | 'refused') =>
    ProfileInput.parse({
      identities: { user_id: name },
      columns: { email: `${name}@example.com` },
      consents: [{ channel: 'email', status }],
    });
  const people = [person('maya', 'granted'), person('omar', 'refused'), person('lina', 'granted')];
  await ctx.db.transaction((tx) => upsertProfiles(tx, people, { now: ctx.clock.now(), source: 'form' }));
  await drain(ctx);
  const happen = async (event: string, ...names: string[]) => {
    const raws = names.map((userId) => ({ type: 'track', event, userId, messageId: `${event} ${userId}` }));
    await receiveEvents(ctx, createIngest(ctx), { inlet: 'event', raws, source: 'shop' });
    await drain(ctx);
  };
  await happen('Cart Updated', 'maya', 'omar', 'lina');
  await happen('Order Completed', 'lina');
});
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

test('from the list to a step, to a person who stands there, to their way through the journey', async () => {
  const { page } = seen;
  await page.goto('/journeys');
  const row = page.getByRole('row', { name: /A cart left behind/ });
  await row.getByText('live, version 1').waitFor();
  await row.getByText('whoever did "Cart Updated"').waitFor();
  expect(await row.getByRole('cell').allInnerTexts()).toEqual(expect.arrayContaining(['3', '2', '1']));
  expect(await violations(page)).toEqual([]);
  await row.getByRole('link').click();
  await page.getByRole('button', { name: /^Comes back.*3 2 here now/ }).click();
  const panel = page.getByRole('complementary', { name: 'Comes back' });
  await panel.getByRole('link', { name: 'maya@example.com' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await panel.getByRole('link', { name: 'maya@example.com' }).click();
  const way = page.getByRole('complementary', { name: "One person's way" });
  await way.getByText(/^came to reminder/).waitFor();
  await way.getByText(/was sent "hello"/).waitFor();
  await page.getByRole('button', { name: /^Comes back.*the person stands here/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await way.getByText(/was sent "hello"/).waitFor();
});

test('who left by an exit rule is counted beside the step where they stood', async () => {
  const { page } = seen;
  await page.getByText('left: did "Order Completed"').first().waitFor();
  const sum = page.getByRole('region', { name: 'All who entered' });
  expect((await sum.getByRole('definition').allInnerTexts()).map(Number)).toEqual([3, 2, 1, 0]);
});

test('the report says of each person why no message went out, and their own page says it too', async () => {
  const { page } = seen;
  await page.goto('/journeys/cart?tab=report&state=excluded');
  const row = page.getByRole('row', { name: /omar@example.com|not sent/ }).last();
  await row.getByText('no consent').waitFor();
  expect(await violations(page)).toEqual([]);
  await row.getByRole('link').click();
  const timeline = page.getByRole('region', { name: 'What happened, and what did not' });
  await timeline.getByText('no consent').waitFor();
  await timeline.getByText('entered the journey').waitFor();
  await page.getByRole('row', { name: /^carts computed by version 1, since/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByText('Not sent', { exact: true }).click();
  await expect.poll(() => timeline.getByRole('listitem').count()).toBe(1);
  await page.getByRole('link', { name: 'A cart left behind' }).click();
  await page
    .getByRole('complementary', { name: "One person's way" })
    .getByText(/was not sent/)
    .waitFor();
});

test('a command says to how many it happens before it is given', async () => {
  const { page } = seen;
  await page.goto('/journeys/cart');
  await page.getByRole('button', { name: 'Pause…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^2 people are inside/).waitFor();
  await dialog.getByLabel('Why').fill('The template is wrong');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('paused, version 1').waitFor();
  await page.getByText('The template is wrong').waitFor();
  await page.getByRole('button', { name: 'Resume…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await page.getByText('live, version 1').waitFor();
});

test('the time machine plays what happened on the same canvas, to any moment, and sends nothing', async () => {
  const { page, ctx } = seen;
  await page.getByRole('button', { name: 'Time machine' }).click();
  const machine = page.getByRole('region', { name: 'Time machine' });
  await machine.getByText('Nothing is sent').waitFor();
  const figures = () => machine.getByRole('definition').allInnerTexts();
  await expect.poll(async () => (await figures()).map(Number)).toEqual([3, 2, 1, 1, 0]);
  expect(await violations(page)).toEqual([]);
  await machine.getByRole('button', { name: 'To the beginning' }).click();
  await expect.poll(async () => (await figures()).map(Number)).toEqual([0, 0, 0, 0, 0]);
  await machine.getByRole('slider').press('End');
  await machine.getByPlaceholder('Follow one person').fill('lina');
  await page.getByRole('option', { name: 'lina@example.com' }).click();
  await page.getByText(/^ended at comes-back: met an exit criterion/).waitFor();
  expect(await ctx.db.query(sql`select from journey_instance`)).toHaveLength(3);
});

test('a draft opens as a file, and the time machine plays it before it is published', async () => {
  const { page } = seen;
  const draft = { ...CART, entry: { event: 'Cart Updated', where: { total: { gte: 1_000 } } } };
  await seen.call('PUT', '/api/definitions/journey/cart', draft);
  await page.goto('/journeys/cart?version=2&tab=file');
  await page.getByRole('region', { name: 'Definition' }).getByText('Cart Updated').waitFor();
  await page.goto('/journeys/cart?version=2&machine=7d');
  const machine = page.getByRole('region', { name: 'Time machine' });
  await expect.poll(async () => (await machine.getByRole('definition').allInnerTexts())[0]).toBe('0');
  await machine.getByLabel('Compare with').click();
  await page.getByRole('option', { name: /Version 1/ }).click();
  await expect.poll(async () => (await machine.getByRole('definition').allInnerTexts())[0]).toMatch(/\+3/);
});

test('a wait for the best hour is written, told what is wrong, saved, and says on the canvas what it waits for', async () => {
  const { page } = seen;
  await page.goto('/journeys/cart?version=2&tab=file');
  const write = async (fallback: string) => {
    const field = page.getByRole('textbox', { name: 'Definition as YAML' });
    await field.click();
    await field.press('ControlOrMeta+a');
    await page.keyboard.insertText(bestHour(fallback));
  };
  await write('10:30');
  await page.getByText('must be a full hour such as 09:00').first().waitFor();
  await write('10:00');
  await page.getByText('Nothing is wrong with this text.').waitFor();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await page.getByText('draft, version 2').first().waitFor();
  await page.goto('/journeys/cart?version=2');
  const step = page.getByRole('button', { name: /^Reading time.*Until their best hour/ });
  await step.waitFor();
  expect(await violations(page)).toEqual([]);
  await step.click();
  const panel = page.getByRole('complementary', { name: 'Reading time' });
  await panel
    .getByText(
      'waits until the hour at which the person is likeliest to read, 24 hours at most (10:00 where too little is known).',
    )
    .waitFor();
  expect(await violations(page)).toEqual([]);
});

test('on a phone a journey is read as an outline and nothing runs over the side', async () => {
  const { page } = seen;
  await page.setViewportSize({ width: 375, height: 700 });
  for (const path of ['/journeys', '/journeys/cart?tab=outline', '/journeys/cart?tab=report', '/people/user_id/maya']) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const [width, shown] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
    expect(width, path).toBeLessThanOrEqual(shown ?? 0);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('who may not see people sees counts and no names, and can command nothing', async () => {
  const { page } = seen;
  const viewer = { name: 'Vic', email: 'vic@example.com', password: 'another long password', role: 'viewer' };
  await seen.call('POST', '/api/users', viewer);
  await page.context().clearCookies();
  await page.request.post('/api/auth/sign-in/email', { data: { email: viewer.email, password: viewer.password } });
  await page.goto('/journeys/cart?version=1&step=comes-back');
  await page.getByRole('complementary', { name: 'Comes back' }).waitFor();
  expect(await page.getByRole('tab', { name: /^People/ }).count()).toBe(0);
  for (const name of ['Pause…', 'More', 'Time machine']) {
    expect(await page.getByRole('button', { name }).count(), name).toBe(0);
  }
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
