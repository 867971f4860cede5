import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { DEFINITION_KINDS } from '../../src/core/definitions/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
const server = createServer({ ...ctx, config: { ...ctx.config, apiKey: 'owner' } });
const authorization = 'Bearer owner';

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
async function call(method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) {
  const payload = body === undefined ? {} : { payload: body as object };
  const answer = await server.inject({ method, url, headers: { authorization, ...headers }, ...payload });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json(), headers: answer.headers };
}
const yaml = { 'content-type': 'application/yaml' };

const TEMPLATE = {
  kind: 'template',
  key: 'hello',
  subject: 'Hello',
  text: 'Hello {{ profile.first_name }}',
  transactional: true,
};
const CAMPAIGN = `
kind: campaign
key: spring
activities:
  everyone: { type: build-audience, next: mail }
  mail: { type: email, template: spring-mail, channel: sandbox }
`;

beforeAll(async () => {
  await server.ready();
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

describe('the life of a definition', () => {
  test('a draft is saved, read, published, changed and thrown away; the published version stays as it was', async () => {
    const url = '/api/definitions/template/hello';
    const created = await call('PUT', url, TEMPLATE);
    expect([created.status, created.body.version, created.body.state]).toEqual([201, 1, 'draft']);
    expect(created.body.source).toEqual(TEMPLATE);
    expect(created.body.definition.channel).toBe('email');

    const published = await call('POST', `${url}/publish`);
    expect([published.status, published.body.version, published.body.state]).toEqual([200, 1, 'published']);
    expect((await call('POST', `${url}/publish`)).status).toBe(409);

    const changed = await call('PUT', url, { ...TEMPLATE, subject: 'Hello again' });
    expect([changed.status, changed.body.version, changed.body.state]).toEqual([200, 2, 'draft']);
    expect((await call('GET', url)).body.definition.subject).toBe('Hello again');
    expect((await call('GET', `${url}?state=published`)).body.definition.subject).toBe('Hello');
    expect((await call('GET', `${url}?version=1`)).body.definition.subject).toBe('Hello');

    const versions = await call('GET', `${url}/versions?limit=1`);
    expect(versions.body.items.map((item: { version: number }) => item.version)).toEqual([2]);
    const older = await call('GET', `${url}/versions?limit=1&after=${versions.body.next}`);
    expect(older.body.items.map((item: { version: number }) => item.version)).toEqual([1]);
    expect(older.body.next).toBeNull();

    expect((await call('DELETE', url)).status).toBe(204);
    expect((await call('DELETE', url)).status).toBe(404);
    expect((await call('GET', url)).body).toMatchObject({ version: 1, state: 'published' });
  });

  test('saving what is already so changes nothing', async () => {
    const first = await call('PUT', '/api/definitions/template/same', { subject: 'A', text: 'B', transactional: true });
    ctx.clock.advance(1_000);
    const second = await call('PUT', '/api/definitions/template/same', {
      transactional: true,
      text: 'B',
      subject: 'A',
    });
    expect(second.status).toBe(200);
    expect(second.body.etag).toBe(first.body.etag);
  });

  test('a change is refused when somebody else was faster', async () => {
    const url = '/api/definitions/template/shared';
    const { body } = await call('PUT', url, { subject: 'A', text: 'B', transactional: true });
    ctx.clock.advance(1_000);
    expect(
      (await call('PUT', url, { subject: 'C', text: 'B', transactional: true }, { 'if-match': body.etag })).status,
    ).toBe(200);
    const late = await call('PUT', url, { subject: 'D', text: 'B', transactional: true }, { 'if-match': body.etag });
    expect([late.status, late.body.code]).toEqual([409, 'conflict']);
    expect((await call('PUT', `${url}?version=0`, { subject: 'D', text: 'B', transactional: true })).status).toBe(409);
    expect((await call('POST', `${url}/publish`, undefined, { 'if-match': body.etag })).status).toBe(409);
    expect((await call('GET', url)).body.definition.subject).toBe('C');
  });

  test('MJML that is not closed, or that MJML would leave out, is refused when it is saved, with its line', async () => {
    const save = (key: string, mjml: string) =>
      call('PUT', `/api/definitions/template/${key}`, { subject: 'A', mjml, transactional: true });
    const body = (inner: string) =>
      `<mjml><mj-body>\n<mj-section><mj-column>${inner}</mj-column></mj-section></mj-body></mjml>`;
    const open = await save('open', body('{% if\n true %}x{% endif %}\n<mj-text>Hello'));
    expect([open.status, open.body.problems]).toEqual([
      422,
      [{ path: 'mjml', message: 'Line 4: <mj-text> is not closed.' }],
    ]);
    const unknown = await save('unknown', body('\n<mj-txt>Hello</mj-txt>'));
    expect(unknown.status).toBe(422);
    expect(unknown.body.problems[0].message).toMatch(/^Line 3: mj-txt: .*doesn't exist/);
    expect((await save('with-aside', body('<mj-text>Hello</mj-text>{% fragment "aside" %}'))).status).toBe(422);
    await call('PUT', '/api/definitions/fragment/aside', { mjml: '<mj-text>Aside</mj-text>' });
    expect((await save('with-aside', body('<mj-text>Hello</mj-text>{% fragment "aside" %}'))).status).toBe(201);
    const broken = await call('PUT', '/api/definitions/fragment/aside', { mjml: '<mj-text>Aside' });
    expect(broken.status).toBe(422);
    expect(broken.body.problems[0].message).toMatch(/^In template "with-aside": Line 2: <mj-text> is not closed/);
  });

  test('an address that every call would be refused for is refused when it is saved, unless the endpoint may be private', async () => {
    const save = (body: object) => call('PUT', '/api/definitions/endpoint/crm', body);
    const pathsOf = async (body: object) => {
      const answer = await save(body);
      return [answer.status, ...(answer.body.problems ?? []).map(({ path }: { path: string }) => path)];
    };
    const token = (url: string) => ({ type: 'token', url, form: { a: 'b' } });
    expect(await pathsOf({ url: 'http://10.0.0.7/v1/' })).toEqual([422, 'url']);
    expect(await pathsOf({ url: 'http://[::1]:8080/' })).toEqual([422, 'url']);
    // As browsers and our connections read it: 127.0.0.1.
    expect(await pathsOf({ url: 'http://2130706433/' })).toEqual([422, 'url']);
    expect(await pathsOf({ url: 'https://crm.example.com/', auth: token('http://169.254.169.254/latest') })).toEqual([
      422,
      'auth.url',
    ]);
    const step = { type: 'http', url: 'http://192.168.1.1/x' };
    const journey = await call('PUT', '/api/definitions/journey/calling', {
      entry: { api: true },
      start: 'call',
      steps: { call: step },
    });
    expect([journey.status, journey.body.problems[0].path]).toEqual([422, 'steps.call.url']);
    expect(await pathsOf({ url: 'http://10.0.0.7/v1/', allow_private: true })).toEqual([201]);
    expect(await pathsOf({ url: 'https://93.184.216.34/' })).toEqual([200]);
  });

  test('a published table has its physical table at once, and one that would lose values is refused', async () => {
    const url = '/api/definitions/table/visits';
    const table = { columns: { visit: 'integer', page: 'text' }, primary_key: 'visit' };
    expect((await call('PUT', url, table)).status).toBe(201);
    expect((await call('POST', `${url}/publish`)).status).toBe(200);
    const at = new Date(ctx.clock.now());
    await ctx.db.execute(sql`insert into data.visits (visit, page, _updated_at) values (1, '/', ${at})`);
    await call('PUT', url, { ...table, columns: { visit: 'integer' } });
    const refused = await call('POST', `${url}/publish`);
    expect(refused.status).toBe(422);
    expect(refused.body.problems[0].path).toBe('columns.page');
    expect((await call('GET', `${url}?state=published`)).body.version).toBe(1);
  });

  test('what something published refers to cannot be archived; afterwards it can, and is no longer listed', async () => {
    const documents = [{ ...TEMPLATE, key: 'spring-mail' }];
    await call('POST', '/api/definitions/apply?publish=true', documents);
    expect((await call('POST', '/api/definitions/apply?publish=true', CAMPAIGN, yaml)).status).toBe(200);
    const inUse = await call('POST', '/api/definitions/template/spring-mail/archive');
    expect([inUse.status, inUse.body.detail]).toEqual([409, expect.stringContaining('campaign "spring"')]);
    expect((await call('POST', '/api/definitions/campaign/spring/archive')).status).toBe(204);
    expect((await call('POST', '/api/definitions/template/spring-mail/archive')).status).toBe(204);
    expect((await call('GET', '/api/definitions/template/spring-mail')).status).toBe(404);
    const keys = async (query: string) =>
      (await call('GET', `/api/definitions?kind=template${query}`)).body.items.map((item: { key: string }) => item.key);
    expect(await keys('')).not.toContain('spring-mail');
    expect(await keys('&archived=true')).toContain('spring-mail');
    const again = await call('PUT', '/api/definitions/template/spring-mail', TEMPLATE_AGAIN);
    expect([again.status, again.body.version]).toEqual([201, 2]);
  });
});
const TEMPLATE_AGAIN = { subject: 'Back', text: 'Back', transactional: true };

describe('a batch', () => {
  test('applies together whatever order it comes in, and applying it again changes nothing', async () => {
    const batch = [
      {
        kind: 'campaign',
        key: 'autumn',
        activities: {
          all: { type: 'build-audience', on: 'leaves', next: 'mail' },
          mail: { type: 'email', template: 'autumn', channel: 'sandbox' },
        },
      },
      { kind: 'template', key: 'autumn', subject: 'Leaves', text: 'fall {{ message.unsubscribe_url }}' },
      {
        kind: 'table',
        key: 'leaves',
        columns: { leaf: 'integer', tree: 'text', customer: 'text' },
        primary_key: 'leaf',
        identity: { column: 'customer', namespace: 'customer_id' },
        links: { tree: { to: 'trees', on: { tree: 'tree' } } },
      },
      { kind: 'table', key: 'trees', columns: { tree: 'text' }, primary_key: 'tree' },
    ];
    const changes = async (query: string) => {
      const answer = await call('POST', `/api/definitions/apply?${query}`, batch);
      return (
        answer.body.items?.map((item: { key: string; change: string }) => `${item.key} ${item.change}`) ?? answer.body
      );
    };
    const created = ['trees created', 'leaves created', 'autumn created', 'autumn created'];
    expect(await changes('publish=true&dry_run=true')).toEqual(created);
    expect(await changes('')).toEqual(created);
    expect(await changes('publish=true')).toEqual(created.map((line) => line.replace('created', 'published')));
    expect(await changes('publish=true')).toEqual(created.map((line) => line.replace('created', 'unchanged')));
    expect(await ctx.db.query(sql`select * from data.leaves`)).toEqual([]);
  });

  test('applied by several at once ends as if one had come after the other', async () => {
    const batch = (subject: string) => [
      { kind: 'table', key: 'rush', columns: { id: 'integer' }, primary_key: 'id' },
      { kind: 'template', key: 'rush', subject, text: 'x', transactional: true },
    ];
    const subjects = ['A', 'A', 'B', 'B', 'B', 'A'];
    const answers = await Promise.all(
      subjects.map((subject) => call('POST', '/api/definitions/apply?publish=true', batch(subject))),
    );
    expect(answers.map((answer) => answer.status)).toEqual(subjects.map(() => 200));
    const versions = (await call('GET', '/api/definitions/template/rush/versions')).body.items;
    const numbers = versions.map((item: { version: number }) => item.version);
    expect(numbers).toEqual(numbers.map((_: number, at: number) => numbers.length - at));
    expect(versions.every((item: { state: string }) => item.state === 'published')).toBe(true);
    const tables = (await call('GET', '/api/definitions/table/rush/versions')).body.items;
    expect(tables).toHaveLength(1);
  });

  test('with one wrong document changes nothing and reports every problem with its place', async () => {
    const text = [
      'kind: template',
      'key: fine',
      'subject: Fine',
      'text: fine {{ message.unsubscribe_url }}',
      '---',
      'kind: campaign',
      'key: broken',
      'activities:',
      '  all: { type: build-audience, next: mial }',
      '  mail: { type: email, template: fien, channel: sandbox, confrim: true }',
      '---',
      'kind: campain',
      'key: x',
    ].join('\n');
    const answer = await call('POST', '/api/definitions/apply?publish=true', text, yaml);
    expect(answer.status).toBe(422);
    expect(answer.body.problems).toMatchObject([
      { path: 'activities.mail.confrim', suggestion: 'confirm', line: 10, column: 58 },
      { path: 'kind', suggestion: 'campaign', line: 12, column: 1 },
    ]);
    const next = text
      .replace(', confrim: true', '')
      .replace('kind: campain\nkey: x', 'kind: fragment\nkey: x\ntext: x');
    const references = await call('POST', '/api/definitions/validate', next, yaml);
    expect(references.body.valid).toBe(false);
    expect(references.body.problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'activities.all.next', suggestion: 'mail', line: 9, column: 32 }),
        expect.objectContaining({ path: 'activities.mail.template', suggestion: 'fine', line: 10, column: 24 }),
      ]),
    );
    expect((await call('GET', '/api/definitions/template/fine')).status).toBe(404);
    const twice = await call('POST', '/api/definitions/validate', [TEMPLATE, TEMPLATE]);
    expect(twice.body.problems[0].path).toBe('1.key');
  });

  test('a template that reads a row is checked against the population that reaches it', async () => {
    const documents = [
      {
        kind: 'table',
        key: 'bills',
        columns: { bill: 'integer', total: 'decimal', who: 'text' },
        primary_key: 'bill',
        identity: { column: 'who', namespace: 'customer_id' },
      },
      {
        kind: 'template',
        key: 'bill',
        subject: 'Bill {{ row.bill }}',
        text: '{{ row.totl }} {{ row.note | default: "-" }}',
        transactional: true,
      },
      {
        kind: 'campaign',
        key: 'bills',
        activities: {
          open: { type: 'build-audience', on: 'bills', columns: ['total'], next: 'mail' },
          mail: { type: 'email', template: 'bill', channel: 'sandbox' },
        },
      },
    ];
    const { body } = await call('POST', '/api/definitions/validate', documents);
    expect(body.problems).toMatchObject([{ path: '2.activities.mail.template', suggestion: 'row.total' }]);
    expect(body.problems[0].message).toContain('Template "bill", text: ');
  });

  test('a template with a variable that no profile has, or without a way to unsubscribe, is refused when it is saved', async () => {
    const at = new Date(ctx.clock.now());
    await ctx.db.execute(sql`
      insert into profile (bucket, traits, created_at, updated_at) values (1, '{"first_name": "Ada"}', ${at}, ${at})`);
    const answer = await call('PUT', '/api/definitions/template/slip', {
      subject: 'Hi {{ profile.frist_name }}',
      text: 'x',
    });
    expect(answer.status).toBe(422);
    expect(answer.body.problems).toMatchObject([
      { path: 'subject', suggestion: 'profile.first_name' },
      { path: 'text', expected: expect.stringContaining('message.unsubscribe_url') },
    ]);
  });

  test('a draft may refer to a draft; what is published may not', async () => {
    await call('PUT', '/api/definitions/template/soon', { subject: 'Soon', text: 'soon', transactional: true });
    const url = '/api/definitions/campaign/early';
    const campaign = CAMPAIGN.replace('key: spring', 'key: early').replace('spring-mail', 'soon');
    expect((await call('PUT', url, campaign, yaml)).status).toBe(201);
    const refused = await call('POST', `${url}/publish`);
    expect(refused.status).toBe(422);
    expect(refused.body.problems[0].path).toBe('activities.mail.template');
    await call('POST', '/api/definitions/template/soon/publish');
    expect((await call('POST', `${url}/publish`)).status).toBe(200);
  });
});

describe('the text of a definition', () => {
  test('what was typed is read again as it was, and a change of a comment alone is kept', async () => {
    const url = '/api/definitions/template/typed';
    const text = '# why it is short\nkind: template\nkey: typed\nsubject: Hi # plain\ntext: Hi\ntransactional: true\n';
    expect((await call('PUT', url, text, yaml)).body.text).toBe(text);
    const published = await call('POST', `${url}/publish`);
    expect((await call('GET', url)).body.text).toBe(text);
    expect((await call('PUT', url, text, yaml)).body.state).toBe('published');
    const commented = await call('PUT', url, `${text}# and why\n`, yaml);
    expect(commented.body).toMatchObject({ state: 'draft', text: `${text}# and why\n` });
    const late = await call('DELETE', url, undefined, { 'if-match': published.body.etag });
    expect(late.status).toBe(409);
    expect((await call('DELETE', url, undefined, { 'if-match': commented.body.etag })).status).toBe(204);
  });

  test('a definition that came as JSON is read as YAML', async () => {
    await call('PUT', '/api/definitions/template/json', { ...TEMPLATE, key: 'json' });
    expect((await call('GET', '/api/definitions/template/json')).body.text).toMatch(/^kind: template\nkey: json\n/);
  });
});

describe('bad input', () => {
  test('broken YAML is answered with line and column', async () => {
    const answer = await call('POST', '/api/definitions/validate', 'kind: table\nkey: [a\nx: y', yaml);
    expect(answer.body).toMatchObject({ valid: false, problems: [{ path: '', line: 3 }] });
    const applied = await call('POST', '/api/definitions/apply', 'kind: table\nkey: [a\nx: y', yaml);
    expect(applied).toMatchObject({ status: 422, body: { problems: [{ path: '', line: 3 }] } });
    const doubled = await call('POST', '/api/definitions/validate', 'kind: table\nkind: table', yaml);
    expect(doubled.body.problems[0]).toMatchObject({ path: '', line: 2, column: 1 });
  });

  test('a YAML file that explodes is refused', async () => {
    const levels = 'bcdefghi'.split('').map((name, at) => {
      const before = 'abcdefghi'[at];
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
    });
    const bomb = ['a: &a [x]', ...levels].join('\n');
    const answer = await call('POST', '/api/definitions/validate', bomb, yaml);
    expect(answer.body).toMatchObject({ valid: false, problems: [{ path: '' }] });
  });

  test('what is not a definition, or not the one of the address, says so', async () => {
    const url = '/api/definitions/template/hello';
    const misnamed = await call('PUT', url, { ...TEMPLATE, key: 'other' });
    expect(misnamed.body.problems).toMatchObject([{ path: 'key', expected: 'hello' }]);
    expect((await call('PUT', url, 'just text', yaml)).status).toBe(422);
    expect((await call('PUT', url, 'a: 1\n---\nb: 2', yaml)).status).toBe(422);
    const kind = await call('PUT', '/api/definitions/templates/hello', TEMPLATE);
    expect(kind.body.problems[0]).toMatchObject({ path: 'path.kind', suggestion: 'template' });
    expect((await call('GET', '/api/definitions/template/never-made')).body.detail).toContain('never-made');
  });
});

test('every kind has a JSON Schema for editors', async () => {
  for (const kind of DEFINITION_KINDS) {
    const { status, body } = await call('GET', `/api/schemas/${kind}.json`);
    expect(status).toBe(200);
    expect(body.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    const forms = body.anyOf ?? [body];
    for (const form of forms) expect(form.properties.kind.const).toBe(kind);
  }
  expect((await call('GET', '/api/schemas/nothing.json')).status).toBe(404);
  const campaign = (await call('GET', '/api/schemas/campaign.json')).body;
  const conditions = campaign.$defs.Rule.anyOf.map(
    (condition: { properties: object }) => Object.keys(condition.properties)[0],
  );
  expect(conditions).toEqual(expect.arrayContaining(['all', 'trait', 'event', 'has']));
  expect(JSON.stringify(campaign)).toContain('"$ref":"#/$defs/Rule"');
});
