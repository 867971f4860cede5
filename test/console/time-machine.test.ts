// What is typed and not saved, tried in a real browser: journeys on their canvas, audiences beside their rule, what others answer.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { createIngest, receiveEvents } from '../../src/services/ingest/index.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import { publish, TEMPLATE } from '../journeys/service.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

const CART = {
  kind: 'journey',
  key: 'cart',
  entry: { event: 'Cart Updated' },
  start: 'reminder',
  steps: { reminder: { type: 'email', template: 'hello', channel: 'sandbox' } },
};
const SCORED = `kind: journey
key: cart
entry: { event: Cart Updated }
start: score
steps:
  score: { type: http, url: 'https://scores.example.com/{{ profile.id }}', method: GET, next: product }
  product: { type: lookup, table: products, key: { sku: s1 }, next: high, else: end }
  high:
    type: condition
    then: { yes: { when: { results.score.body.score: { gte: 5 } }, next: reminder } }
    else: end
  reminder: { type: email, template: hello, channel: sandbox }
`;
const PEOPLE = ['maya', 'omar', 'lina'];

let seen: SignedIn;
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  const { ctx } = seen;
  const products = { kind: 'table', key: 'products', columns: { sku: 'text' }, primary_key: ['sku'] };
  const shoppers = { kind: 'audience', key: 'shoppers', rule: { event: 'Cart Updated', count: { gte: 5 } } };
  await publish(ctx, TEMPLATE, products, CART, shoppers);
  const people = PEOPLE.map((name) =>
    ProfileInput.parse({
      identities: { user_id: name },
      columns: { email: `${name}@example.com` },
      consents: [{ channel: 'email', status: 'granted' }],
    }),
  );
  await ctx.db.transaction((tx) => upsertProfiles(tx, people, { now: ctx.clock.now(), source: 'form' }));
  await drain(ctx);
  const raws = PEOPLE.map((userId) => ({ type: 'track', event: 'Cart Updated', userId, messageId: userId }));
  await receiveEvents(ctx, createIngest(ctx), { inlet: 'event', raws, source: 'shop' });
  await drain(ctx);
});
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

const machine = () => seen.page.getByRole('region', { name: 'Time machine' });
const SOON = { timeout: 20_000 };
const figures = () => machine().getByRole('definition').allInnerTexts();

async function type(label: string, text: string) {
  const field = seen.page.getByRole('textbox', { name: label });
  await field.click();
  await field.press('ControlOrMeta+a');
  await seen.page.keyboard.insertText(text);
}

test('an unsaved text is tried beside its editor, on the canvas, and saves and sends nothing', async () => {
  const { page, ctx } = seen;
  await page.goto('/journeys/cart?tab=file');
  await type('Definition as YAML', SCORED);
  await page.getByText('Nothing is wrong with this text.').waitFor();
  await page.getByRole('button', { name: 'Try it' }).click();
  await machine().getByText('What is typed, on').waitFor();
  // Nobody has said what the other system answers: nobody scores.
  await expect.poll(figures, SOON).toEqual(['3', '0', '0', '0', '3']);
  await page.getByRole('button', { name: /^score.*3/i }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await ctx.db.query(sql`select from definition where kind = 'journey'`)).toHaveLength(1);
  expect(await ctx.db.query(sql`select from journey_instance where version > 1`)).toEqual([]);
});

test('what others answer and which rows there are is typed, and what is wrong with it is said at its line', async () => {
  const { page } = seen;
  const dialog = page.getByRole('dialog', { name: 'Answers and rows' });
  await machine().getByRole('button', { name: 'Answers and rows…' }).click();
  await type('Answers of other systems', 'https://scores.example.com:\n  body: { score: 7 }\n  stauts: 200\n');
  await dialog.getByRole('tab', { name: 'Rows of products' }).click();
  await type('Rows of products', 'sku\ns1\n');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Play' }).click();
  await machine()
    .getByText(/Unknown key "stauts"/)
    .waitFor();
  await machine().getByRole('button', { name: 'Answers and rows…' }).click();
  await dialog.getByText(/Line 3 Unknown key "stauts"/).waitFor();
  expect(await violations(page)).toEqual([]);
  await type('Answers of other systems', 'https://scores.example.com: { body: { score: 7 } }\n');
  await dialog.getByRole('button', { name: 'Play' }).click();
  await expect.poll(figures, SOON).toEqual(['3', '3', '0', '0', '3']);
});

test('what is typed is compared with what is published, and the other way round, and outlives a reload', async () => {
  const { page } = seen;
  await page.reload();
  await expect.poll(figures, SOON).toEqual(['3', '3', '0', '0', '3']);
  await machine().getByRole('combobox', { name: 'Compare with' }).click();
  await page.getByRole('option', { name: 'Version 1, live' }).click();
  await expect.poll(async () => (await figures())[1], SOON).toMatch(/3\s*0/);
  await page.getByRole('tab', { name: 'Canvas' }).click();
  await machine().getByText('Version 1, on').waitFor();
  await machine().getByRole('combobox', { name: 'Compare with' }).click();
  await page.getByRole('option', { name: 'What is typed' }).click();
  await expect.poll(async () => (await figures())[0], SOON).toMatch(/3\s*0/);
  expect(await violations(page)).toEqual([]);
});

test('a text that goes on being typed is played again when one asks for it', async () => {
  const { page } = seen;
  await page.goto('/journeys/cart?tab=file&machine=7d');
  await expect.poll(figures, SOON).toEqual(['3', '3', '0', '0', '3']);
  await type('Definition as YAML', SCORED.replace('gte: 5', 'gte: 50'));
  await page.getByText('The text has changed since it was played.').waitFor();
  await page.getByRole('button', { name: 'Play it again' }).click();
  await expect.poll(figures, SOON).toEqual(['3', '0', '0', '0', '3']);
});

test('who would have come and gone is said of a rule that is being typed', async () => {
  const { page } = seen;
  await page.goto('/audiences/shoppers?view=file');
  await type('Definition as YAML', 'kind: audience\nkey: shoppers\nrule: { event: Cart Updated, within: 30d }\n');
  const trial = page.getByRole('region', { name: 'Who would have come and gone' });
  await trial.getByRole('button', { name: 'Try it' }).click();
  await expect.poll(() => trial.getByRole('definition').allInnerTexts(), SOON).toEqual(['3', '0', '3']);
  await trial.getByRole('img', { name: 'Who came and went, day by day' }).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('every language has words for it, and nothing runs over the side of a phone', async () => {
  const { page } = seen;
  const tries = { fr: 'Essayer', es: 'Probar', pt: 'Experimentar', en: 'Try it' } as const;
  for (const [language, word] of Object.entries(tries)) {
    await page.evaluate(`localStorage.setItem('carillon-language', '${language}')`);
    await page.goto('/audiences/shoppers?view=file');
    await page.getByRole('button', { name: word }).waitFor();
  }
  await page.setViewportSize({ width: 375, height: 700 });
  for (const path of ['/journeys/cart?tab=file&machine=7d', '/audiences/shoppers?view=file']) {
    await page.goto(path);
    await page.getByRole('textbox', { name: 'Definition as YAML' }).waitFor();
    const [width, shown] = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
    expect(width, path).toBeLessThanOrEqual(shown ?? 0);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
