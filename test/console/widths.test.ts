// Every screen of the console on a phone, a tablet and a desk: its content is there, nothing scrolls sideways, axe finds nothing.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { openSmallShop, SCREENS } from './small-shop.ts';
import { violations } from './violations.ts';
import { settled, speak, visit } from './walk.ts';

const WIDTHS = [390, 768, 1280];
const PHONE = 390;
const DESK = 1280;
/** Where a phone shows an outline unless it is asked for the canvas. */
const ASKED = ['/journeys/welcome?tab=canvas', '/campaigns/spring-preview?view=canvas'];

let seen: SignedIn;
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  await openSmallShop(seen);
}, 120_000);
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

/** What is wrong with the page at the width that it has: what of it is empty, out of sight or too wide. */
const MISPLACED = `(() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push('scrolls sideways: ' + root.scrollWidth);
  const main = document.querySelector('main');
  if (main.innerText.trim().length < 20) found.push('empty');
  for (const flow of document.querySelectorAll('.react-flow')) {
    const room = flow.getBoundingClientRect();
    if (room.height < 300 || room.width < 200) found.push('a canvas of ' + room.width + ' by ' + room.height);
    const inside = [...flow.querySelectorAll('[data-step]')].filter((step) => {
      const box = step.getBoundingClientRect();
      return box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom;
    });
    if (inside.length < 2) found.push('a canvas with ' + inside.length + ' steps in sight');
  }
  return found;
})()`;

/** The screen at a width, when it has come to rest there; what is wrong with it. */
async function misplacedAt(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 800 });
  await settled(page);
  const look = () => page.evaluate<string[]>(MISPLACED);
  // A canvas takes its new room in the frame after.
  await expect
    .poll(async () => (await look()).length, { timeout: 5_000 })
    .toBe(0)
    .catch(() => undefined);
  return look();
}

test.each([
  ['en', [PHONE, DESK]],
  ['fr', [PHONE]],
])('every screen is whole at every width, in both themes (%s)', { timeout: 900_000 }, async (language, axed) => {
  const { page } = seen;
  await speak(page, language);
  const found: Record<string, string[]> = {};
  for (const screen of [...SCREENS, ...ASKED]) {
    await visit(page, screen);
    for (const width of WIDTHS) {
      const wrong = await misplacedAt(page, width);
      if (axed.includes(width)) wrong.push(...(await violations(page)));
      if (wrong.length > 0) found[`${screen} at ${width}`] = wrong;
    }
  }
  expect(found).toEqual({});
});

test('a canvas is fitted again when its room changes, until somebody moves it', async () => {
  const { page } = seen;
  await speak(page, 'en');
  await page.setViewportSize({ width: 1280, height: 800 });
  await visit(page, '/journeys/welcome');
  const plane = page.locator('.react-flow__viewport');
  const sight = () => plane.getAttribute('style');
  // The canvas is there a moment before it is fitted.
  const misplaced = async () => (await page.evaluate<string[]>(MISPLACED)).length;
  await expect.poll(misplaced).toBe(0);
  await expect.poll(sight).not.toMatch(/translate\(0px, 0px\) scale\(1\)/);
  const first = await sight();
  await page.setViewportSize({ width: 900, height: 800 });
  await expect.poll(sight).not.toBe(first);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(sight).toBe(first);

  await page.getByRole('button', { name: 'Zoom in' }).click();
  await page.getByText('120%').or(page.getByText('84%')).waitFor();
  const own = await sight();
  await page.setViewportSize({ width: 900, height: 800 });
  await page.getByRole('button', { name: 'Show everything' }).waitFor();
  expect(await sight()).toBe(own);
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect.poll(sight).not.toBe(own);
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
