// Data in a real browser: a new owner's customers come in, and a developer sees what their source sends.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

let seen: SignedIn;
beforeAll(async () => {
  if (!UNSEEN) seen = await openConsole();
});
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

const CUSTOMERS = [
  'Customer ID;E-mail;First name;Newsletter',
  ...Array.from({ length: 20 }, (_, i) => `${i + 1};p${i + 1}@example.com;P${i + 1};yes`),
  ';nobody@example.com;Nobody;no',
].join('\n');
const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

test('a new owner imports their customers from a file, and sees first what would change', async () => {
  const { page, call } = seen;
  await page.goto('/data');
  await page.getByRole('link', { name: 'Import your customers' }).click();
  await page.getByLabel('The file to import').setInputFiles(file('customers.csv', CUSTOMERS));
  await expect
    .poll(() => page.getByRole('combobox', { name: 'What Customer ID becomes' }).inputValue())
    .toBe('Says who it is');
  expect(await page.getByRole('combobox', { name: 'What Newsletter becomes' }).inputValue()).toBe('Consent to email');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Try it: what would change?' }).click();
  await page.getByRole('img', { name: '21 read, 20 new, 1 rejected' }).waitFor();
  await page.getByText('nothing says who it is').waitFor();
  expect(await call('GET', '/api/profiles')).toMatchObject({ items: [] });
  await page.getByRole('button', { name: 'Import 20 lines' }).click();
  await page.getByRole('link', { name: 'Look at the people' }).click();
  await page.getByRole('link', { name: 'P20', exact: true }).waitFor();
});

test('a table is made from a file, and its rows are there to look at', async () => {
  const { page } = seen;
  await page.goto('/data/import?into=orders');
  await page
    .getByLabel('The file to import')
    .setInputFiles(file('orders.csv', 'order_id,customer,total\nA,1,2.50\nB,2,9\n'));
  await page.getByRole('button', { name: 'Try it: what would change?' }).click();
  await page.getByRole('button', { name: 'Import 2 lines' }).click();
  await page.getByRole('link', { name: 'Look at the rows' }).click();
  await page.getByRole('heading', { name: 'orders', level: 1 }).waitFor();
  await page.getByRole('cell', { name: '2.50' }).waitFor();
  await page.getByRole('region', { name: 'Size' }).getByText('2', { exact: true }).waitFor();
  await page.getByText('whose row: customer_id').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.goto('/data/imports');
  await page.getByText('dry run').first().waitFor();
});

test('a source is made, and what arrives with its key shows as it comes, refused or taken', async () => {
  const { page } = seen;
  await page.goto('/data/sources');
  await page.getByRole('button', { name: 'New source' }).click();
  await page.getByLabel('Name').fill('shop');
  await page.getByRole('button', { name: 'Make a write key' }).click();
  const key = (await page.getByText(/^wk_[\w-]{20,}$/).textContent()) ?? '';
  await page.getByText(`writeKey: '${key}'`).waitFor();
  await page.getByRole('button', { name: 'Watch what arrives' }).click();
  await page.getByText('Nothing has arrived').waitFor();
  const send = (event: object) =>
    page.request.post('/v1/track', {
      data: event,
      headers: { 'x-write-key': key, origin: new URL(page.url()).origin },
    });
  await send({ userId: '1', event: 'Order Completed', properties: { total: 49.9 } });
  await page.getByRole('button', { name: /Order Completed/ }).click();
  await page.getByText('"total": 49.9').waitFor();
  await send({ userId: '1' });
  await page.getByText('refused', { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('what was refused can be read again, and says when it still cannot be', async () => {
  const { page } = seen;
  await page.goto('/data/refused');
  await page.getByRole('button', { name: 'Read again', exact: true }).click();
  await page.getByRole('status').getByText('1 still cannot be read').waitFor();
  expect(await violations(page)).toEqual([]);
});

test('a person’s data is downloaded, and the person deleted for good', async () => {
  const { page, call } = seen;
  await page.goto('/people/email/p7@example.com');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menu').waitFor();
  expect(await violations(page)).toEqual([]);
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download everything stored about them' }).click();
  expect((await download).suggestedFilename()).toMatch(/^person-\d+\.ndjson$/);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete this person…' }).click();
  await page.getByRole('dialog', { name: 'Delete “P7”' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByRole('link', { name: 'P8', exact: true }).waitFor();
  expect(await call('GET', '/api/profiles?search=p7@example.com')).toMatchObject({ items: [] });
  expect(await call('GET', '/api/suppressions')).toMatchObject({ items: [{ address: 'p7@example.com' }] });
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
