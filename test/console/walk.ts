import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Opens an address and waits until nothing on it is loading any more. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('main').waitFor();
  await settled(page);
}

/** Waits until nothing on the page is loading any more. */
export async function settled(page: Page): Promise<void> {
  const loading = page.locator('.mantine-Skeleton-root, .mantine-Loader-root');
  await expect.poll(() => loading.count(), { timeout: 20_000 }).toBe(0);
}

/** Lets the console speak a language from the next page on. */
export async function speak(page: Page, language: string): Promise<void> {
  await page.goto('/');
  await page.evaluate(`localStorage.setItem('carillon-language', ${JSON.stringify(language)})`);
}

/** A paragraph is read as a whole, whatever stands out in it; code, times and what stands in frames is not read. */
const READ = `(() => {
  const NOT_READ = 'code, pre, .cm-editor, time, script, style, iframe, [lang=en], kbd';
  const SPOKEN = ['aria-label', 'title', 'placeholder', 'alt'];
  const found = new Set();
  const add = (text) => {
    const trimmed = (text ?? '').replace(/\\s+/g, ' ').trim();
    if (trimmed !== '') found.add(trimmed);
  };
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest(NOT_READ)) continue;
    for (const name of SPOKEN) add(element.getAttribute(name));
    const said = [...element.childNodes].filter(
      (node) => node.nodeType === Node.TEXT_NODE || (node.nodeType === Node.ELEMENT_NODE && node.matches('b, strong, em')),
    );
    if (said.some((node) => node.nodeType === Node.TEXT_NODE)) add(said.map((node) => node.textContent).join(''));
  }
  return [...found];
})()`;

/** Everything that a reader of the page sees or hears, piece by piece. */
export function textsOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(READ);
}
