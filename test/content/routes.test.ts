import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { openChannel } from '../../src/channels/providers/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
const server = createServer({ ...ctx, config: { ...ctx.config, apiKey: 'owner' } }, { openChannel });

async function call(method: 'GET' | 'PUT' | 'POST', url: string, body?: object) {
  const payload = body === undefined ? {} : { payload: body };
  const answer = await server.inject({ method, url, headers: { authorization: 'Bearer owner' }, ...payload });
  return { status: answer.statusCode, json: () => answer.json() };
}

const TEMPLATE = {
  kind: 'template',
  key: 'receipt',
  subject: 'Order {{ row.order_id }}',
  html: '<p>Thank you {{ profile.first_name | default: "you" }}: <a href="https://shop.example/o/{{ row.order_id }}">see</a></p>',
  transactional: true,
};

beforeAll(async () => {
  await server.ready();
  expect((await call('PUT', '/api/definitions/template/receipt', TEMPLATE)).status).toBe(201);
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

test('a draft is previewed with a sample row before it is published', async () => {
  const answer = await call('POST', '/api/templates/receipt/preview', {
    row: { order_id: 'A<1' },
    profile: { first_name: 'Ana' },
  });
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({
    version: 1,
    subject: 'Order A<1',
    failure: null,
    missing: [],
    variables: ['profile.first_name', 'row.order_id'],
  });
  expect(answer.json().html).toContain('Thank you Ana: <a href="https://shop.example/o/A&lt;1">see</a>');
  expect(answer.json().source).toContain('Content-Type: multipart/alternative');
});

test('the variables of a template are listed', async () => {
  const answer = await call('GET', '/api/templates/receipt/variables');
  expect(answer.json()).toEqual({ version: 1, variables: ['profile.first_name', 'row.order_id'] });
});

test('a proof goes out through the channel that was asked for', async () => {
  const answer = await call('POST', '/api/templates/receipt/proof', {
    to: ['tester@example.com'],
    row: { order_id: 7 },
  });
  expect(answer.json()).toEqual({ items: [{ to: 'tester@example.com', sent: true, detail: expect.any(String) }] });
  const { subject } = await ctx.db.one<{ subject: string }>(sql`
    select subject from sandbox_message where recipient = 'tester@example.com'`);
  expect(subject).toBe('[Proof] Order 7');
});

test('what is wrong with a request, a template or a channel is a problem document', async () => {
  expect((await call('POST', '/api/templates/nothing/preview', {})).status).toBe(404);
  expect((await call('POST', '/api/templates/receipt/preview', { persn: 1 })).status).toBe(422);
  expect((await call('POST', '/api/templates/receipt/proof', { to: ['no address'] })).status).toBe(422);
  expect((await call('POST', '/api/templates/receipt/proof', { to: ['a@b.cd'], channel: 'none' })).status).toBe(404);
  const broken = await call('PUT', '/api/definitions/template/broken', {
    ...TEMPLATE,
    key: 'broken',
    subject: '{{ x | upcas }}',
  });
  expect(broken.status).toBe(422);
  expect(broken.json().problems[0]).toMatchObject({ path: 'subject', suggestion: 'upcase' });
});

test('a text that nobody has saved is shown as a person gets it, under the key of a template that there is or not, and stays unsaved', async () => {
  const text = 'subject: Dear {{ profile.first_name }}\nhtml: <p>New</p>\ntransactional: true\n';
  for (const key of ['receipt', 'fresh']) {
    const answer = await call('POST', `/api/templates/${key}/preview`, {
      definition: text,
      profile: { first_name: 'Ana' },
    });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ version: null, subject: 'Dear Ana', html: expect.stringContaining('New') });
  }
  const plain = { definition: { ...TEMPLATE, subject: 'As JSON' } };
  expect((await call('POST', '/api/templates/receipt/preview', plain)).json().subject).toBe('As JSON');
  expect((await call('GET', '/api/definitions/template/receipt')).json()).toMatchObject({
    version: 1,
    text: expect.any(String),
  });
  expect((await call('GET', '/api/definitions/template/receipt')).json().definition.subject).toBe(TEMPLATE.subject);
  expect((await call('GET', '/api/definitions/template/fresh')).status).toBe(404);
});

test('what keeps a text from being shown comes with its line', async () => {
  const show = async (definition: string) =>
    (await call('POST', '/api/templates/receipt/preview', { definition })).json();
  expect((await show('subject: x\nhtml: [')).problems[0]).toMatchObject({ line: expect.any(Number) });
  expect((await show('subject: x\nhtmll: <p>x</p>')).problems[0]).toMatchObject({ line: 2, suggestion: 'html' });
  expect((await show('subject: x\nhtml: "{% if %}"')).problems[0]).toMatchObject({ path: 'html' });
  expect((await show('kind: audience\nkey: receipt\nrule: { any: [] }')).problems[0]).toMatchObject({ path: 'kind' });
});

test('an unsaved text is a page for a frame that asks with a form, and whatever it holds can do nothing', async () => {
  const form = (fields: Record<string, string>, authorization = 'Bearer owner') =>
    server.inject({
      method: 'POST',
      url: '/api/templates/fresh/page',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    });
  const page = await form({ definition: 'subject: x\nhtml: <script>parent.taken = 1</script><p>a + b &amp; c</p>' });
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('<p>a + b &amp; c</p>');
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/);
  expect(policy).not.toContain('script');
  const { secret } = (await call('POST', '/api/keys', { name: 'looks', scopes: ['templates:read'] })).json();
  const text = { definition: 'subject: x\nhtml: "{{ profile.email }}"' };
  expect((await form(text, `Bearer ${secret}`)).statusCode).toBe(200);
  expect((await form({ ...text, profile_id: '1' }, `Bearer ${secret}`)).statusCode).toBe(403);
});

test('a template is a page for a frame in which whatever its author wrote can do nothing', async () => {
  const hostile = { ...TEMPLATE, key: 'hostile', html: '<p>Hi</p><script>parent.document.title = "taken"</script>' };
  expect((await call('PUT', '/api/definitions/template/hostile', hostile)).status).toBe(201);
  const page = await server.inject({ url: '/api/templates/hostile/page', headers: { authorization: 'Bearer owner' } });
  expect(page.statusCode).toBe(200);
  expect(page.headers['content-type']).toMatch(/^text\/html/);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/);
  expect(policy).not.toContain('script');
});

test('whoever may not see people previews for nobody', async () => {
  const made = await call('POST', '/api/keys', { name: 'templates', scopes: ['templates:read'] });
  const headers = { authorization: `Bearer ${made.json().secret}` };
  const ask = (method: 'GET' | 'POST', url: string, payload?: object) =>
    server.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  expect((await ask('POST', '/api/templates/receipt/preview', {})).statusCode).toBe(200);
  const person = { email: 'ana@example.com' };
  expect((await ask('POST', '/api/templates/receipt/preview', { person })).statusCode).toBe(403);
  expect((await ask('GET', '/api/templates/receipt/page?profile_id=1')).statusCode).toBe(403);
});
