import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './sources.ts';

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** A path in backticks that starts with a folder of ours; one with a placeholder in it names a shape, not a file. */
const CITED = /`((?:src|test|bench|docs|examples|migrations|scripts|bin|\.ci)\/[^`\s]*)`/g;
const LINKED = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g;
const PLACEHOLDER = /[<>{}*…]|\.\.\./;

test('every path that a document cites exists', () => {
  const missing = documents.flatMap((document) =>
    [...read(document).matchAll(CITED)]
      .map((match) => match[1] ?? '')
      .filter((path) => !PLACEHOLDER.test(path) && !existsSync(join(ROOT, path)))
      .map((path) => `${document}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test('every link from a document to another leads somewhere', () => {
  const missing = documents.flatMap((document) =>
    [...read(document).matchAll(LINKED)]
      .map((match) => match[1] ?? '')
      .filter((path) => !existsSync(join(ROOT, dirname(document), path)))
      .map((path) => `${document}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test('every npm script that a document names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const missing = documents.flatMap((document) =>
    [...read(document).matchAll(/npm run ([a-z][a-z-]*)/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => !(name in scripts))
      .map((name) => `${document}: npm run ${name}`),
  );
  expect(missing).toEqual([]);
});
