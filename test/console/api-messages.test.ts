// Messages by API in a real browser: from the reports to a template, to somebody's message and everything that happened to it.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MessageRequest } from '../../src/core/messages/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { acceptMessages, cancelMessage } from '../../src/services/messages/index.ts';
import { makePeople, publish, TEMPLATE } from '../journeys/service.ts';
import { openConsole, type SignedIn, UNSEEN } from './signed-in.ts';
import { violations } from './violations.ts';

let seen: SignedIn;
beforeAll(async () => {
  if (UNSEEN) return;
  seen = await openConsole();
  const { ctx } = seen;
  await makePeople(ctx, 4);
  const receipt = { kind: 'template', key: 'receipt', transactional: true, subject: 'Thanks', text: 'Thank you' };
  await publish(ctx, TEMPLATE, receipt);
  const send = async (template: string, category: string, ...people: number[]) => {
    const to = people.map((n) => ({ identity: { namespace: 'customer_id', value: `p${n}` } }));
    const request = MessageRequest.parse({ template, category, to, channel: 'sandbox' });
    return (await acceptMessages(ctx, request, undefined)).messages.map(({ id }) => id);
  };
  await send('hello', 'marketing', 4);
  const [, , last] = await send('receipt', 'transactional', 1, 2, 3);
  await cancelMessage(ctx, String(last));
  // The first has gone out and was read.
  await ctx.db.execute(sql`
    with gone as (delete from outbox where address = 'p1@example.com' returning *),
    logged as (
      insert into message (bucket, message_id, created_at, send_id, profile_id, address, state, attempts, settled_at)
      select bucket, message_id, queued_at, send_id, profile_id, address, 'sent', 2, queued_at + interval '1 second' from gone
    ), read as (
      insert into reaction (bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times)
      select bucket, message_id, 'opened', machine, send_id, profile_id, queued_at + interval '1 minute', queued_at + interval '1 hour', 3
      from gone, unnest(array[true, false]) machine
    )
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, 99, name, reason, value from gone,
      (values ('queued', '', -1), ('sent', '', 1), ('opened', 'human', 1), ('opened', 'machine', 1)) change (name, reason, value)`);
});
afterAll(() => seen?.close());
beforeEach((context) => {
  if (UNSEEN) context.skip(UNSEEN);
});

test('the list of reports leads to them, template by template', async () => {
  const { page } = seen;
  await page.goto('/reports');
  await page.getByRole('table').getByRole('link', { name: 'Messages by API' }).first().click();
  await page.getByRole('heading', { name: 'Messages by API' }).waitFor();
  const templates = page.getByRole('table', { name: 'By template' });
  await templates
    .getByRole('row', { name: /receipt/ })
    .getByText('1 · 100%')
    .waitFor();
  await templates.getByRole('row', { name: /hello/ }).getByText('marketing').waitFor();
  const every = page.getByRole('table', { name: 'Every message' });
  await every
    .getByRole('row', { name: /p3@example\.com/ })
    .getByText('Cancelled')
    .waitFor();
  expect(await every.getByRole('row').count()).toBe(4);
  expect(await violations(page)).toEqual([]);
});

test('somebody is found by the beginning of their address, and their message tells everything that happened to it', async () => {
  const { page } = seen;
  await page.getByRole('button', { name: 'receipt', exact: true }).last().click();
  await page.getByRole('searchbox', { name: 'Of whom' }).fill('p1@');
  const every = page.getByRole('table', { name: 'Every message' });
  await expect.poll(() => every.getByRole('row').count()).toBe(2);
  await every.getByRole('button', { name: 'p1@example.com' }).click();
  const drawer = page.getByRole('dialog', { name: 'One message' });
  await drawer.getByText('Opened by a machine').waitFor();
  expect(
    await drawer.getByText(/^(Asked for|Accepted by the provider|Opened|Opened by a machine)$/).allTextContents(),
  ).toEqual(['Asked for', 'Accepted by the provider', 'Opened', 'Opened by a machine']);
  await drawer.getByText('2 attempts').waitFor();
  await page.reload();
  await drawer.getByText('Accepted by the provider').waitFor();
  expect(await violations(page)).toEqual([]);
  expect(seen.mistakes).toEqual([]);
});
