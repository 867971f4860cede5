// Testing a journey in a real browser: begun with two people, an event fired, the path turning as it happens, the mail in the mailbox.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openChannel } from '../../src/channels/providers/index.ts';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import { type Delivery, startDelivery } from '../../src/services/deliveries/index.ts';
import { startEngine } from '../../src/services/engine/index.ts';
import { showJourney, startJourneys } from '../../src/services/journeys/index.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import { publish, TEMPLATE } from '../journeys/service.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

const CART = {
  kind: 'journey',
  key: 'cart',
  name: 'A cart left behind',
  entry: { event: 'Cart Updated' },
  start: 'hour',
  steps: {
    hour: { type: 'wait', for: '1h', next: 'lot' },
    lot: { type: 'split', then: { a: { share: '50%', next: 'end' }, b: { share: '50%', next: 'reminder' } } },
    reminder: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none', next: 'comes-back' },
    'comes-back': {
      type: 'wait-for',
      event: 'Cart Opened',
      timeout: '5d',
      then: { happened: 'end', 'timed-out': 'end' },
    },
  },
};

let seen: SignedIn;
let running: readonly { stop(): Promise<void> }[] = [];
let delivery: Delivery;

beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  const { ctx } = seen;
  await publish(ctx, TEMPLATE, CART);
  const people = ['maya', 'omar'].map((name) =>
    ProfileInput.parse({ identities: { user_id: name }, columns: { email: `${name}@example.com` } }),
  );
  await ctx.db.transaction((tx) => upsertProfiles(tx, people, { now: ctx.clock.now(), source: 'form' }));
  delivery = startDelivery(ctx, { openChannel: (definition) => openChannel(ctx, definition) });
  running = [startEngine(ctx), startJourneys(ctx)];
});
afterAll(async () => {
  for (const one of running) await one.stop();
  await delivery?.stop();
  await seen?.close();
});
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

test('a test begins with chosen people, an event is fired, and the way of one of them shows on the canvas with the mail', async () => {
  const { page, ctx } = seen;
  await page.goto('/journeys/cart');
  await page.getByRole('button', { name: 'Test…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Test version 1' });
  await dialog.getByRole('combobox', { name: 'People' }).fill('maya');
  await page.getByRole('option', { name: 'maya@example.com' }).click();
  await dialog.getByRole('combobox', { name: 'People' }).fill('omar@example.com');
  await dialog.getByRole('combobox', { name: 'People' }).press('Enter');
  await dialog.getByLabel('Nobody waits longer than').fill('1');
  await dialog.getByRole('combobox', { name: 'At “lot” everybody takes' }).click();
  await page.getByRole('option', { name: 'b', exact: true }).click();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Begin the test' }).click();
  const bar = page.getByRole('region', { name: 'Test', exact: true });
  await bar.getByText('running', { exact: true }).waitFor();
  await bar.getByLabel('Properties').fill('{"value": ');
  await bar.getByRole('button', { name: 'Fire' }).click();
  await bar.getByText('This is no JSON object.').waitFor();
  await bar.getByLabel('Properties').fill('{"value": 40}');
  await bar.getByRole('button', { name: 'Fire' }).click();
  const panel = page.getByRole('complementary', { name: 'What happened in the test' });
  await panel.getByText(/^came to hour, which waits 1 hour; the test does not wait until/).waitFor();
  await panel.getByText(/^came to comes-back/).waitFor();
  await page
    .getByRole('button', { name: /^Comes back/ })
    .first()
    .waitFor();
  await panel.getByText(/"value": 40/).waitFor();
  expect(await violations(page)).toEqual([]);
  await panel.getByRole('link', { name: /“hello” to/ }).waitFor();
  await panel.getByRole('link', { name: /“hello” to/ }).click();
  await page.getByRole('heading', { name: 'Sandbox mailbox' }).waitFor();
  await page.getByText('Hello').first().waitFor();
  expect(await showJourney(ctx, { key: 'cart' })).toMatchObject({ entered: 0, refused: 0 });
});

test('a test that runs is found again on its journey, and ended there', async () => {
  const { page } = seen;
  await page.goto('/journeys/cart');
  await page.getByRole('button', { name: 'Test 1 is running' }).click();
  const bar = page.getByRole('region', { name: 'Test', exact: true });
  await bar.getByRole('button', { name: 'End the test' }).click();
  await bar.getByText('over', { exact: true }).waitFor();
  await bar.getByRole('button', { name: 'Back to what really happened' }).click();
  await page.getByRole('button', { name: 'Test 1 is running' }).waitFor({ state: 'detached' });
  expect(seen.mistakes).toEqual([]);
});
