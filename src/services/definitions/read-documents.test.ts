import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../core/kernel/index.ts';
import { readDocuments } from './read-documents.ts';

const at = (text: string, path: string, document = 0) => readDocuments(text, 'f.yaml')[document]?.place({ path }).path;

test('a path is placed where its key, its item or the deepest part of it that exists begins', () => {
  const text = [
    'kind: campaign',
    'activities:',
    '  mail: { type: email, tags: [a, b] }',
    '---',
    'kind: table',
    'key: x',
  ].join('\n');
  expect(at(text, 'activities.mail')).toBe('f.yaml:3:3 activities.mail');
  expect(at(text, 'activities.mail.type')).toBe('f.yaml:3:11 activities.mail.type');
  expect(at(text, 'activities.mail.tags.1')).toBe('f.yaml:3:34 activities.mail.tags.1');
  expect(at(text, 'activities.post.type')).toBe('f.yaml:2:1 activities.post.type');
  expect(at(text, '')).toBe('f.yaml:1:1');
  expect(at(text, 'key', 1)).toBe('f.yaml:6:1 key');
});

test('without a file name a path stays as it is, and line and column are said beside it', () => {
  const [document] = readDocuments('kind: campaign\nactivities:\n  mail: 1');
  expect(document?.place({ path: 'activities.mail' })).toEqual({ path: 'activities.mail', line: 3, column: 3 });
});

test('a key with dots in it is found by a path of dots', () => {
  const text = 'crm: { status: 200 }\nhttps://api.example.com:\n  status: 99\n';
  expect(at(text, 'https://api.example.com.status')).toBe('f.yaml:3:3 https://api.example.com.status');
  expect(at(text, 'https://api.example.com.body')).toBe('f.yaml:2:1 https://api.example.com.body');
});

test('each document keeps its own text, with the comments before it', () => {
  const texts = ['# first\na: 1 # one\n', '# second\nb: 2\n'];
  expect(readDocuments(texts.join('---\n')).map(({ text }) => text)).toEqual(texts);
});

test('JSON is read as well, with its tabs, and empty documents are left out', () => {
  expect(readDocuments('{\n\t"kind": "table",\n\t"key": "x"\n}', 'f.json').map((it) => it.value)).toEqual([
    { kind: 'table', key: 'x' },
  ]);
  expect(readDocuments('---\n# nothing\n---\na: 1\n', 'f.yaml').map((it) => it.value)).toEqual([{ a: 1 }]);
  expect(readDocuments('', 'f.yaml')).toEqual([]);
});

test('dates and words stay what they look like: text', () => {
  const [document] = readDocuments('a: 2026-12-01T09:00\nb: yes\nc: 10%\nd: 1h\ne: no\n', 'f.yaml');
  expect(document?.value).toEqual({ a: '2026-12-01T09:00', b: 'yes', c: '10%', d: '1h', e: 'no' });
});

test('any text is either read or refused with its place, never anything else', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '- ',
    '  ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '&x ',
    '*x',
    '!!set ',
    '---\n',
    '|',
    '>',
    '#',
    '? ',
    '<<',
    '%',
    '\t',
    '\0',
    '1',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (written) => {
      try {
        for (const document of readDocuments(written, 'f')) document.place({ path: 'a.0.b' });
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).problems.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['JSON', `${'{"all":['.repeat(20_000)}${']}'.repeat(20_000)}`],
  ['YAML in lines', Array.from({ length: 3_000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
  ['YAML in one line', '- '.repeat(20_000)],
])('%s that is nested without end is refused, and does not end the process', (_, text) => {
  expect(() => readDocuments(text)).toThrow(
    expect.objectContaining({
      problems: [expect.objectContaining({ message: 'is nested more than 200 levels deep.' })],
    }),
  );
});

test('what is nested as deep as a body may be is read', () => {
  const text = `${'['.repeat(200)}${']'.repeat(200)}`;
  expect(JSON.stringify(readDocuments(text)[0]?.value)).toBe(text);
});
