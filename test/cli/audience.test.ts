import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/index.ts';
import { sql } from '../../src/platform/sql/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
let folder = '';

async function carillon(...argv: string[]) {
  let out = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    const environment = { DATABASE_URL: ctx.databaseUrl, LOG_LEVEL: 'silent' };
    return { code: await runCli(argv, { version: '0', environment, start: async () => undefined }), out };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-audience-'));
  await writeFile(
    join(folder, 'rule.yaml'),
    'all:\n  - { trait: country, in: [France, Belgium] }\n  - { trait: score, gte: 3 }\n',
  );
  await ctx.db.execute(sql`
    insert into profile (bucket, profile_id, email, traits, created_at, updated_at)
    select i % 3, i, 'p' || i || '@example.com', jsonb_build_object('country', 'France', 'score', i), now(), now()
    from generate_series(1, 8) i`);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await ctx.close();
});

test('a rule in a file is counted, previewed, exported and explained', async () => {
  const rule = ['--rule', join(folder, 'rule.yaml')];
  expect(await carillon('audience', 'count', ...rule)).toEqual({ code: 0, out: '6\n' });
  expect(JSON.parse((await carillon('audience', 'count', ...rule, '--json')).out)).toEqual({ count: 6 });
  const preview = await carillon('audience', 'preview', ...rule, '--columns', 'email', '--limit', '1', '--json');
  expect(JSON.parse(preview.out)).toEqual([{ bucket: 0, profile_id: 3, email: 'p3@example.com' }]);
  const exported = await carillon('audience', 'export', ...rule, '--columns', 'email');
  expect(exported.out.split('\r\n')).toHaveLength(8);
  const explained = await carillon('audience', 'explain', ...rule, '--profile', '2');
  expect(explained.out).toContain('no   score is at least 3');
  expect(explained.out).toContain('is 2');
});

test('naming neither an audience nor a rule fails with what was expected', async () => {
  expect((await carillon('audience', 'count')).code).toBe(1);
  expect((await carillon('audience', 'count', 'nothing')).code).toBe(1);
});

test('a person is shown by their number, their address or an identity, also when the address is only a fact about them', async () => {
  await ctx.db.execute(sql`
    insert into identity (bucket, namespace, value, profile_bucket, profile_id, created_at)
    values (bucket_of('customer_id', '42'), 'customer_id', '42', 1, 4, now())`);
  for (const person of [
    ['4'],
    ['P4@example.com'],
    ['email', 'p4@example.com'],
    ['customer_id', '42'],
    ['customer_id:42'],
  ]) {
    const shown = await carillon('profile', 'show', ...person, '--json');
    expect(JSON.parse(shown.out), person.join(' ')).toMatchObject({ profile_id: 4, email: 'p4@example.com' });
  }
  expect(await carillon('profile', 'show', 'customer_id', '43')).toMatchObject({ code: 1 });
  expect(await carillon('profile', 'show', '99')).toMatchObject({ code: 1 });
});

test('an export that cannot be written says so, and fails', async () => {
  const { code } = await carillon(
    'audience',
    'export',
    '--rule',
    join(folder, 'rule.yaml'),
    '--to',
    join(folder, 'no', 'such', 'folder.csv'),
  );
  expect(code).toBe(1);
});

test('what uses an audience is listed, as text and as JSON', async () => {
  const path = join(folder, 'used.yaml');
  const audience = '{ kind: audience, key: french, rule: { trait: country, eq: France } }';
  const decision = '{ kind: decision, key: site, name: The site, audiences: [french] }';
  await writeFile(path, `${audience}\n---\n${decision}\n`);
  expect((await carillon('apply', path, '--publish')).code).toBe(0);
  expect((await carillon('used-by', 'audience', 'french')).out).toMatch(/decision +site +The site/);
  expect(JSON.parse((await carillon('used-by', 'audience', 'french', '--json')).out)).toEqual([
    { kind: 'decision', key: 'site', name: 'The site' },
  ]);
  expect((await carillon('used-by', 'decision', 'site')).out).toBe('Nothing here.\n');
  expect((await carillon('used-by', 'audience', 'nobody')).code).toBe(1);
});
