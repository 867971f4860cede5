import { expect, test } from 'vitest';
import { nounOf, readSources, type Source } from './sources.ts';

const sources = readSources('src');
const product = sources.filter((source) => !source.isTest);

/** What each layer may import, besides itself. */
const LAYERS: Record<string, readonly string[]> = {
  core: [],
  platform: ['core/kernel'],
  channels: ['core', 'platform'],
  services: ['core', 'platform'],
  api: ['services', 'core', 'platform'],
  cli: ['services', 'core', 'platform'],
  'serve.ts': ['api', 'cli', 'channels', 'services', 'core', 'platform'],
  'main.ts': ['serve.ts', 'cli', 'channels'],
};

/** Packages that touch neither clock, network nor disk, so that core stays pure and runs in a browser. */
const CORE_PACKAGES = ['zod', 'liquidjs', 'libphonenumber-js', 'temporal-polyfill'];

const layerOf = (path: string) => path.split('/')[1] ?? '';

test('every file belongs to a layer', () => {
  expect(product.filter(({ path }) => !(layerOf(path) in LAYERS)).map(({ path }) => path)).toEqual([]);
});

test('imports go down only: core <- platform <- channels, services <- api, cli <- main', () => {
  const wrong = product.flatMap((source) =>
    source.imports
      .filter(({ to, isOurs }) => isOurs && to.startsWith('src/') && !mayImport(source.path, to))
      .map(({ to }) => `${source.path} -> ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('core imports nothing but pure packages', () => {
  const wrong = product
    .filter(({ path }) => layerOf(path) === 'core')
    .flatMap((source) =>
      source.imports
        .filter(({ to, isOurs }) => !isOurs && !CORE_PACKAGES.includes(to))
        .map(({ to }) => `${source.path} -> ${to}`),
    );
  expect(wrong).toEqual([]);
});

test('core knows no clock, no chance, no timer and no process', () => {
  const forbidden =
    /\bMath\.random\b|\bnew Date\b|\bDate\.(?:now|parse|UTC)\b|\bset(?:Timeout|Interval|Immediate)\(|\bperformance\.|\bprocess\.|\bBuffer\.|\bfetch\(/;
  const wrong = product
    .filter(({ path }) => layerOf(path) === 'core')
    .flatMap(({ path, text }) =>
      withoutComments(text)
        .split('\n')
        .flatMap((line, at) => (forbidden.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
    );
  expect(wrong).toEqual([]);
});

test('the product imports no test', () => {
  const wrong = product.flatMap((source) =>
    source.imports
      .filter(({ to, isOurs }) => isOurs && (!to.startsWith('src/') || to.endsWith('.test.ts')))
      .map(({ to }) => `${source.path} -> ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('a folder is entered through its door, index.ts', () => {
  const wrong = product.flatMap((source) =>
    source.imports
      .filter(({ to, isOurs }) => {
        const noun = nounOf(to);
        return isOurs && noun !== undefined && noun !== nounOf(source.path) && to !== `${noun}/index.ts`;
      })
      .map(({ to }) => `${source.path} -> ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('inside a folder siblings import each other directly, never through their own door', () => {
  const wrong = product.flatMap((source) =>
    source.imports
      .filter(({ to, isOurs }) => isOurs && nounOf(to) !== undefined && to === `${nounOf(source.path)}/index.ts`)
      .map(({ to }) => `${source.path} -> ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('a door names what it exports', () => {
  const wrong = product.filter(({ path, text }) => path.endsWith('index.ts') && /^export \* /m.test(text));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('no file needs itself in the end', () => {
  expect(findCycles(product)).toEqual([]);
});

function mayImport(from: string, to: string): boolean {
  const [layer, other] = [layerOf(from), layerOf(to)];
  if (layer === other) return true;
  return (LAYERS[layer] ?? []).some((allowed) => to === `src/${allowed}` || to.startsWith(`src/${allowed}/`));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/\/\/.*$/gm, '');
}

/** Cycles of imports that exist at run time, each written as a path; depth first, so every cycle has one that is found. */
function findCycles(files: readonly Source[]): string[] {
  const edges = new Map(
    files.map(({ path, imports }) => [path, imports.filter((it) => it.isOurs && !it.isType).map((it) => it.to)]),
  );
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  const visit = (path: string) => {
    if (done.has(path)) return;
    const at = trail.indexOf(path);
    if (at >= 0) {
      cycles.push([...trail.slice(at), path].join(' -> '));
      return;
    }
    trail.push(path);
    for (const next of edges.get(path) ?? []) visit(next);
    trail.pop();
    done.add(path);
  };
  for (const path of edges.keys()) visit(path);
  return cycles;
}
