// What a person may ask of a journey, in a real browser: each command says what it does, and to how many, before it is given.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ProfileInput } from '../../src/core/profiles/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { createIngest, receiveEvents } from '../../src/services/ingest/index.ts';
import { upsertProfiles } from '../../src/services/profiles/index.ts';
import { publish, settle, TEMPLATE } from '../journeys/service.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

const WELCOME = {
  kind: 'journey',
  key: 'welcome',
  name: 'Welcome',
  entry: { event: 'Signed Up' },
  start: 'waits',
  steps: {
    waits: {
      type: 'wait-for',
      event: 'Looked Around',
      timeout: '9d',
      then: { happened: 'hello', 'timed-out': 'end' },
    },
    hello: { type: 'email', template: 'hello', channel: 'sandbox', next: 'rests' },
    rests: { type: 'wait', for: '9d' },
  },
};
const GOLD = { kind: 'audience', key: 'gold', name: 'Gold', rule: { trait: 'tier', eq: 'gold' } };

let seen: SignedIn;
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  const { ctx } = seen;
  await publish(ctx, TEMPLATE, GOLD, WELCOME);
  const people = ['maya', 'omar', 'lina', 'noor'].map((name, index) =>
    ProfileInput.parse({
      identities: { user_id: name },
      columns: { email: `${name}@example.com` },
      traits: { tier: index === 0 ? 'gold' : 'none' },
      consents: [{ channel: 'email', status: 'granted' }],
    }),
  );
  await ctx.db.transaction((tx) => upsertProfiles(tx, people, { now: ctx.clock.now(), source: 'form' }));
  await drain(ctx);
  await happen('Signed Up', 'maya', 'omar', 'lina', 'noor');
});
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

async function happen(event: string, ...names: string[]): Promise<void> {
  const { ctx } = seen;
  const raws = names.map((userId) => ({ type: 'track', event, userId, messageId: `${event} ${userId}` }));
  await receiveEvents(ctx, createIngest(ctx), { inlet: 'event', raws, source: 'shop' });
  await drain(ctx);
}

test('a pause holds whoever comes to a step that sends', async () => {
  const { page } = seen;
  await page.goto('/journeys/welcome');
  await page.getByRole('button', { name: 'Pause…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('4 people are inside. Nobody enters, nothing leaves; waits go on.').waitFor();
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('paused, version 1').waitFor();
  await happen('Looked Around', 'maya', 'omar');
  await page.goto('/journeys/welcome?step=hello');
  await page.getByRole('button', { name: /^Hello.*2 2 here now/ }).waitFor();
  await page.getByText('2 people are held here until the journey resumes; nothing was written yet.').waitFor();
});

test('resuming counts who goes on and who leaves, as the choice changes, and then does that', async () => {
  const { page } = seen;
  await page.getByRole('button', { name: 'Resume…' }).click();
  const dialog = page.getByRole('dialog');
  const counted = dialog.getByRole('status');
  await counted.getByText('2 people who were held go on.').waitFor();
  await dialog.getByLabel('Only who is still in').click();
  await page.getByRole('option', { name: 'Gold' }).click();
  await counted.getByText('1 person who was held goes on. 1 person leaves.').waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('live, version 1').waitFor();
  await settle(seen.ctx);
  await page.getByRole('button', { name: /^Rests.*1 1 here now/ }).waitFor();
});

test('closing lets nobody in any more and keeps those who are inside', async () => {
  const { page, call } = seen;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Close…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Nobody enters any more. The 3 people inside go on to the end.').waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await page.getByText('closed, version 1').waitFor();
  await happen('Signed Up', 'zoe');
  const journey = (await call('GET', '/api/journeys/welcome?version=1')) as { readonly entered: number };
  expect(journey.entered).toBe(4);
});

test('stopping says how many leave at once, and then they have', async () => {
  const { page } = seen;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Stop…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('3 people are inside and leave at once.').waitFor();
  await dialog.getByLabel('Why').fill('Replaced by a better one');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Stop for 3' }).click();
  await page.getByText('stopped, version 1').waitFor();
  await page.getByText('Replaced by a better one').waitFor();
  await settle(seen.ctx);
  const sum = page.getByRole('region', { name: 'All who entered' });
  await expect
    .poll(async () => (await sum.getByRole('definition').allInnerTexts()).map(Number))
    .toEqual([4, 0, 1, 3, 0]);
  expect(await page.getByRole('button', { name: 'More' }).count()).toBe(0);
});

test('what was stopped is published again, as a version of its own', async () => {
  const { page } = seen;
  await page.getByRole('button', { name: 'Publish again…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Publish version 2' });
  await dialog.getByText('From now on people enter version 2.').waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByText('live, version 2').waitFor();
  expect(await page.getByRole('button', { name: 'Publish again…' }).count()).toBe(0);
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
