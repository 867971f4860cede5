import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { demoHints } from '../../src/cli/demo.ts';
import { createProgram, runCli } from '../../src/cli/index.ts';
import { createTestContext } from '../support/context.ts';

const ctx = await createTestContext();
let folder = '';
const dependencies = {
  version: '9.9.9',
  environment: { DATABASE_URL: ctx.databaseUrl, LOG_LEVEL: 'silent' },
  start: async () => undefined,
};

async function carillon(...argv: string[]) {
  let out = '';
  let err = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
  try {
    return { code: await runCli(argv, dependencies), out, err };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-cli-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await ctx.close();
});

test('every command has a description and prints its help with exit code 0', async () => {
  const paths: string[][] = [];
  const walk = (command: ReturnType<typeof createProgram>, path: string[]) => {
    expect(command.description(), path.join(' ')).not.toBe('');
    paths.push(path);
    for (const child of command.commands) walk(child, [...path, child.name()]);
  };
  walk(createProgram(dependencies), []);
  for (const path of paths) {
    const { code, out } = await carillon(...path, '--help');
    expect([path.join(' '), code]).toEqual([path.join(' '), 0]);
    expect(out).toContain(['Usage: carillon', ...path].join(' '));
  }
});

test('every command is in docs/cli.md', async () => {
  const text = await readFile(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  const walk = (command: ReturnType<typeof createProgram>, path: string[]): string[] =>
    command.commands.length === 0
      ? [path.join(' ')]
      : command.commands.flatMap((child) => walk(child, [...path, child.name()]));
  const missing = walk(createProgram(dependencies), ['carillon']).filter((command) => !text.includes(`\`${command}`));
  expect(missing).toEqual([]);
});

test('what is written for people to type is understood: in the documents, in examples and at the end of the demo', async () => {
  const root = join(import.meta.dirname, '../..');
  const documents = ['README.md', ...(await readdir(join(root, 'docs'))).map((name) => `docs/${name}`)];
  const examples = (await readdir(join(root, 'examples'), { recursive: true })).map((name) => `examples/${name}`);
  const lines = demoHints('http://127.0.0.1:8080', { runId: 1, sent: 2 }).map(([command]) => command);
  for (const path of [...documents, ...examples].filter((name) => /\.(md|yaml)$/.test(name))) {
    lines.push(...(await readFile(join(root, path), 'utf8')).split('\n'));
  }
  const commands = lines.flatMap((line) => {
    const typed = /^(?:[$#] )?(?:cat \S+ \| )?(?:npx )?carillon ((?:"[^"]*"|'[^']*'|[^"'#>])+)/.exec(line)?.[1]?.trim();
    return typed === undefined || / (PATH|is|does)\b/.test(typed) ? [] : [typed];
  });
  expect(commands.length).toBeGreaterThan(20);
  for (const command of commands) {
    const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, ...word]) =>
      word.find((one) => one !== undefined),
    );
    expect(await understood(words.map(String)), command).toBe('');
  }
});

/** Parses a command line without executing it; answers what is wrong with it. */
async function understood(argv: string[]): Promise<string> {
  const program = createProgram(dependencies);
  const silence = (command: ReturnType<typeof createProgram>) => {
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    for (const child of command.commands) silence(child as ReturnType<typeof createProgram>);
  };
  silence(program);
  return program.parseAsync(argv, { from: 'user' }).then(
    () => '',
    (error: Error) => error.message,
  );
}

test('a number or a format that is none is a command that is not understood', async () => {
  for (const argv of [
    'campaign rows spring abc lots',
    'campaign show spring x',
    'campaign rows spring 1 lots --export xml',
    'audience preview some --limit many',
    'audience export some --format xml',
    'key revoke me',
  ]) {
    expect([argv, (await carillon(...argv.split(' '))).code]).toEqual([argv, 2]);
  }
});

test('a command that is not understood ends with 2, one that fails with 1', async () => {
  expect(await carillon('--version')).toMatchObject({ code: 0, out: '9.9.9\n' });
  expect((await carillon()).code).toBe(2);
  const slip = await carillon('aply', 'x');
  expect(slip.code).toBe(2);
  expect(slip.err).toContain('Did you mean apply?');
  expect((await carillon('apply')).code).toBe(2);
  expect((await carillon('export', '--kind', 'nothing')).code).toBe(2);
  expect((await carillon('key', 'revoke', '12345')).code).toBe(1);
  expect((await carillon('apply', join(folder, 'missing.yaml'))).code).toBe(1);
});

test('a key that is made can be listed and revoked, and only its making prints the secret', async () => {
  const made = await carillon('key', 'create', 'robot', '--scope', 'campaigns:*', 'audiences:read');
  expect(made.code).toBe(0);
  expect(made.out).toMatch(/^carillon_[\w-]{43}\n$/);
  const listed = await carillon('key', 'list');
  expect(listed.out).toContain('campaigns:*, audiences:read');
  expect(listed.out).not.toContain(made.out.trim());
  const [key] = JSON.parse((await carillon('key', 'list', '--json')).out);
  expect(key).toMatchObject({ name: 'robot', revoked_at: null });
  expect((await carillon('key', 'revoke', String(key.key_id))).code).toBe(0);
});

test('definitions are applied from files and come back as they were written', async () => {
  const text = 'kind: table\nkey: cities\ncolumns:\n  city: text\n  people: integer\nprimary_key: city\n';
  const path = await file('cities.yaml', text);
  const dry = await carillon('apply', path, '--publish', '--dry-run');
  expect(dry.out).toMatch(/table +cities +created +published +1/);
  expect(dry.err).toContain('nothing was changed');
  expect(JSON.parse((await carillon('apply', folder, '--publish', '--json')).out)).toEqual([
    { kind: 'table', key: 'cities', change: 'created', state: 'published', version: 1, notes: [] },
  ]);
  expect((await carillon('apply', path, '--publish')).out).toContain('unchanged');
  expect((await carillon('export', '--kind', 'table')).out).toBe(text);
});

test('in a folder, files that hold no definition are left out and named', async () => {
  await file('map.yaml', 'delimiter: ";"\ncolumns: {}\n');
  const applied = await carillon('apply', folder, '--dry-run');
  expect(applied.code).toBe(0);
  expect(applied.err).toContain('map.yaml holds no definition');
  expect((await carillon('apply', join(folder, 'map.yaml'))).code).toBe(1);
});

test('a wrong definition is refused with its place, what was expected and the likely slip', async () => {
  const path = await file('wrong.yaml', 'kind: table\nkey: x\ncolumns: { a: txt }\nprimary_key: a\nlnks: {}\n');
  const { code, out, err } = await carillon('apply', path);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(`${path}:3:12 columns.a`);
  expect(err).toContain('Did you mean "text"?');
  expect(err).toContain(`${path}:5:1 lnks: Unknown key "lnks".`);
  expect(err).toContain('Did you mean "links"?');
  const machine = await carillon('apply', path, '--json');
  expect(JSON.parse(machine.out).error).toMatchObject({ code: 'invalid', problems: [{}, { suggestion: 'links' }] });
});

test('what is wrong with a definition is one JSON document, and a failure', async () => {
  const path = await file('broken.yaml', 'kind: campaign\nkey: broken\n');
  const { code, out } = await carillon('campaign', 'validate', path, '--json');
  process.exitCode = undefined;
  expect(code).toBe(1);
  const { valid, problems } = JSON.parse(out);
  expect({ valid, first: Object.keys(problems[0]).includes('wording') }).toEqual({ valid: false, first: false });
});

test('what an author should know is said in sentences as JSON too', async () => {
  const path = await file('slow.yaml', "kind: audience\nkey: slow\nrule: { message: '*', within: 30d }\n");
  const { code, out } = await carillon('apply', path, '--publish', '--json');
  expect(code, out).toBe(0);
  expect(JSON.parse(out)).toMatchObject([{ key: 'slow', notes: [expect.stringContaining('does not stream')] }]);
});

test('a webhook is made, tried and deleted at the terminal; one for an audience that nobody has is refused', async () => {
  const create = (...options: string[]) =>
    carillon('webhook', 'create', 'CRM', 'https://crm.example.com/hook', '--event', 'message.sent', ...options);
  const refused = await create('--audience', 'nobody');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('There is no audience "nobody".');
  expect((await create()).out).toMatch(/^whsec_/);
  const [made] = JSON.parse((await carillon('webhook', 'list', '--json')).out);
  expect(made).toMatchObject({ name: 'CRM', events: ['message.sent'], state: 'active' });
  const id = String(made.webhookId);
  expect((await carillon('webhook', 'disable', id)).code).toBe(0);
  expect((await carillon('webhook', 'ping', id)).err).toContain('is disabled');
  expect((await carillon('webhook', 'enable', id)).code).toBe(0);
  expect((await carillon('webhook', 'ping', id)).code).toBe(0);
  expect((await carillon('webhook', 'deliveries', id)).code).toBe(0);
  expect((await carillon('webhook', 'delete', id)).code).toBe(0);
  expect((await carillon('webhook', 'delete', id)).code).toBe(1);
});
