// An audience from a file in a real browser: chosen, matched, counted, and the lines that name nobody to be looked at.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makePeople } from '../journeys/service.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

let seen: SignedIn;
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  await makePeople(seen.ctx, 3);
});
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

test('people come from a file into a new audience, are seen there, and who is not known is listed', async () => {
  const { page } = seen;
  await page.goto('/audiences');
  await page.getByRole('button', { name: 'From a file…' }).click();
  const dialog = page.getByRole('dialog', { name: 'An audience from a file' });
  await dialog.getByLabel('Key of the audience').fill('partners');
  const chooser = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'File' }).click();
  const buffer = Buffer.from('mail\np1@example.com\np2@example.com\nnobody@example.com\n');
  await (await chooser).setFiles({ name: 'partners.csv', mimeType: 'text/csv', buffer });
  expect(await violations(page)).toEqual([]);
  await dialog.getByLabel('What its values are').first().fill('email');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await dialog.getByRole('img', { name: '3 read, 2 new, 1 rejected' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('link', { name: 'See which lines name nobody' }).click();
  await page.getByText('nobody is known by it').waitFor();
  await page.goto('/audiences/partners');
  await page.getByRole('link', { name: 'p2@example.com' }).waitFor();
  await page.getByRole('button', { name: 'People from a file…' }).click();
  await page.getByRole('dialog', { name: 'People from a file' }).waitFor();
  expect(seen.mistakes).toEqual([]);
});
