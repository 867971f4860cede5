// Audiences in a real browser: their sizes, their lines, who is in and why, and a rule that is counted while one types.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

let seen: SignedIn;
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  await seen.ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select i % 3, i, 'p' || i || '@example.com',
      jsonb_build_object('first_name', 'P' || i, 'country', case when i <= 5 then 'France' else 'Spain' end), now(), now()
    from generate_series(1, 8) i`);
  const rule = {
    all: [{ trait: 'country', eq: 'France' }, { none: [{ trait: 'first_name', eq: 'P2' }] }],
  };
  await seen.call('PUT', '/api/definitions/audience/french', {
    kind: 'audience',
    key: 'french',
    name: 'In France',
    rule,
  });
  await seen.call('POST', '/api/definitions/audience/french/publish', {});
});
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

test('each line of a rule says how many match it and how many are left, and the sum is exact', async () => {
  const { page } = seen;
  await page.goto('/audiences');
  await page.getByRole('link', { name: 'In France' }).click();
  const rule = page.getByRole('region', { name: 'Rule' });
  await rule.getByText('None of these').waitFor();
  const rows = (await rule.getByRole('listitem').allInnerTexts()).map((text) => text.split('\n'));
  // Of everyone 8 people, 5 in France, of them all but P2: 4; alone 7 of the 8 are not P2.
  expect(rows.map((row) => row.filter((part) => /^\d+$/.test(part)).slice(0, 2))).toEqual([
    ['8'],
    ['5', '5'],
    ['5', '5'],
    ['4', '7'],
    ['1'],
  ]);
  await page.getByRole('region', { name: 'Size' }).getByText('4', { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('a person is in or out with the facts that say so, and the address keeps the question', async () => {
  const { page } = seen;
  const why = page.getByRole('region', { name: 'Is someone in or out?' });
  await why.getByRole('textbox').fill('p7@example.com');
  await page.keyboard.press('Enter');
  await why.getByText('is "Spain"').waitFor();
  await why.getByText('out', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('person')).toBe('p7@example.com');
  await page.reload();
  await why.getByText('is "Spain"').waitFor();
});

test('a new audience is counted while its rule is typed, and saved', async () => {
  const { page } = seen;
  await page.goto('/audiences');
  await page.getByRole('button', { name: 'New audience' }).click();
  await page.getByLabel('Name').fill('In Spain');
  await page.getByRole('button', { name: 'Write it' }).click();
  const text = page.getByRole('textbox', { name: 'Definition as YAML' });
  await text.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(
    'kind: audience\nkey: in-spain\nname: In Spain\nrule: { trait: country, eq: Spain }\n',
  );
  const figures = page.getByRole('region', { name: 'As it stands in the text' });
  await figures.getByText('3', { exact: true }).waitFor();
  await page.getByText('p8@example.com').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('heading', { name: 'In Spain', level: 1 }).waitFor();
  await page.goto('/audiences');
  await page.getByRole('link', { name: 'In Spain' }).waitFor();
});

test('what uses an audience stands beside its name, and each user is a link away', async () => {
  const { page, call } = seen;
  const done = { start: 'done', steps: { done: { type: 'end' } } };
  const reader = { kind: 'journey', key: 'thanks', name: 'Say thanks', entry: { read: 'french' }, ...done };
  await page.goto('/audiences/french');
  await page.getByText('Used by nothing').waitFor();
  await call('POST', '/api/definitions/apply?publish=true', [
    reader,
    { kind: 'decision', key: 'site', audiences: ['french'] },
  ]);
  await page.reload();
  const users = page.getByRole('button', { name: 'Used by 1 journey, 1 decision' });
  await users.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('site').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('button:focus', { hasText: 'Used by' }).waitFor();
  await users.click();
  await page.getByRole('link', { name: 'Say thanks' }).click();
  await page.getByRole('heading', { name: 'Say thanks', level: 1 }).waitFor();
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
