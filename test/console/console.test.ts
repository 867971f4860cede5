// The console in a real browser: what a new owner does first. Needs Chromium and the built console.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { createSandboxChannel } from '../../src/channels/sandbox/index.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import { emailTo } from '../channels/conformance.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { violations } from './violations.ts';

const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const BUILT = existsSync(join(import.meta.dirname, '../../dist/web/index.html'));
const OWNER = { name: 'Ana Owner', email: 'ana@example.com', password: 'a long password' };
const WAIT_MS = 20_000;

let ctx: TestContext;
let server: ReturnType<typeof createServer>;
let browser: Browser;
let page: Page;
const mistakes: string[] = [];

beforeAll(async () => {
  if (!EXECUTABLE || !BUILT) return;
  ctx = await createTestContext({ clock: systemClock });
  await fillShop();
  server = createServer(ctx);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  Object.assign(ctx.config, { publicUrl: url });
  browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  context.setDefaultTimeout(WAIT_MS);
  page = await context.newPage();
  page.on('pageerror', (error) => mistakes.push(error.message));
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await ctx?.close();
});
beforeEach((context) => {
  if (!EXECUTABLE) context.skip('no Chromium in the system');
  if (!BUILT) context.skip('the console is not built');
});

async function fillShop(): Promise<void> {
  const person = {
    identities: { email: 'maya@example.com', user_id: 'maya' },
    columns: {},
    traits: { first_name: 'Maya', plan: 'gold' },
    consents: [{ channel: 'email', topic: '', status: 'granted' as const }],
  };
  await ctx.db.transaction((tx) => upsertProfiles(tx, [person], { now: ctx.clock.now(), source: 'test' }));
  await createSandboxChannel(ctx).send(emailTo('maya@example.com'));
}

test('the first visit makes the owner, by keyboard alone, and leads into the console', async () => {
  await page.goto('/');
  await page.getByRole('heading', { name: 'Welcome' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByLabel('Name').focus();
  for (const text of [OWNER.name, OWNER.email, OWNER.password]) {
    await page.keyboard.type(text);
    await page.keyboard.press(text === OWNER.password ? 'Enter' : 'Tab');
  }
  await page.getByRole('heading', { name: 'Sign in without a password' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('the first load is under 300 kB, as it goes over the line', async () => {
  const fresh = await page.context().newPage();
  await fresh.goto('/');
  await fresh.getByRole('navigation', { name: 'Main' }).waitFor();
  const bytes =
    await fresh.evaluate<number>(`[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`);
  await fresh.close();
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(300_000);
});

test('a person is found by the beginning of an email, and their page says what is known', async () => {
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('Find a person').fill('may');
  await page.getByRole('link', { name: 'Maya' }).click();
  await page.getByRole('heading', { name: 'Maya', level: 1 }).waitFor();
  for (const text of ['user_id', 'gold', 'granted']) await page.getByText(text, { exact: true }).first().waitFor();
  expect(await violations(page)).toEqual([]);
});

test('a message of the sandbox is read as its reader sees it, in a frame that can run nothing', async () => {
  await page.getByRole('link', { name: 'Sandbox mailbox' }).click();
  await page.getByRole('button', { name: /maya@example.com/ }).click();
  const frame = page.locator('iframe');
  await frame.waitFor();
  expect(await frame.getAttribute('sandbox')).not.toContain('allow-scripts');
  const answer = await page.request.get((await frame.getAttribute('src')) ?? '');
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-security-policy']).toMatch(/^sandbox /);
  expect(await violations(page)).toEqual([]);
});

test('an address leads to the same screen when it is opened anew', async () => {
  await page.goto('/people?search=maya');
  await page.getByRole('link', { name: 'Maya' }).waitFor();
  expect(await page.getByLabel('Find a person').inputValue()).toBe('maya');
});

test('the keyboard leads everywhere: places by letter, people by name, and a list of the keys', async () => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate('document.activeElement.blur()');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.getByRole('heading', { name: 'Sandbox mailbox' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.getByRole('heading', { name: 'People' }).waitFor();
  await page.keyboard.press('/');
  expect(await page.evaluate('document.activeElement.type')).toBe('search');
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type('maya');
  await page.getByRole('option', { name: /Maya/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Maya', level: 1 }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('the language and the theme change at once and stay', async () => {
  await page.getByRole('button', { name: /Ana Owner/ }).click();
  await page.getByRole('menuitemradio', { name: 'English', checked: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('menuitemradio', { name: 'Français' }).click();
  await page.getByRole('link', { name: 'Personnes' }).first().waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'Personnes' }).first().waitFor();
  expect(await page.getAttribute('html', 'lang')).toBe('fr');
  await page.getByRole('button', { name: /Ana Owner/ }).click();
  await page.getByRole('menuitemradio', { name: 'Sombre' }).click();
  await expect.poll(() => page.getAttribute('html', 'data-mantine-color-scheme')).toBe('dark');
});

test('a session that has ended asks to sign in and goes on at the same address', async () => {
  await page.context().clearCookies();
  await page.goto('/mailbox');
  await page.getByRole('heading', { name: 'Se connecter' }).waitFor();
  await page.getByLabel('E-mail').fill(OWNER.email);
  await page.getByLabel('Mot de passe', { exact: true }).fill(OWNER.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Boîte du bac à sable' }).waitFor();
});

test('a session that ends in the middle of typing asks for the password and goes on with what was typed', async () => {
  await page.goto('/people');
  const search = page.getByLabel('Trouver une personne');
  await search.fill('may');
  await page.getByRole('link', { name: 'Maya' }).waitFor();
  await page.context().clearCookies();
  // At once: whoever types on is heard by the dialog as soon as it is open.
  await search.fill('maya@e');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Mot de passe', { exact: true }).fill(OWNER.password);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Maya' }).waitFor();
  expect(await search.inputValue()).toBe('maya@e');
});

test('without the stream of news a screen asks by itself', async () => {
  await page.route('**/api/live', (route) => route.abort());
  await page.goto('/mailbox');
  await page.getByRole('button', { name: /maya@example.com/ }).waitFor();
  await createSandboxChannel(ctx).send(emailTo('late@example.com'));
  await page.getByRole('button', { name: /late@example.com/ }).waitFor();
  await page.unroute('**/api/live');
});

test('a server that goes away is told of at once, what was typed stays, and the page recovers by itself', async () => {
  await page.goto('/people');
  const search = page.getByLabel('Trouver une personne');
  await search.fill('maya@');
  await page.getByRole('link', { name: 'Maya' }).waitFor();
  const { port } = new URL(page.url());
  await server.close();
  const banner = page.getByRole('alert').filter({ hasText: 'Le serveur est injoignable' });
  await banner.waitFor();
  await search.fill('maya@example');
  server = createServer(ctx);
  await server.listen({ port: Number(port), host: '127.0.0.1' });
  await banner.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Maya' }).waitFor();
  expect(await search.inputValue()).toBe('maya@example');
});

test('on a phone nothing runs over the side', async () => {
  await page.setViewportSize({ width: 375, height: 700 });
  await page.goto('/people');
  await page.getByRole('heading', { level: 1 }).waitFor();
  const [width, shown] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
  expect(width).toBeLessThanOrEqual(shown ?? 0);
});

test('no page threw', () => {
  expect(mistakes).toEqual([]);
});
