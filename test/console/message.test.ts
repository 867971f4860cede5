// Messages in a real browser: previewed as a person gets them, harmless whatever they hold, and read in the sandbox mailbox.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSandboxChannel } from '../../src/channels/sandbox/index.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import { emailTo } from '../channels/conformance.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

const HOSTILE = `<h1>Dear {{ profile.first_name }}</h1>
<img src="x" onerror="parent.document.title = 'taken'">
<script>parent.document.title = 'taken'; parent.postMessage('taken', '*')</script>
<a href="https://shop.example/new">New</a> <a href="{{ message.unsubscribe_url }}">Leave</a>`;

let seen: SignedIn;
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  const person = (name: string) => ({
    identities: { email: `${name}@example.com` },
    columns: { email: `${name}@example.com` },
    traits: { first_name: name },
    consents: [],
  });
  const { ctx } = seen;
  await ctx.db.transaction((tx) =>
    upsertProfiles(tx, [person('ava'), person('leo')], { now: ctx.clock.now(), source: 'test' }),
  );
  const template = { kind: 'template', key: 'hostile', subject: 'For {{ profile.first_name }}', html: HOSTILE };
  await seen.call('PUT', '/api/definitions/template/hostile', template);
  await createSandboxChannel(ctx).send(emailTo('maya@example.com'));
});
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

test('a template with hostile HTML and script is previewed as a chosen person gets it, and can do nothing', async () => {
  const { page } = seen;
  await page.goto('/messages');
  await page.getByRole('link', { name: 'hostile' }).click();
  const frame = page.frameLocator('iframe');
  await frame.getByRole('heading', { name: /^Dear / }).waitFor();
  const person = page.getByRole('combobox', { name: 'As' });
  await person.fill('leo');
  await page.getByRole('option', { name: /leo/ }).click();
  await frame.getByRole('heading', { name: 'Dear leo' }).waitFor();
  await page.getByText('For leo').waitFor();
  expect(await page.title()).toBe('hostile · Carillon');
  expect(await page.locator('iframe').getAttribute('sandbox')).not.toMatch(/allow-(scripts|same-origin)/);
  await page.getByText('1 picture has no text').waitFor();
  await page.getByText('A way to unsubscribe').waitFor();
  for (const face of ['Dark', 'Text', 'Source']) await page.getByText(face, { exact: true }).click();
  await page.getByText('Subject: For leo').waitFor();
  expect(await violations(page)).toEqual([]);
});

test('a proof lands in the sandbox mailbox, which is searched by the beginning of an address', async () => {
  const { page } = seen;
  await page.getByRole('textbox', { name: 'To' }).fill('tester@example.com');
  await page.getByRole('button', { name: 'Send a proof' }).click();
  await page.getByText('Sent to tester@example.com').waitFor();
  await page.getByRole('link', { name: 'Read it in the sandbox mailbox' }).click();
  await page.getByRole('button', { name: /maya@example.com/ }).waitFor();
  await page.getByLabel('Recipient').fill('TEST');
  await page.getByRole('button', { name: /tester@example.com/ }).click();
  await expect.poll(() => page.getByRole('button', { name: /maya@example.com/ }).count()).toBe(0);
  await page.getByText('Text', { exact: true }).click();
  await page.locator('pre').getByText('DEAR LEO').or(page.locator('pre').getByText('Dear leo')).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
