// What a person may ask of a run, in a real browser: each command says what it does, and to how many, before it is given.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from '../../src/platform/sql/index.ts';
import { startCampaigns } from '../../src/services/campaigns/index.ts';
import { startDelivery } from '../../src/services/deliveries/index.ts';
import { fakeChannel } from '../deliveries/support.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

const gold = { type: 'build-audience', rule: { trait: 'tier', eq: 'gold' }, next: 'mail' };
const mail = { type: 'email', template: 'spring', channel: 'sandbox' };
const ASKS = { kind: 'campaign', key: 'asks', activities: { gold, mail: { ...mail, confirm: true } } };
const GOES = {
  kind: 'campaign',
  key: 'goes',
  activities: {
    gold,
    mail: { ...mail, next: 'later' },
    later: { type: 'wait', for: '1d', next: 'again' },
    again: { ...mail, label: 'Once more', confirm: true },
  },
};

let seen: SignedIn;
const workers: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  const { ctx, call } = seen;
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select i % 4, i, 'p' || i || '@example.com', '{"tier": "gold"}', now(), now() from generate_series(1, 6) i`);
  await ctx.db.execute(sql`
    insert into consent (bucket, profile_id, channel, topic, status, source, updated_at)
    select bucket, profile_id, 'email', '', 'granted', 'test', now() from profile`);
  const template = { kind: 'template', key: 'spring', subject: 'Spring', text: '{{ message.unsubscribe_url }}' };
  for (const definition of [template, ASKS, GOES]) {
    await call('PUT', `/api/definitions/${definition.kind}/${definition.key}`, definition);
  }
  await call('POST', '/api/definitions/template/spring/publish', {});
  workers.push(startCampaigns(ctx));
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await seen?.close();
});
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

/** Opens the dialog of a verb; nothing is asked of the run yet. */
async function ask(verb: string) {
  const { page } = seen;
  await page.getByRole('button', { name: verb, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  return dialog;
}

const badge = (state: string) =>
  seen.page.getByRole('banner').or(seen.page.locator('header')).getByText(state, { exact: true });

test('a run that stands still cannot be confirmed, and says so', async () => {
  const { page, call } = seen;
  await call('POST', '/api/campaigns/asks/publish', {});
  await page.goto('/campaigns/asks');
  const card = page.getByRole('region', { name: 'Confirm mail' });
  await card.getByRole('button', { name: 'Confirm 6' }).waitFor();
  const dialog = await ask('Pause…');
  await dialog.getByText('6 messages wait to be confirmed; that can be done once the run has resumed.').waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await badge('paused').waitFor();
  await card.getByText('The run stands still; it can be confirmed once it has resumed.').waitFor();
  expect(await card.getByRole('button', { name: 'Confirm 6' }).count()).toBe(0);
  const resume = await ask('Resume…');
  await resume.getByText('The run goes on where it stands.').waitFor();
  await resume.getByRole('button', { name: 'Resume' }).click();
  await card.getByRole('button', { name: 'Confirm 6' }).click();
  await page.getByRole('button', { name: /^mail 0 of 6 sent/ }).waitFor();
});

test('a send that was paused by itself or a person is let go from its report, all that it holds', async () => {
  const { page, call } = seen;
  const sends = (await call('GET', '/api/sends')) as { readonly items: readonly [{ readonly send_id: number }] };
  await call('POST', `/api/sends/${sends.items[0].send_id}/pause`);
  await page.goto('/');
  await page
    .getByRole('listitem')
    .filter({ hasText: '6 messages are held' })
    .getByRole('link', { name: 'Look' })
    .click();
  const open = page.getByRole('region', { name: 'Not settled' });
  await open.getByText('6 are held').waitFor();
  await open.getByText('The send is paused: Paused by a person.').waitFor();
  expect(await violations(page)).toEqual([]);
  await open.getByRole('link', { name: 'See them' }).click();
  const everyone = page.getByRole('region', { name: 'Everyone', exact: true });
  await expect.poll(() => everyone.getByRole('row').count()).toBe(7);
  await open.getByRole('button', { name: 'Let 6 go' }).click();
  await open.getByText('6 queued, 0 in flight').waitFor();
});

test('stopping a run says how many messages are not sent, and they are left out as stopped', async () => {
  const { page, call } = seen;
  await page.goto('/campaigns/asks');
  const dialog = await ask('Stop…');
  await dialog.getByText('The run ends for good.').waitFor();
  await dialog.getByText('6 messages that have not left are not sent; they count as left out.').waitFor();
  await dialog.getByText('Nothing of it has been sent.').waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Stop the run' }).click();
  await badge('stopped').waitFor();
  expect(await page.getByRole('button', { name: /^(Pause|Resume|Stop)…$/ }).count()).toBe(0);
  const run = (await call('GET', '/api/campaigns/asks')) as { readonly account: unknown };
  expect(run.account).toMatchObject({ targeted: 6, excluded: 6, sent: 0 });
});

test('pausing holds what has not left, and resuming lets exactly that go', async () => {
  const { page, call } = seen;
  await call('POST', '/api/campaigns/goes/publish', {});
  await page.goto('/campaigns/goes');
  await page.getByRole('button', { name: /^mail 0 of 6 sent/ }).waitFor();
  const dialog = await ask('Pause…');
  await dialog.getByText('6 messages that have not left are held until the run resumes.').waitFor();
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await badge('paused').waitFor();
  await page.getByRole('button', { name: /^mail 6 held, the run is paused/ }).waitFor();
  const resume = await ask('Resume…');
  await resume.getByText('6 messages that were held leave.').waitFor();
  await resume.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: /^mail 0 of 6 sent/ }).waitFor();
});

test('what may or may not have left is sent again on demand, once it is said to how many', async () => {
  const { page, ctx } = seen;
  const lost = new Set(['p1@example.com', 'p2@example.com']);
  // The answer about two is lost the first time.
  const channel = fakeChannel((to) =>
    lost.delete(to) ? { kind: 'unknown', detail: 'connection reset' } : { kind: 'sent', detail: 'ok' },
  );
  workers.push(startDelivery(ctx, { openChannel: () => channel }));
  await page.goto('/');
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Decide about 2 uncertain messages' })
    .getByRole('link', { name: 'Decide' })
    .click();
  const open = page.getByRole('region', { name: 'Not settled' });
  await open.getByText('2 may or may not have left').waitFor();
  await open.getByText('Sending again could reach a person twice').waitFor();
  expect(await violations(page)).toEqual([]);
  await open.getByRole('button', { name: 'Send 2 again' }).click();
  await open.getByText('Nothing waits, nothing failed.').waitFor();
  expect(channel.sent.map(({ to }) => to).sort()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `p${n}@example.com`));
});

test('what has been sent cannot be run again; what lies behind it can, and it is said what that is', async () => {
  const { page } = seen;
  await page.goto('/campaigns/goes?step=gold');
  await page.getByRole('button', { name: /^later waits until/ }).waitFor();
  const refused = await ask('Restart from here…');
  await refused.getByText('“mail” has sent 6 messages, which cannot be taken back.').waitFor();
  expect(await refused.getByRole('button', { name: 'Restart' }).isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^later waits until/ }).click();
  const dialog = await ask('Restart from here…');
  await dialog.getByText('So is the activity behind it: Once more.').waitFor();
  await dialog.getByText('Once more waits until you confirm its counts').waitFor();
  await dialog.getByRole('button', { name: 'Restart' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Log' }).click();
  // It waits a whole day again.
  await expect.poll(() => page.getByText(/^Waits until/).count()).toBe(2);
});

test('no page threw', () => {
  expect(seen.mistakes).toEqual([]);
});
