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

test('while a text is typed its message follows, as the chosen person gets it, and does as little as a saved one', async () => {
  const { page } = seen;
  await page.getByText('File', { exact: true }).click();
  await page.getByText('Phone', { exact: true }).click();
  const frame = page.frameLocator('iframe:not([data-coming=true])');
  await frame.getByRole('heading', { name: 'Dear leo' }).waitFor();
  const text = page.getByRole('textbox', { name: 'Definition as YAML' });
  const write = async (written: string) => {
    await text.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(written);
  };
  await write(
    `subject: Soon, {{ profile.first_name }}\nhtml: |\n  <h1>Not saved, {{ profile.first_name }}</h1>\n  <script>parent.document.title = 'taken'</script>\n`,
  );
  await frame.getByRole('heading', { name: 'Not saved, leo' }).waitFor();
  await page.getByText('Soon, leo', { exact: true }).waitFor();
  await page.getByText('No way to unsubscribe').waitFor();
  const person = page.getByRole('combobox', { name: 'As' });
  await person.fill('ava');
  await page.getByRole('option', { name: /ava/ }).click();
  await frame.getByRole('heading', { name: 'Not saved, ava' }).waitFor();
  expect(await page.title()).toBe('hostile · Carillon');
  expect(await page.locator('iframe').first().getAttribute('sandbox')).not.toMatch(/allow-(scripts|same-origin)/);
  expect(await violations(page)).toEqual([]);
  await write('subject: Soon\nhtml: "{% if %}"\n');
  await page.getByText('No message can be made of this text').waitFor();
  await frame.getByRole('heading', { name: 'Not saved, ava' }).waitFor();
  await page.getByText('Text', { exact: true }).click();
  await page.getByText('NOT SAVED, AVA').or(page.getByText('Not saved, ava')).first().waitFor();
  const saved = (await seen.call('GET', '/api/definitions/template/hostile')) as { readonly version: number };
  expect(saved.version).toBe(1);
  // The frame's pages are no steps of the way back.
  await page.goBack();
  await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
});

test('while the end of a long text is typed, what changes stays in view; what changes nothing moves nothing', async () => {
  const { page } = seen;
  const long = (subject: string, last: string) =>
    `subject: ${subject}\nhtml: |\n${'  <p>A line of a long message.</p>\n'.repeat(80)}  <h2>${last}</h2>\n`;
  const text = page.getByRole('textbox', { name: 'Definition as YAML' });
  const write = async (written: string) => {
    await text.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(written);
  };
  await page.goto('/messages/hostile');
  await page.getByText('File', { exact: true }).click();
  const frame = page.frameLocator('iframe:not([data-coming=true])');
  /** How far below the upper edge of the frame the last line stands. */
  const depth = async (last: string) => {
    const [line, around] = await Promise.all([
      frame.getByRole('heading', { name: last }).boundingBox(),
      page.locator('iframe:not([data-coming=true])').boundingBox(),
    ]);
    return line && around ? line.y - around.y : Number.POSITIVE_INFINITY;
  };
  await write(long('One', 'first end'));
  await frame.getByRole('heading', { name: 'first end' }).waitFor();
  await write(long('One', 'second end'));
  await expect.poll(() => depth('second end')).toBeLessThan(640);
  const before = await depth('second end');
  await write(long('Two', 'second end'));
  await page.getByText('Two', { exact: true }).waitFor();
  expect(await depth('second end')).toBe(before);
  await page.goto('/messages/hostile');
});

test('a new message is seen while it is written, and stays beside its text when it is saved', async () => {
  const { page } = seen;
  await page.goto('/messages');
  await page.getByRole('button', { name: 'New message' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Fresh news');
  await page.getByRole('button', { name: 'Write it' }).click();
  const frame = page.frameLocator('iframe:not([data-coming=true])');
  await frame.getByText('Write here.').waitFor();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await page.getByText('draft, version 1').first().waitFor();
  await page.getByRole('textbox', { name: 'Definition as YAML' }).waitFor();
  await frame.getByText('Write here.').waitFor();
  await page.goto('/messages/hostile');
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
