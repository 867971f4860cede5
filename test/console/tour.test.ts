// A newcomer's whole way in a real browser, over the example shop: from the first visit to a campaign that explains itself. What can
// be done by keyboard is.
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openChannel } from '../../src/channels/providers/index.ts';
import { startCampaigns } from '../../src/services/campaigns/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { startEngine } from '../../src/services/engine/index.ts';
import { startJourneys } from '../../src/services/journeys/index.ts';
import { OWNER, openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

/** A shop is made, and sells for two weeks: the test that waits for it has as long again for everything else. */
const LOADED_MS = 60_000;
/** The whole shop takes longer than a test should. */
const SMALL = { customers: 3_000 };

let seen: SignedIn;
let reader = '';
const workers: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole('first');
  const { ctx, page } = seen;
  workers.push(
    startCampaigns(ctx),
    startJourneys(ctx),
    startEngine(ctx),
    startDelivery(ctx, { openChannel: (channel) => openChannel(ctx, channel) }),
  );
  await page.route('**/api/example-shop', (route) =>
    route.request().method() === 'POST' ? route.continue({ postData: JSON.stringify(SMALL) }) : route.continue(),
  );
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await seen?.close();
});
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

/** As somebody does who has no mouse. */
async function press(place: Locator): Promise<void> {
  const { page } = seen;
  await place.waitFor();
  await expect.poll(() => page.evaluate<boolean>(IS_AT_REST)).toBe(true);
  await place.focus();
  await page.keyboard.press('Enter');
}
/** A dialog or a menu takes the focus a moment after it has opened, from wherever it is then. */
const IS_AT_REST = `(() => {
  const open = document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]');
  return open === null || open.contains(document.activeElement);
})()`;

/** To a place of the navigation by its letter. */
async function go(letter: string): Promise<void> {
  const { page } = seen;
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.evaluate('document.activeElement?.blur()');
  await page.keyboard.press('g');
  await page.keyboard.press(letter);
}

test('the first visitor becomes the owner, loads the example shop and is told where to begin', {
  timeout: 2 * LOADED_MS,
}, async () => {
  const { page } = seen;
  await page.goto('/');
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  for (const [label, text] of [
    ['Name', OWNER.name],
    ['Email', OWNER.email],
    ['Password', OWNER.password],
  ] as const) {
    await page.getByLabel(label, { exact: true }).focus();
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign in without a password' }).waitFor();
  await page.keyboard.press('Escape');
  await press(page.getByRole('button', { name: 'Load the example shop' }));
  await page.getByText(/^Step \d of 6/).waitFor();
  await page.getByText('The example shop is here').waitFor({ timeout: LOADED_MS });
  expect(await violations(page)).toEqual([]);
  await press(page.getByRole('link', { name: 'Open the campaign' }));
});

test('its campaign runs, and an arrow shows who is on it', async () => {
  const { page } = seen;
  await press(page.getByRole('button', { name: 'Run', exact: true }));
  await press(page.getByRole('button', { name: 'Begin the live run' }));
  await page.getByRole('region', { name: 'Confirm mail' }).waitFor();
  await press(page.getByRole('button', { name: /^[\d,]+ vip$/ }));
  await page.getByRole('table').getByRole('link').first().waitFor();
  expect(await violations(page)).toEqual([]);
  await press(page.getByRole('button', { name: 'Close the rows' }));
});

test('Home says what waits, leads there, and nothing leaves before it is confirmed', async () => {
  const { page } = seen;
  await go('h');
  await page.getByText('2 things wait for you.').waitFor();
  expect(await violations(page)).toEqual([]);
  await press(
    page.getByRole('listitem').filter({ hasText: 'vip-mail. ' }).getByRole('link', { name: 'Look and confirm' }),
  );
  const card = page.getByRole('region', { name: 'Confirm vip-mail' });
  await press(card.getByRole('button', { name: /^Confirm \d/ }));
  await page.getByRole('button', { name: /^vip-mail [\d,]+ sent/ }).waitFor();
  await go('h');
  await page.getByText('One thing waits for you.').waitFor();
});

test('a message is read in the mailbox, and its link is followed', async () => {
  const { page, call } = seen;
  await go('s');
  const newest = page.getByRole('button', { name: /@example\./ }).first();
  reader =
    (await newest
      .getByText(/^\S+@\S+$/)
      .first()
      .textContent()) ?? '';
  // By name: another may be the newest by now.
  await press(page.getByRole('button', { name: reader }).first());
  // Whoever clicks sooner after the sending is taken for a scanner.
  const sent = (await call('GET', '/api/sandbox/messages?limit=1')) as {
    readonly items: readonly [{ received_at: string }];
  };
  await expect
    .poll(() => Date.now() - Date.parse(sent.items[0].received_at), { timeout: 10_000 })
    .toBeGreaterThan(2_500);
  const link = page.frameLocator('iframe').getByRole('link').first();
  const [opened] = await Promise.all([page.waitForEvent('popup'), press(link)]);
  await opened.close();
});

test('the click stands in the report and on the reader’s own page', async () => {
  const { page } = seen;
  await go('r');
  await press(page.getByRole('link', { name: 'spring-preview · vip-mail' }));
  const funnel = page.getByRole('region', { name: 'From sent to clicked' });
  await expect.poll(() => funnel.textContent(), { timeout: 10_000 }).toMatch(/Clicked1/);
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type(reader);
  const found = page.getByRole('option', { name: new RegExp(reader) });
  await found.and(page.locator('[data-combobox-selected]')).waitFor();
  await page.keyboard.press('Enter');
  const timeline = page.getByRole('region', { name: 'What happened, and what did not' });
  await timeline.getByText('Clicked spring-vip').waitFor();
});

test('a journey shows who stands where, and one person’s way', async () => {
  const { page } = seen;
  await go('j');
  await press(page.getByRole('link', { name: 'Welcome to the newsletter' }));
  await press(page.getByRole('button', { name: /^Settle in .* here now/ }));
  await press(page.getByRole('complementary', { name: 'Settle in' }).getByRole('link').first());
  const way = page.getByRole('complementary', { name: "One person's way" });
  await way.getByText('took path newsletter because').waitFor();
  await way.getByText('came to settle-in, which waits 20 minutes').waitFor();
});

test('the report leads to somebody who was left out, whose page says why', async () => {
  const { page } = seen;
  await go('r');
  await press(page.getByRole('link', { name: 'spring-preview · vip-mail' }));
  await press(page.getByRole('region', { name: 'Left out, by reason' }).getByRole('link', { name: /^\d/ }).first());
  const everyone = page.getByRole('region', { name: 'Everyone', exact: true });
  await press(
    everyone
      .getByRole('row', { name: /no consent/i })
      .getByRole('link')
      .first(),
  );
  const timeline = page.getByRole('region', { name: 'What happened, and what did not' });
  await timeline
    .getByText(/no consent/i)
    .first()
    .waitFor();
  const line = timeline.getByRole('listitem').filter({ hasText: /no consent/i });
  await line.getByRole('button', { name: /why/i }).first().press('w');
  await page
    .getByRole('dialog')
    .getByText(/consent/)
    .first()
    .waitFor();
  expect(await violations(page)).toEqual([]);
});

test('the owner lets a colleague in, and what was done is listed', async () => {
  const { page } = seen;
  await go('u');
  await press(page.getByRole('button', { name: 'Add a user' }));
  for (const [label, text] of [
    ['Name', 'Leo Reader'],
    ['Email', 'leo@example.com'],
    ['First password', 'another long password'],
  ] as const) {
    await page.getByRole('dialog').getByLabel(label, { exact: true }).fill(text);
  }
  await page.getByRole('radio', { name: 'Viewer' }).press('Space');
  expect(await violations(page)).toEqual([]);
  await press(page.getByRole('button', { name: 'Add the user' }));
  await page.getByRole('cell', { name: 'leo@example.com' }).waitFor();
  await page.getByRole('cell', { name: 'POST /api/users' }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('language and theme change under one’s hands', async () => {
  const { page } = seen;
  await go('h');
  await press(page.getByRole('button', { name: /Ana Owner/ }));
  await press(page.getByRole('menuitemradio', { name: 'Español' }));
  await page.getByRole('heading', { name: 'Recorridos en curso' }).waitFor();
  await press(page.getByRole('button', { name: /Ana Owner/ }));
  await press(page.getByRole('menuitemradio', { name: 'Oscuro' }));
  await expect.poll(() => page.getAttribute('html', 'data-mantine-color-scheme')).toBe('dark');
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
