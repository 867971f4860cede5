// The main screens over a small shop, in every language but English: no word of English is left on them.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { englishIn } from '../support/english.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { openSmallShop, SCREENS } from './small-shop.ts';
import { settled, speak, textsOf, visit } from './walk.ts';

const WRONG =
  'kind: journey\nkey: broken\nentry: { event: X }\nstart: a\nsteps: { a: { type: wiat }, b: { type: email } }\n';

let seen: SignedIn;
/** Names and labels that the shop gave to its things: they are nobody's to translate. */
const given = new Set<string>();

beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  await openSmallShop(seen);
  await keepNames();
}, 120_000);
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

/** What stands in the documents of the shop, without the places that are filled for each person. */
async function keepNames(): Promise<void> {
  const rows = await seen.ctx.db.query<{ body: object }>(sql`select body from definition`);
  const keep = (value: unknown): void => {
    if (typeof value === 'string') {
      for (const text of value.split(/\{\{.*?\}\}|\{%.*?%\}|<[^>]*>/s))
        if (text.trim().length > 2) given.add(text.trim());
    } else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) keep(inner);
  };
  for (const { body } of rows) keep(body);
}

/** The pieces of a page in which a word of English stands that is no name of the shop. */
async function english(): Promise<string[]> {
  const names = [...given].sort((a, b) => b.length - a.length);
  return (await textsOf(seen.page)).filter((text) => {
    const own = names.reduce((rest, name) => rest.replaceAll(name, ' '), text);
    return englishIn(own) !== undefined;
  });
}

/** Where most is said by the server, or in few places only. */
const SAID_BY_SERVER = SCREENS.filter((screen) => /\?|refused|^.$/.test(screen));

test.each([
  ['fr', SCREENS],
  ['es', SAID_BY_SERVER],
  ['pt', SAID_BY_SERVER],
] as const)('no word of English is left on the main screens (%s)', { timeout: 240_000 }, async (language, screens) => {
  const { page } = seen;
  await speak(page, language);
  const found: Record<string, string[]> = {};
  for (const screen of screens) {
    await visit(page, screen);
    const left = await english();
    if (left.length > 0) found[screen] = left;
  }
  expect(found).toEqual({});
});

test.each(['fr', 'es', 'pt'] as const)(
  'why something happened to a person, and what is wrong with a text, is said in %s',
  async (language) => {
    const { page } = seen;
    await speak(page, language);
    await visit(page, '/people/user_id/neo');
    await page
      .getByRole('main')
      .getByRole('button', { name: /pour|por q/i })
      .last()
      .press('w');
    await page.getByRole('dialog').getByRole('listitem').first().waitFor();
    await settled(page);
    expect(await english()).toEqual([]);
    await seen.call('PUT', '/api/definitions/journey/broken', {
      kind: 'journey',
      key: 'broken',
      entry: { event: 'X' },
      start: 'a',
      steps: { a: { type: 'end' } },
    });
    const kept = JSON.stringify(JSON.stringify({ text: WRONG, etag: null }));
    await page.evaluate(`sessionStorage.setItem('carillon-kept:definition:journey/broken', ${kept})`);
    await visit(page, '/journeys/broken?tab=file');
    await page.getByRole('list', { name: /Probl/ }).waitFor();
    expect(await english()).toEqual([]);
  },
);

test('a language that is chosen is not undone by a page that was still opening in another', async () => {
  const { page } = seen;
  await speak(page, 'fr');
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/api/words*', async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest('**/api/words*');
  await page.goto('/', { waitUntil: 'commit' });
  await asked;
  await page.evaluate(`localStorage.setItem('carillon-language', 'en')`);
  letGo();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.unroute('**/api/words*');
  await visit(page, '/');
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
});

test('of two languages chosen one after the other the second is spoken, however late the words of the first come', async () => {
  const { page } = seen;
  await visit(page, '/');
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/api/words*language=fr*', async (route) => {
    await held;
    await route.continue();
  });
  for (const language of ['Français', 'Español']) {
    await page.getByRole('button', { name: /Ana Owner/ }).click();
    await page.getByRole('menuitemradio', { name: language }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
  }
  const lang = () => page.locator('html').getAttribute('lang');
  await expect.poll(lang).toBe('es');
  const late = page.waitForResponse('**/api/words*language=fr*');
  letGo();
  await (await late).finished();
  await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
  expect(await lang()).toBe('es');
  await page.unroute('**/api/words*language=fr*');
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
