import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { openChannel } from '../../src/channels/providers/index.ts';
import { createSandboxChannel } from '../../src/channels/sandbox/index.ts';
import { readConfig } from '../../src/platform/config.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { listChannels, loadChannel } from '../../src/services/channels/index.ts';
import { ensureEnvironmentChannel } from '../../src/services/environment/index.ts';
import { createTestContext, type TestContext } from '../support/context.ts';
import { emailTo } from './conformance.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const headers = { authorization: 'Bearer owner' };
let ctx: TestContext;
let smtp: ScriptedServer;
let server: FastifyInstance;

beforeAll(async () => {
  const made = await createTestContext();
  smtp = await startScriptedServer(() => undefined);
  const environment = {
    DATABASE_URL: made.databaseUrl,
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}?from=news@example.com`,
    CARILLON_API_KEY: 'owner',
  };
  ctx = { ...made, config: readConfig(environment) };
  server = createServer(ctx, { openChannel });
});
afterAll(async () => {
  await server.close();
  await smtp.close();
  await ctx.close();
});

const get = (url: string) => server.inject({ url, headers });

it('the server that SMTP_URL names is a channel, made once, that holds no secret', async () => {
  await ensureEnvironmentChannel(ctx);
  await ensureEnvironmentChannel(ctx);
  expect(await loadChannel(ctx.db, 'smtp')).toMatchObject({
    provider: 'smtp',
    from: { email: 'news@example.com' },
    url: { secret: 'SMTP_URL' },
  });
  expect((await listChannels(ctx.db)).map(({ key }) => key)).toEqual(['sandbox', 'smtp']);
  const answer = await get('/api/channels');
  expect(answer.json().items.map((item: { key: string }) => item.key)).toEqual(['sandbox', 'smtp']);
  const broken = { ...ctx, config: readConfig({ SMTP_URL: 'mail.example.com' }) };
  await expect(ensureEnvironmentChannel(broken)).rejects.toMatchObject({ code: 'invalid' });
});

it('a channel can be checked, and says why when it cannot be used', async () => {
  const check = async (key: string) =>
    (await server.inject({ method: 'POST', url: `/api/channels/${key}/check`, headers })).json();
  expect(await check('sandbox')).toEqual({ key: 'sandbox', ok: true, reason: null });
  expect(await check('smtp')).toEqual({ key: 'smtp', ok: true, reason: null });
  expect(await check('unknown')).toMatchObject({ status: 404 });
  await smtp.close();
  expect(await check('smtp')).toMatchObject({
    key: 'smtp',
    ok: false,
    reason: expect.stringContaining('Cannot connect'),
  });
});

it('a channel without its secret says which variable is missing', async () => {
  const definition = await loadChannel(ctx.db, 'smtp');
  const without = { ...ctx, config: readConfig({}) };
  await expect(openChannel(without, definition)).rejects.toThrow('SMTP_URL');
});

it("the sandbox's mailbox is read page by page, by recipient, and as source", async () => {
  const channel = createSandboxChannel(ctx);
  const emails = Array.from({ length: 25 }, (_, index) => emailTo(`reader${index}@example.com`, { sendId: index % 2 }));
  await Promise.all(emails.map((email) => channel.send(email)));

  const seen: string[] = [];
  let after: string | null = '';
  while (after !== null) {
    const page: { items: { recipient: string }[]; next: string | null } = (
      await get(`/api/sandbox/messages?limit=10${after && `&after=${after}`}`)
    ).json();
    seen.push(...page.items.map((item: { recipient: string }) => item.recipient));
    after = page.next;
  }
  expect(seen).toEqual(emails.map(({ to }) => to).reverse());

  const found = (await get('/api/sandbox/messages?recipient=READER7@example.com&send_id=1')).json().items;
  expect(found).toMatchObject([{ recipient: 'reader7@example.com', subject: emails[7]?.subject }]);
  expect((await get(`/api/sandbox/messages/${found[0].id}`)).json()).toMatchObject({ raw: emails[7]?.raw });
  const begun = (await get('/api/sandbox/messages?search=Reader1&limit=30')).json().items;
  expect(begun).toHaveLength(11);
  expect((await get('/api/sandbox/messages?search=r%25')).json().items).toEqual([]);
  const source = await get(`/api/sandbox/messages/${found[0].id}/raw`);
  expect(source.body).toBe(emails[7]?.raw);
  expect(source.headers['content-type']).toBe('message/rfc822');
  expect((await get('/api/sandbox/messages/1-999999')).statusCode).toBe(404);
  expect((await get('/api/sandbox/messages/nonsense')).statusCode).toBe(422);
});

it('a message of the sandbox says what its reader did with it', async () => {
  const [message] = (await get('/api/sandbox/messages?limit=1')).json().items;
  expect(message.reactions).toEqual([]);
  const [bucket = 0, messageId = 0] = message.id.split('-').map(Number);
  const at = new Date(ctx.clock.now());
  await ctx.db.execute(sql`
    insert into reaction (bucket, message_id, kind, machine, send_id, profile_id, first_at, last_at, times)
    values (${bucket}, ${messageId}, 'clicked', false, ${message.send_id}, ${message.profile_id}, ${at}, ${at}, 2)`);
  const answer = (await get(`/api/sandbox/messages/${message.id}`)).json();
  expect(answer.reactions).toMatchObject([{ kind: 'clicked', machine: false, times: 2 }]);
  expect(answer).toHaveProperty('text');
  expect((await get('/api/sandbox/messages?limit=1')).json().items[0].reactions).toEqual(answer.reactions);
});
