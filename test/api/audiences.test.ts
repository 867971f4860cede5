import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../src/api/server.ts';
import { ensureMonthPartitions, sql, transactionWithin } from '../../src/platform/sql/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
const server = createServer({ ...ctx, config: { ...ctx.config, apiKey: 'owner' } });

async function call(method: 'GET' | 'PUT' | 'POST', url: string, body?: object) {
  const payload = body === undefined ? {} : { payload: body };
  const answer = await server.inject({ method, url, headers: { authorization: 'Bearer owner' }, ...payload });
  return { status: answer.statusCode, text: answer.body, headers: answer.headers, json: () => answer.json() };
}

const FRENCH = { kind: 'audience', key: 'french', name: 'In France', rule: { trait: 'country', eq: 'France' } };

beforeAll(async () => {
  await server.ready();
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select i % 3, i, 'p' || i || '@example.com', jsonb_build_object('country', case when i <= 5 then 'France' else 'Spain' end), now(), now()
    from generate_series(1, 8) i`);
  expect((await call('PUT', '/api/definitions/audience/french', FRENCH)).status).toBe(201);
  expect((await call('POST', '/api/definitions/audience/french/publish')).status).toBe(200);
});
afterAll(async () => {
  await server.close();
  await ctx.close();
});

test('a rule that nobody saved is counted and previewed, with the query that did it', async () => {
  const rule = { trait: 'country', ne: 'France' };
  const count = await call('POST', '/api/audiences/count', { rule });
  expect([count.status, count.json().count]).toEqual([200, 3]);
  expect(count.json()).toMatchObject({ sentence: 'country is not "France"', warnings: [] });
  expect(count.json().sql).toMatch(/^select "p"."bucket"/);
  const preview = await call('POST', '/api/audiences/preview', { rule, columns: ['email', 'country'], limit: 1 });
  expect(preview.json().rows).toEqual([{ bucket: 0, profile_id: 6, email: 'p6@example.com', country: 'Spain' }]);
});

test('the text of an audience is counted before it is saved, and refused with what is wrong in it', async () => {
  const text = (rule: string) => `kind: audience\nkey: draft\nrule: ${rule}\n`;
  const count = (definition: string) => call('POST', '/api/audiences/count', { definition });
  expect((await count(text('{ trait: country, eq: Spain }'))).json().count).toBe(3);
  const preview = { definition: text('{ trait: country, eq: Spain }'), limit: 2 };
  expect((await call('POST', '/api/audiences/preview', preview)).json().rows).toHaveLength(2);
  expect((await count(text('{ trait: country, eg: Spain }'))).status).toBe(422);
  expect((await count('kind: audience\nkey: saved\nstatic: true\n')).json().detail).toContain('no rule');
});

test('a mistaken rule answers with the path and the nearest name of each problem', async () => {
  const answer = await call('POST', '/api/audiences/count', {
    rule: { all: [{ audience: 'frensh' }, { has: 'orders' }] },
  });
  expect(answer.status).toBe(422);
  expect(answer.json().problems).toMatchObject([
    { path: 'all.0.audience', suggestion: 'french' },
    { path: 'all.1.has' },
  ]);
});

test('members are paged by cursor', async () => {
  const first = await call('GET', '/api/audiences/french/members?limit=3');
  expect(first.json().items.map((member: { profile_id: number }) => member.profile_id)).toEqual([3, 1, 4]);
  const second = await call('GET', `/api/audiences/french/members?limit=3&after=${first.json().next}`);
  expect(second.json().items.map((member: { profile_id: number }) => member.profile_id)).toEqual([2, 5]);
  expect(second.json().next).toBeNull();
});

test('an export is a file; one of an unknown audience is a problem', async () => {
  const file = await call('GET', '/api/audiences/french/export?columns=email');
  expect(file.headers['content-disposition']).toBe('attachment; filename="french.csv"');
  expect(file.text.split('\r\n')).toHaveLength(7);
  const lines = await call('GET', '/api/audiences/french/export?format=ndjson&columns=email');
  expect(JSON.parse(lines.text.split('\n')[0] ?? '')).toMatchObject({ profile_id: expect.any(Number) });
  expect((await call('GET', '/api/audiences/nothing/export')).status).toBe(404);
});

test('one person is explained', async () => {
  const answer = await call('GET', '/api/audiences/french/explain?profile=p7@example.com');
  expect(answer.json()).toMatchObject({
    holds: false,
    sentence: 'is in the audience "french"',
    children: [{ sentence: 'country is "France"', found: 'is "Spain"' }],
  });
  const inFrench = await call('GET', '/api/audiences/french/explain?profile=p7@example.com&language=fr');
  expect(inFrench.json().children).toMatchObject([
    { sentence: 'country est « France »', found: 'est "Spain"', kind: 'condition' },
  ]);
});

test('audiences that would refer to each other in a circle cannot be saved', async () => {
  const outer = { kind: 'audience', key: 'outer', rule: { none: [{ audience: 'french' }] } };
  await call('PUT', '/api/definitions/audience/outer', outer);
  expect((await call('POST', '/api/definitions/audience/outer/publish')).status).toBe(200);
  const changed = { ...FRENCH, rule: { any: [{ audience: 'outer' }, FRENCH.rule] } };
  const saved = await call('PUT', '/api/definitions/audience/french', changed);
  const published = saved.status >= 400 ? saved : await call('POST', '/api/definitions/audience/french/publish');
  expect(published.status).toBe(422);
  expect(published.json().problems[0].message).toContain('outer -> french -> outer');
});

test('the list shows each audience with the count that was made last', async () => {
  const list = async () => (await call('GET', '/api/audiences')).json().items[0];
  await ctx.db.execute(sql`delete from audience_size`);
  expect(await list()).toMatchObject({ key: 'french', name: 'In France', count: null, counted_at: null });
  await call('GET', '/api/audiences/french/count');
  expect(await list()).toMatchObject({ count: 5, counted_at: new Date(ctx.clock.now()).toISOString() });
});

test('the size of a saved audience is that of now, whoever comes or goes', async () => {
  await call('PUT', '/api/definitions/audience/kept-list', { kind: 'audience', key: 'kept-list', static: true });
  await call('POST', '/api/definitions/audience/kept-list/publish');
  const listed = async () => {
    const { items } = (await call('GET', '/api/audiences')).json();
    return items.find(({ key }: { key: string }) => key === 'kept-list');
  };
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since)
    select n % 256, 'kept-list', n, now() from generate_series(1, 300) n`);
  expect(await listed()).toMatchObject({ count: 300, current: true });
  await ctx.db.execute(sql`delete from audience_member where audience_key = 'kept-list' and profile_id > 100`);
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since) values (1, 'kept-list', 1, now())
    on conflict (bucket, audience_key, profile_id) do update set since = excluded.since`);
  expect(await listed()).toMatchObject({ count: 100, current: true });
  expect((await call('GET', '/api/audiences/kept-list/count')).json().count).toBe(100);
  await ctx.db.execute(sql`delete from audience_member where audience_key = 'kept-list'`);
});

test('a count that is young enough is answered again', async () => {
  await call('GET', '/api/audiences/french/count');
  await ctx.db.execute(sql`update audience_size set members = 4`);
  expect((await call('GET', '/api/audiences/french/count?age_max=60')).json().count).toBe(4);
  expect((await call('GET', '/api/audiences/french/count')).json().count).toBe(5);
});

test('each line of a rule says how many match it alone and how many are left', async () => {
  const rule = {
    all: [
      { trait: 'country', eq: 'France' },
      {
        any: [
          { trait: 'email', eq: 'p1@example.com' },
          { trait: 'email', in: ['p2@example.com', 'p8@example.com'] },
        ],
      },
      { none: [{ trait: 'email', eq: 'p2@example.com' }] },
    ],
  };
  const { everyone, count, lines } = (await call('POST', '/api/audiences/lines?language=fr', { rule })).json();
  expect([everyone, count]).toEqual([8, 1]);
  expect(lines.children.map((line: Line) => [line.kind, line.alone, line.left])).toEqual([
    ['condition', 5, 5],
    ['any', 3, 2],
    ['none', 7, 1],
  ]);
  expect(lines.children[1].children.map((line: Line) => [line.path, line.alone, line.left])).toEqual([
    ['all.1.any.0', 1, null],
    ['all.1.any.1', 2, null],
  ]);
  expect(lines.children[0].sentence).toBe('country est « France »');
  const own = (await call('GET', '/api/audiences/french/lines')).json();
  expect(own.lines).toMatchObject({ kind: 'condition', sentence: 'country is "France"', alone: 5, left: 5 });
});

test('who hangs up cancels the counting in the database', async () => {
  const leaving = new AbortController();
  const counting = transactionWithin(ctx.db, { signal: leaving.signal, timeoutMs: 60_000 }, async (tx) => {
    leaving.abort();
    await tx.execute(sql`select pg_sleep(60)`);
  });
  await expect(counting).rejects.toMatchObject({ code: 'conflict' });
  const late = transactionWithin(ctx.db, { timeoutMs: 10 }, (tx) => tx.execute(sql`select pg_sleep(60)`));
  await expect(late).rejects.toMatchObject({ code: 'unavailable' });
  expect(await ctx.db.one(sql`select 1 as alive`)).toEqual({ alive: 1 });
});

test('the history is counted back from the members of now', async () => {
  const at = new Date(ctx.clock.now());
  const before = new Date(ctx.clock.now() - 86_400_000);
  await ctx.db.execute(sql`update definition set published_at = ${new Date(ctx.clock.now() - 2 * 86_400_000)}`);
  await ctx.db.execute(sql`
    insert into audience_member (bucket, audience_key, profile_id, since) values (1, 'french', 1, ${before}), (2, 'french', 2, ${at})`);
  await ensureMonthPartitions(ctx.db, 'audience_change', [ctx.clock.now(), before.getTime()]);
  await ctx.db.execute(sql`
    insert into audience_change (bucket, profile_id, at, audience_key, change, cause) values
      (1, 1, ${before}, 'french', 'entered', 'event'), (2, 2, ${at}, 'french', 'entered', 'event'),
      (0, 3, ${at}, 'french', 'left', 'time')`);
  expect((await call('GET', '/api/audiences/french/history?days=30')).json().days).toEqual([
    { day: '2026-02-28', entered: 0, left: 0, size: 1 },
    { day: '2026-03-01', entered: 1, left: 0, size: 2 },
    { day: '2026-03-02', entered: 1, left: 1, size: 2 },
  ]);
  expect((await call('GET', '/api/audiences/french/history?zone=Nowhere')).status).toBe(422);
});

type Line = { readonly kind: string; readonly path: string; readonly alone: number; readonly left: number | null };
