// Variants in a real browser: what each did, when no difference can be told, a goal, and making one the winner.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureMonthPartitions, sql } from '../../src/platform/sql/index.ts';
import { advanceCampaigns } from '../../src/services/campaigns/index.ts';
import { drain } from '../../src/services/engine/index.ts';
import { enterJourney } from '../../src/services/journeys/index.ts';
import { makePeople, publish, TEMPLATE } from '../journeys/service.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

const mail = { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none' };
let seen: SignedIn;
let run: number;
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  const { ctx, call } = seen;
  await makePeople(ctx, 30);
  await publish(ctx, TEMPLATE, {
    kind: 'journey',
    key: 'welcome',
    entry: { api: true, reentry: false },
    start: 'test',
    steps: {
      test: { type: 'experiment', then: { warm: { share: '50%', next: 'one' }, brisk: { share: '50%', next: 'two' } } },
      one: mail,
      two: mail,
    },
  });
  await call('PUT', '/api/definitions/campaign/spring', {
    kind: 'campaign',
    key: 'spring',
    activities: {
      all: { type: 'build-audience', next: 'lots' },
      lots: { type: 'split', holdout: 10, then: { red: { limit: 10, next: 'mail-red' }, blue: { next: 'mail-blue' } } },
      'mail-red': { ...mail, confirm: true },
      'mail-blue': { ...mail, confirm: true },
    },
  });
  const published = (await call('POST', '/api/campaigns/spring/publish')) as { readonly run_id: number };
  run = published.run_id;
  await advanceCampaigns(ctx);
  const people = Array.from({ length: 30 }, (_, i) => ({ namespace: 'customer_id', value: `p${i + 1}` }));
  await enterJourney(ctx, { key: 'welcome', people });
  await drain(ctx);
  await count({
    'mail-red': {
      sent: 1_000,
      'failed mailbox_unknown': 12,
      'uncertain worker_lost': 3,
      'opened human': 100,
      'opened machine': 300,
      'clicked human': 20,
    },
    'mail-blue': { sent: 1_000, 'opened human': 150, 'clicked human': 22 },
    one: { sent: 500, 'opened human': 100 },
    two: { sent: 500, 'opened human': 200 },
  });
  const soon = new Date(Date.now() + 60_000);
  await ensureMonthPartitions(ctx.db, 'event', [soon.getTime()]);
  await ctx.db.execute(sql`
    insert into event (bucket, profile_id, occurred_at, name, source, received_at)
    select bucket, profile_id, ${soon}, 'Order Completed', 'test', now() from profile order by profile_id limit 12`);
});
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

async function count(sends: Readonly<Record<string, Readonly<Record<string, number>>>>): Promise<void> {
  const rows = Object.entries(sends).flatMap(([activity, counters]) =>
    Object.entries(counters).map(([counter, value]) => {
      const [name, reason = ''] = counter.split(' ');
      return { activity, name, reason, value };
    }),
  );
  await seen.ctx.db.execute(sql`
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, 99, r ->> 'name', r ->> 'reason', (r ->> 'value')::bigint
    from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) r join send on send.activity = r ->> 'activity'`);
}

test('the report of a run says what each variant did, and when no difference can be told', async () => {
  const { page } = seen;
  await page.goto(`/reports/spring/${run}`);
  const table = page.getByRole('table', { name: 'lots' });
  const blue = table.getByRole('row', { name: /^blue/ });
  await blue.getByText('15%').waitFor();
  await blue.getByText('+5 points, more than red').waitFor();
  await blue.getByText('no difference can be told yet').first().waitFor();
  await table.getByText('+ 300 machines, not counted').waitFor();
  await table
    .getByRole('row', { name: /^held out/ })
    .getByText('no email of its own')
    .waitFor();
  expect(await violations(page)).toEqual([]);
});

test('the funnel begins with what was tried, and says why some of it was not accepted', async () => {
  const funnel = seen.page.getByRole('region', { name: 'From sent to clicked' });
  const stage = (name: string) => funnel.getByRole('listitem').filter({ hasText: name }).first();
  await stage('Tried').getByText('1,015').waitFor();
  await stage('Accepted').getByText('98.5% of tried').waitFor();
  await stage('Opened').getByText('10% of accepted').waitFor();
  const refused = funnel.getByRole('listitem').filter({ hasText: 'No such mailbox' });
  expect(new URL(String(await refused.getByRole('link').getAttribute('href')), seen.page.url()).search).toContain(
    'state=failed',
  );
  await funnel.getByRole('listitem').filter({ hasText: 'worker lost' }).getByRole('link', { name: '3' }).waitFor();
});

test('a goal is counted when somebody names it, against those held out, and the address keeps it', async () => {
  const { page } = seen;
  await page.getByRole('combobox', { name: 'Goal: an event' }).fill('Order Completed');
  await page.getByRole('button', { name: 'Count', exact: true }).click();
  const table = page.getByRole('table', { name: 'lots' });
  const held = table.getByRole('row', { name: /^held out/ });
  await held.getByText(/of 10$/).waitFor();
  await held.getByText('control', { exact: true }).waitFor();
  await page.getByText('The goal can still be reached until').waitFor();
  expect(new URL(page.url()).searchParams.get('goal')).toBe('Order Completed');
  await page.reload();
  await held.getByText(/of 10$/).waitFor();
  expect(await violations(page)).toEqual([]);
});

test('an experiment shows its variants, and one becomes the winner until it is undone', async () => {
  const { page, call } = seen;
  await page.goto('/journeys/welcome?tab=report');
  const table = page.getByRole('table', { name: 'test' });
  const brisk = table.getByRole('row', { name: /^brisk/ });
  await brisk.getByText('+20 points, more than warm').waitFor();
  expect(await violations(page)).toEqual([]);
  await brisk.getByRole('button', { name: 'Make it the winner' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('takes “brisk”').waitFor();
  await dialog.getByRole('button', { name: 'Make it the winner' }).click();
  await brisk.getByText('winner', { exact: true }).waitFor();
  expect(await call('GET', '/api/journeys/welcome')).toMatchObject({ winners: { test: 'brisk' } });
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Deal by lot again' }).click();
  await dialog.getByRole('button', { name: 'Deal by lot again' }).click();
  await brisk.getByRole('button', { name: 'Make it the winner' }).waitFor();
  expect(await call('GET', '/api/journeys/welcome')).toMatchObject({ winners: {} });
  expect(seen.mistakes).toEqual([]);
});
