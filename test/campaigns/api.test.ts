import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { advanceCampaigns } from '../../src/services/campaigns/index.ts';
import { applyDefinitions, plainDocument, publishDefinition } from '../../src/services/definitions/index.ts';
import { createKey } from '../../src/services/keys/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { addPeople, declareShop } from './shop.ts';

let ctx: TestContext;
let server: ReturnType<typeof createServer>;
let authorization: string;
beforeAll(async () => {
  ctx = await createTestContext();
  await declareShop(ctx);
  await addPeople(
    ctx,
    Array.from({ length: 30 }, (_, n) => ({ name: `p${n}`, n, email: n === 0 ? null : `p${n % 25}@a.org` })),
  );
  const documents = [
    { kind: 'template', key: 'hello', subject: 'Hello', text: 'Hello {{ row.n }} {{ message.unsubscribe_url }}' },
    {
      kind: 'campaign',
      key: 'spring',
      name: 'Spring',
      activities: {
        all: { type: 'build-audience', columns: ['n'], next: 'once' },
        once: { type: 'deduplicate', by: ['email'], next: 'mail', complement: 'end' },
        mail: { type: 'email', template: 'hello', channel: 'sandbox', consent: 'none', confirm: true, next: 'keep' },
        keep: { type: 'save-audience', audience: 'told' },
      },
    },
  ].map(plainDocument);
  await applyDefinitions(ctx, { documents: documents.slice(0, 1), publish: true, dryRun: false });
  await applyDefinitions(ctx, { documents: documents.slice(1), publish: false, dryRun: false });
  const { secret } = await createKey(ctx, { name: 'test', scopes: ['campaigns:*', 'profiles:read'] });
  authorization = `Bearer ${secret}`;
  server = createServer(ctx);
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

async function call(method: 'GET' | 'POST', url: string, payload?: object) {
  const reply = await server.inject({ method, url, headers: { authorization }, ...(payload ? { payload } : {}) });
  const json = reply.headers['content-type']?.toString().includes('json') ?? false;
  return { status: reply.statusCode, body: json ? reply.json() : reply.body };
}

test('a campaign is validated, tested, published, confirmed and read by the API', async () => {
  expect(await call('POST', '/api/campaigns/spring/validate')).toMatchObject({
    status: 200,
    body: { valid: true, problems: [] },
  });
  const { body: tested } = await call('POST', '/api/campaigns/spring/test');
  await advanceCampaigns(ctx);
  const { body: shown } = await call('GET', `/api/campaigns/spring/runs/${tested.run_id}`);
  expect(shown).toMatchObject({ mode: 'test', state: 'completed', sends: [] });

  const { status, body: published } = await call('POST', '/api/campaigns/spring/publish');
  expect(status).toBe(201);
  await advanceCampaigns(ctx);
  const path = `/api/campaigns/spring/runs/${published.run_id}`;
  const { body: run } = await call('GET', path);
  expect(run).toMatchObject({ state: 'waiting', name: 'Spring' });
  const counts = Object.fromEntries(
    run.activities.flatMap((it: { activity: string; outlets: { outlet: string; row_count: number }[] }) =>
      it.outlets.map((outlet) => [`${it.activity}.${outlet.outlet}`, outlet.row_count]),
    ),
  );
  // p0 has no address and is nobody's duplicate; p25 to p29 share the addresses of p0's shifted number and p1 to p4.
  expect(counts).toEqual({ 'all.next': 30, 'once.next': 26, 'once.complement': 4, 'mail.next': 26 });
  const [send] = run.sends;
  expect(send.summary).toMatchObject({ targeted: 26, excluded: 1, queued: 25, excluded_by: { no_address: 1 } });
  const parts = ['excluded', 'queued', 'sending', 'sent', 'failed', 'uncertain'];
  expect(parts.reduce((sum, part) => sum + send.summary[part], 0)).toBe(send.summary.targeted);

  const recipients = await call('GET', `${path}/sends/${send.send_id}/recipients?state=excluded`);
  expect(recipients.body.items).toMatchObject([{ state: 'excluded', reason: 'no_address' }]);
  expect((await call('GET', `${path}/sends/999/recipients`)).status).toBe(404);
  expect(await call('POST', `${path}/confirm`, {})).toMatchObject({ status: 200, body: { confirmed: ['mail'] } });
  expect(await call('POST', `${path}/restart`, { from: 'nobody' })).toMatchObject({ status: 422 });
});

test('rows of an arrow are paged and exported', async () => {
  const { body: list } = await call('GET', '/api/campaigns/spring/runs');
  const path = `/api/campaigns/spring/runs/${list.items[0].run_id}/transitions/once/next`;
  const { body: first } = await call('GET', `${path}/rows?limit=20`);
  const { body: second } = await call('GET', `${path}/rows?limit=20&after=${first.next}`);
  expect([first.items.length, second.items.length, second.next, first.row_count]).toEqual([20, 6, null, 26]);
  expect(first.columns.map((column: { name: string }) => column.name)).toEqual(['bucket', 'profile_id', 'n']);
  const { body: csv } = await call('GET', `${path}/export?format=csv`);
  expect(String(csv).split('\r\n').slice(0, 1)).toEqual(['bucket,profile_id,n']);
  expect(String(csv).trim().split('\r\n')).toHaveLength(27);
  expect((await call('GET', `${path}/rows?after=nonsense`)).status).toBe(422);
  expect((await call('GET', path.replace('once', 'twice').concat('/rows'))).status).toBe(404);
});

test('a campaign is shown as the graph that its run moves through, with its people by name', async () => {
  const { body: campaign } = await call('GET', '/api/campaigns/spring');
  const run = campaign.live_run.run_id;
  const { body: shape } = await call('GET', `/api/campaigns/spring/shape?run_id=${run}&language=fr`);
  expect(shape.activities.map((one: { activity: string }) => one.activity)).toEqual(['all', 'once', 'mail', 'keep']);
  expect(shape.activities[1].outlets).toEqual([
    { outlet: 'next', target: 'mail' },
    { outlet: 'complement', target: null },
  ]);
  const { body: rows } = await call('GET', `/api/campaigns/spring/runs/${run}/transitions/once/next/rows?limit=2`);
  expect(rows.people).toHaveLength(2);
  expect(rows.people[0]).toMatchObject({ name: expect.stringMatching(/^p\d+$/) });
});

test('a text is shown as a graph whatever is wrong with it', async () => {
  const text = 'activities:\n  a: { type: bild-audience, next: b }\n  b: { type: email, template: no }\n';
  const headers = { authorization, 'content-type': 'application/yaml' };
  const reply = await server.inject({ method: 'POST', url: '/api/campaign-shape', headers, payload: text });
  expect(reply.json().activities).toMatchObject([
    { activity: 'a', type: 'bild-audience', outlets: [{ outlet: 'next', target: 'b' }] },
    { activity: 'b', type: 'email', outlets: [], settings: { template: 'no' } },
  ]);
});

test('the list, the log and the tasks tell what happened', async () => {
  const { body: campaigns } = await call('GET', '/api/campaigns');
  expect(campaigns.items).toMatchObject([
    {
      key: 'spring',
      state: 'waiting',
      schedule: null,
      live_run: { state: 'waiting' },
      test_run: { state: 'completed' },
      account: { targeted: 26, excluded: 1, held: 0, queued: 25 },
    },
  ]);
  expect((await call('GET', '/api/campaigns?state=waiting')).body.items).toHaveLength(1);
  expect((await call('GET', '/api/campaigns?state=draft')).body.items).toEqual([]);
  const run = campaigns.items[0].live_run.run_id;
  const { body: log } = await call('GET', `/api/campaigns/spring/runs/${run}/log`);
  expect(log.items[0].message).toContain('A live run of version 1');
  const { body: tasks } = await call('GET', `/api/campaigns/spring/runs/${run}/tasks`);
  expect(tasks.items[1].statements[0]).toMatch(/^create unlogged table "work"\./);
  expect((await call('POST', '/api/campaigns/spring/archive')).status).toBe(409);
  expect((await call('POST', '/api/campaigns/spring/duplicate', { to: 'summer' })).status).toBe(201);
  const standing = async () => (await call('GET', '/api/campaigns/summer')).body;
  expect(await standing()).toMatchObject({ state: 'draft', published_version: null, draft_version: 1 });
  await publishDefinition(ctx, { kind: 'campaign', key: 'summer' });
  expect(await standing()).toMatchObject({ state: 'published', published_version: 1, draft_version: null });
  expect((await call('GET', '/api/campaigns?state=published')).body.items).toMatchObject([{ key: 'summer' }]);
  expect(await call('POST', `/api/campaigns/spring/runs/${run}/stop`)).toMatchObject({ body: { state: 'stopped' } });
  expect(await call('POST', `/api/campaigns/spring/runs/${run}/resume`)).toMatchObject({ status: 409 });
});
