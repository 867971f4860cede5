import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/index.ts';
import { openShop } from './support.ts';

const shop = await openShop();
const { ctx, post, server } = shop;
const folder = await mkdtemp(join(tmpdir(), 'carillon-test-'));
afterAll(async () => {
  await rm(folder, { recursive: true });
  await shop.close();
});

async function carillon(...argv: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const environment = { DATABASE_URL: ctx.databaseUrl };
    return { code: await runCli(argv, { version: '0', environment, start: async () => undefined }), out };
  } finally {
    write.mockRestore();
    errors.mockRestore();
  }
}

test('a write key and the URL of a webhook that were made on the command line are taken by the server', async () => {
  const made = await carillon('source', 'create', 'app');
  const headers = { 'x-write-key': made.out.trim() };
  const payload = '{"event":"Ordered","userId":"u1"}';
  expect((await server.inject({ method: 'POST', url: '/v1/track', headers, payload })).statusCode).toBe(200);

  const mapping = join(folder, 'crm.yaml');
  await writeFile(mapping, 'event: Called\nidentities: { email: mail }\n');
  const hook = await carillon('source', 'create', 'crm', '--webhook', mapping);
  const { pathname } = new URL(hook.out.trim());
  const called = { method: 'POST', url: pathname, payload: '{"mail":"ana@example.com"}' } as const;
  expect((await server.inject(called)).statusCode).toBe(200);

  await writeFile(mapping, 'event: Called\nidentities: { email: address }\n');
  const [, , crm] = JSON.parse((await carillon('source', 'list', '--json')).out);
  expect((await carillon('source', 'change', String(crm.source_id), '--webhook', mapping)).code).toBe(0);
  expect((await carillon('source', 'change', '4711', '--webhook', mapping)).code).toBe(1);

  const listed = JSON.parse((await carillon('source', 'list', '--json')).out);
  expect(listed.map(({ name, kind }: { name: string; kind: string }) => [name, kind])).toEqual([
    ['shop', 'write_key'],
    ['app', 'write_key'],
    ['crm', 'webhook'],
  ]);
  expect((await carillon('source', 'revoke', String(listed[1].source_id))).code).toBe(0);
  expect((await carillon('source', 'revoke', String(listed[1].source_id))).code).toBe(1);
  expect((await carillon('source', 'create', 'shop')).code).toBe(1);
});

test('dead letters are listed and read again on the command line', async () => {
  await post('/v1/batch', { batch: [{ type: 'track', userId: 'u1' }] });
  const listed = await carillon('dead-letters', 'list', '--reason', 'missing_event_name', '--json');
  expect(JSON.parse(listed.out)).toMatchObject([{ source: 'shop', body: '{"type":"track","userId":"u1"}' }]);
  expect((await carillon('dead-letters', 'list')).out).toContain('missing_event_name');
  expect((await carillon('dead-letters', 'replay', '--source', 'shop')).out.trim()).toBe(
    '0 replayed, 1 still refused.',
  );
  expect((await carillon('dead-letters', 'replay', 'many')).code).toBe(2);
  expect((await carillon('dead-letters', 'list', '--reason', 'none')).code).toBe(2);
});
