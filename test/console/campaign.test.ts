// Campaigns in a real browser: from an empty file to an explained send, over a small shop. The engine and delivery run beside.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openChannel } from '../../src/channels/providers/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { startCampaigns } from '../../src/services/campaigns/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

const WAIT_MS = 8_000;
let seen: SignedIn;
const workers: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  seen.page.setDefaultTimeout(WAIT_MS);
  const { ctx, call } = seen;
  // Ten in gold: one without an address, two who never agreed. Two others.
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select i % 4, i, case when i <> 3 then 'p' || i || '@example.com' end,
      jsonb_build_object('first_name', 'P' || i, 'tier', case when i <= 10 then 'gold' else 'none' end), now(), now()
    from generate_series(1, 12) i`);
  await ctx.db.execute(sql`
    insert into consent (bucket, profile_id, channel, topic, status, source, updated_at)
    select bucket, profile_id, 'email', '', 'granted', 'test', now() from profile where profile_id not in (4, 5)`);
  const html =
    '<p><a href="https://shop.example/spring">Spring</a> <a href="{{ message.unsubscribe_url }}">No more</a></p>';
  await call('PUT', '/api/definitions/template/spring', { kind: 'template', key: 'spring', subject: 'Spring', html });
  await call('POST', '/api/definitions/template/spring/publish', {});
  workers.push(startCampaigns(ctx), startDelivery(ctx, { openChannel: (channel) => openChannel(ctx, channel) }));
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await seen?.close();
});
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

const TEXT = `# one in five waits
kind: campaign
key: gold-spring
name: Spring for gold
activities:
  gold: { type: build-audience, rule: { trait: tier, eq: gold }, next: lots }
  lots: { type: split, holdout: 2, then: { rest: { next: mail } } }
  mail: { type: email, template: spring, channel: sandbox, confirm: true }
`;

/** Replaces the whole text of the editor. */
async function write(text: string): Promise<void> {
  const { page } = seen;
  await page.getByRole('textbox', { name: 'Definition as YAML' }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

test('a mistake is marked at its line and on its step while one types, and the text outlives a reload', async () => {
  const { page } = seen;
  await page.goto('/campaigns');
  await page.getByRole('button', { name: 'New campaign' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Gold Spring');
  await page.getByRole('button', { name: 'Open its file' }).click();
  await write(TEXT.replace('template: spring', 'template: sprnig'));
  const problems = page.getByRole('list', { name: 'Problems' });
  await problems.getByText('activities.mail.template').waitFor();
  await problems.getByText('Did you mean “spring”?').waitFor();
  await page.getByRole('button', { name: /^mail .*1 problem/ }).waitFor();
  await page.locator('.cm-lint-marker-error').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await problems.getByText('Line 8').waitFor();
  await page.getByText('This text was typed before and is not saved yet.').waitFor();
});

test('a draft is saved with its comments, and a test run counts every arrow and sends nothing', async () => {
  const { page } = seen;
  await write(TEXT);
  await page.getByText('Nothing is wrong with this text.').waitFor();
  await page.keyboard.press('Control+s');
  await page.getByText('draft, version 1', { exact: true }).waitFor();
  const saved = (await seen.call('GET', '/api/definitions/campaign/gold-spring')) as { readonly text: string };
  expect(saved.text).toBe(TEXT);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByText('test: nothing is sent').waitFor();
  await page.getByRole('button', { name: '8 rest' }).waitFor();
  await page.getByRole('button', { name: '−2 held out' }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('an arrow opens its rows and its SQL, each person by name, and the address keeps it', async () => {
  const { page } = seen;
  await page.getByRole('button', { name: '10 people' }).click();
  await page.getByRole('link', { name: 'P1', exact: true }).waitFor();
  expect(await page.getByRole('table').getByRole('link').count()).toBe(10);
  await page.reload();
  await page.getByRole('link', { name: 'P1', exact: true }).waitFor();
  await page.getByRole('tab', { name: 'SQL' }).first().click();
  await page
    .getByText(/create .*table/i)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Close the rows' }).click();
});

test('nothing leaves before somebody confirms the sum, which names the reasons; then everybody is accounted for', async () => {
  const { page } = seen;
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByText('waits until you confirm its counts').waitFor();
  await page.getByRole('button', { name: 'Begin the live run' }).click();
  const card = page.getByRole('region', { name: 'Confirm mail' });
  await card.waitFor();
  const { excluded, held } = await counted();
  expect(excluded + held).toBe(8);
  await card.getByText(`8 = ${excluded} left out + ${held} ready`).waitFor();
  expect(await violations(page)).toEqual([]);
  await card.getByRole('button', { name: `Confirm ${held}` }).click();
  await page.getByRole('button', { name: new RegExp(`^mail ${held} sent`) }).waitFor();
  await page.getByText('completed', { exact: true }).first().waitFor();
});

/** What became of the eight who were not held out, by the API; chance decides which eight. */
async function counted(): Promise<{ readonly excluded: number; readonly held: number; readonly sent: number }> {
  const list = (await seen.call('GET', '/api/campaigns?state=waiting')) as { readonly items: readonly [Listed] };
  return list.items[0].account;
}
type Listed = { readonly account: { readonly excluded: number; readonly held: number; readonly sent: number } };

test('the log of a run says what happened, activity by activity, and the address keeps it', async () => {
  const { page } = seen;
  await page.getByRole('button', { name: 'Log', exact: true }).click();
  await page.getByRole('heading', { name: 'Log of the run' }).waitFor();
  const lines = page.getByRole('list', { name: 'Log' }).getByRole('listitem');
  await lines.first().waitFor();
  expect((await lines.allTextContents()).join(' ')).toContain('mail');
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await lines.first().waitFor();
  await page.getByRole('button', { name: 'Close the panel' }).click();
  await page.getByRole('heading', { name: 'Log of the run' }).waitFor({ state: 'detached' });
});

test('the keyboard alone walks the canvas, opens a step and reads what it is set to', async () => {
  const { page } = seen;
  await page.getByRole('button', { name: /^gold / }).focus();
  await page.keyboard.press('ArrowDown');
  // Asked from outside: the page's policy lets nobody evaluate a text inside.
  const focused = () => page.evaluate('document.activeElement?.dataset.step');
  await expect.poll(focused, { timeout: 8_000 }).toBe('lots');
  await page.keyboard.press('ArrowDown');
  await expect.poll(focused, { timeout: 8_000 }).toBe('mail');
  await page.keyboard.press('Enter');
  await page.getByText('Sends the template “spring”.').waitFor();
  await page.getByText('Waits until somebody confirms the counts.').waitFor();
  expect(new URL(page.url()).searchParams.get('step')).toBe('mail');
  expect(await violations(page)).toEqual([]);
});

test('the report adds up, and a reason leads to its people', async () => {
  const { page } = seen;
  await page.getByRole('link', { name: 'The whole report' }).click();
  await page.getByText('adds up to 8').waitFor();
  await page.getByRole('region', { name: 'From sent to clicked' }).waitFor();
  const everyone = page.getByRole('region', { name: 'Everyone' });
  await everyone.getByRole('row').nth(8).waitFor();
  const reasons = page.getByRole('region', { name: 'Left out, by reason' });
  const first = reasons.getByRole('link').first();
  const count = Number(await first.textContent());
  await first.click();
  await expect.poll(async () => (await everyone.getByRole('row').count()) - 1).toBe(count);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    everyone.getByRole('link', { name: 'CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^send-\d+-recipients\.csv$/);
  expect(await violations(page)).toEqual([]);
  await page.goto('/reports');
  await page.getByRole('link', { name: 'gold-spring · mail' }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('on a phone the same graph is a list, and nothing runs over the side', async () => {
  const { page } = seen;
  await page.setViewportSize({ width: 375, height: 700 });
  await page.goto('/campaigns/gold-spring');
  await page.getByRole('button', { name: '8 rest' }).waitFor();
  expect(await page.locator('.react-flow').count()).toBe(0);
  const [width, room] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
  expect(width).toBeLessThanOrEqual(room ?? 0);
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('whoever was slower learns it and loses nothing', async () => {
  const { page } = seen;
  await page.goto('/campaigns/gold-spring?view=file');
  await page.getByText('published, version 1', { exact: true }).waitFor();
  await write(`${TEXT}# mine\n`);
  await page.getByText('not saved', { exact: true }).waitFor();
  const theirs = {
    kind: 'campaign',
    key: 'gold-spring',
    name: 'Theirs',
    activities: { all: { type: 'build-audience' } },
  };
  await seen.call('PUT', '/api/definitions/campaign/gold-spring', theirs);
  await page.keyboard.press('Control+s');
  await page.getByText('Somebody else changed this while you were writing').waitFor();
  await page.getByText('# mine').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Go on with mine' }).click();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await page.getByText('unpublished changes, version 2').first().waitFor();
});

test('lists and heads say what is published, that it was changed since, and that it never ran', async () => {
  const { page, call } = seen;
  const activities = { all: { type: 'build-audience' } };
  await call('PUT', '/api/definitions/campaign/kept', { kind: 'campaign', key: 'kept', activities });
  await call('POST', '/api/definitions/campaign/kept/publish', {});
  const french = { kind: 'audience', key: 'french', rule: { trait: 'country', eq: 'FR' } };
  await call('PUT', '/api/definitions/audience/french', french);
  await call('POST', '/api/definitions/audience/french/publish', {});
  await call('PUT', '/api/definitions/audience/french', { ...french, name: 'In France' });
  const spring = { kind: 'template', key: 'spring', subject: 'Sooner', text: '{{ message.unsubscribe_url }}' };
  await call('PUT', '/api/definitions/template/spring', spring);
  const changed = 'unpublished changes, version 2';
  for (const [place, name, ...words] of [
    ['campaigns', 'kept', 'published, never run'],
    ['campaigns', 'gold-spring', 'completed', changed],
    ['audiences', 'french', 'live', changed],
    ['messages', 'spring', 'published, version 1', changed],
  ] as const) {
    await page.goto(`/${place}`);
    const row = page.getByRole('row', { name: new RegExp(name) });
    for (const word of words) await row.getByText(word, { exact: true }).waitFor();
    await page.goto(`/${place}/${name}`);
    for (const word of words) await page.getByText(word, { exact: true }).first().waitFor();
  }
  expect(await violations(page)).toEqual([]);
});

test('a viewer reads the counts, and neither changes anything nor sees who', async () => {
  const { page } = seen;
  const viewer = { name: 'Vi', email: 'vi@example.com', password: 'a long password', role: 'viewer' };
  await seen.call('POST', '/api/users', viewer);
  await seen.call('POST', '/api/auth/sign-in/email', viewer);
  await page.goto('/campaigns/gold-spring?run=2&arrow=gold.next');
  await page.getByText('Your role sees how many, not who.').waitFor();
  expect(await page.getByRole('button', { name: /^(Test|Publish|Run again)$/ }).count()).toBe(0);
  const rows = '/api/campaigns/gold-spring/runs/2/transitions/gold/next/rows';
  expect((await page.request.get(rows)).status()).toBe(403);
  expect((await page.request.get('/api/sends/1/recipients')).status()).toBe(403);
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
