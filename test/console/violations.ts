import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] };

/**
 * Colours on their way from one to another are nobody's to read: axe looks when every transition has ended. What closes begins
 * its transition only some frames after the key that closed it, so that one still frame is no proof.
 */
const SETTLED = `(async () => {
  const moving = () => document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
  for (let still = 0; still < 5; still += 1) {
    await new Promise(requestAnimationFrame);
    if (moving().length === 0) continue;
    still = -1;
    await Promise.allSettled(moving().map((one) => one.finished));
  }
})()`;

/** What axe-core finds on the page as it is, in both themes: nothing, where WCAG 2.2 A and AA are met. */
export async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const scheme of ['light', 'dark']) {
    await page.evaluate(`document.documentElement.setAttribute('data-mantine-color-scheme', '${scheme}')`);
    await page.evaluate(SETTLED);
    const result = await page.evaluate<{ readonly violations: readonly Violation[] }>(`axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    })`);
    for (const one of result.violations)
      found.push(`${scheme}: ${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`);
  }
  return found;
}
