import { expect, test } from 'vitest';
import { readSources } from './sources.ts';

const LINES_MAX = 400;
/** Where SQL may stand: a folder's stores, campaign activities and what they are built from, the compiler of rules, the SQL layer. */
const SQL_PLACES = [
  /^src\/(?:services|channels)\/.*\/store[^/]*\.ts$/,
  /^src\/services\/campaigns\/(?:activities\/.*|source|work)\.ts$/,
  /^src\/services\/rules\//,
  /^src\/platform\//,
];
/** A statement; beginning and ending a transaction is not about any table. */
const STATEMENT = /(?<![-\w])sql(?:<[^`]*?>)?`(?!(?:begin|commit|rollback|savepoint)\b)|\braw\(/;
const VAGUE_NAME = /(?:^|\/)(?:utils?|helpers?|common|misc|shared|types)(?:\.ts|\/)/;

const source = readSources('src');
const all = [...source, ...readSources('test'), ...readSources('bench')];

test('no file is longer than 400 lines', () => {
  const long = all.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
  expect(long.filter(({ lines }) => lines > LINES_MAX)).toEqual([]);
});

test('a file is named after what it holds, in kebab-case', () => {
  const wrong = all.filter(({ path }) => VAGUE_NAME.test(path) || !/^[a-z0-9./-]+$/.test(path));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('SQL stands in stores, activities and the rules compiler only', () => {
  const wrong = source.filter(
    ({ path, text, isTest }) => !isTest && STATEMENT.test(text) && !SQL_PLACES.some((it) => it.test(path)),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('who looks at sessions or locks looks at those of one database: other tests run on the same server', () => {
  const wrong = all.filter(({ text }) =>
    [...text.matchAll(/`[^`]*\bpg_(?:locks|stat_activity)\b[^`]*`/g)].some(
      ([statement]) => !/\bdatname\b/.test(statement),
    ),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('the environment is an argument: nothing in src reads it by itself', () => {
  expect(source.filter(({ text, isTest }) => !isTest && /process\.env\b/.test(text)).map(({ path }) => path)).toEqual(
    [],
  );
});

test('no folder of versions: replaced code is gone', () => {
  const wrong = all.filter(({ path }) => /(?:^|[/-])(?:v2|new|old|legacy)(?:[/.-]|$)/.test(path));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('there are no default exports', () => {
  expect(source.filter(({ text }) => /^export default /m.test(text)).map(({ path }) => path)).toEqual([]);
});
