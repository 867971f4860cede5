import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { type CsvOptions, createCsvParser } from './csv.ts';
import { sniffDelimiter, sniffNewline } from './sniff.ts';

type Read = { records: [number, ...string[]][]; damaged: [number, string][] };

function read(chunks: readonly string[], options: Partial<CsvOptions> = {}): Read {
  const found: Read = { records: [], damaged: [] };
  const parser = createCsvParser(
    { delimiter: ',', ...options },
    {
      record: (fields, line) => found.records.push([line, ...fields]),
      damaged: (_text, line, reason) => found.damaged.push([line, reason]),
    },
  );
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return found;
}

test('quotes, doubled quotes, line breaks in quotes, both line endings and empty lines', () => {
  const text = 'a,"b ""x""",c\r\n\n"two\nlines",,"q,q"\nlast,"",';
  expect(read([text]).records).toEqual([
    [1, 'a', 'b "x"', 'c'],
    [3, 'two\nlines', '', 'q,q'],
    [5, 'last', '', ''],
  ]);
});

test('a quote inside a plain field is a character', () => {
  expect(read(['a,5" pipe,c\n']).records).toEqual([[1, 'a', '5" pipe', 'c']]);
});

test('a damaged record costs that record only', () => {
  const { records, damaged } = read(['1,"a"b,c\n2,x,y\n3,"never closed\n4,z,z\n']);
  expect(records).toEqual([
    [2, '2', 'x', 'y'],
    [4, '4', 'z', 'z'],
  ]);
  expect(damaged).toEqual([
    [1, 'unbalanced_quotes'],
    [3, 'unbalanced_quotes'],
  ]);
});

test('a line without end is told and passed over, however it is cut', () => {
  const { records, damaged } = read(
    ['1,a\n', 'x'.repeat(60), 'x'.repeat(60), 'x\n3,c\n', '"', 'y'.repeat(120), '\n5,e\n'],
    {
      recordCharsMax: 100,
    },
  );
  expect(records).toEqual([
    [1, '1', 'a'],
    [3, '3', 'c'],
    [5, '5', 'e'],
  ]);
  expect(damaged).toEqual([
    [2, 'line_too_long'],
    [4, 'unbalanced_quotes'],
  ]);
});

test('chunk boundaries never change what comes out', () => {
  const text = fc.array(fc.constantFrom('a', ',', '"', '\n', '\r\n', 'é', '""', ' '), { maxLength: 60 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(60)), (parts, cuts) => {
      const whole = parts.join('');
      const places = [...new Set(cuts.filter((cut) => cut < whole.length))].sort((a, b) => a - b);
      const chunks = [0, ...places].map((place, index) => whole.slice(place, places[index] ?? whole.length));
      expect(read(chunks)).toEqual(read([whole]));
    }),
  );
});

test('well-formed files are read as papaparse reads them', () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', ';', ' ', '\t'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }), (rows) => {
      const text = Papa.unparse(rows, { newline: '\n' });
      const theirs = Papa.parse<string[]>(text, { delimiter: ',', newline: '\n' }).data;
      expect(read([text]).records.map(([, ...fields]) => fields)).toEqual(theirs);
    }),
  );
});

test.each([
  ['a,b,c\n1,2,3\n', ','],
  ['a;b;c\n1,5;2,5;3\n', ';'],
  ['a\tb\n"x, y, z"\t2\n', '\t'],
  ['name|note\nx|"a;b;c"\n', '|'],
  ['only\n1\n', ','],
  ['id,when\n1,10:00:00\n', ','],
])('the delimiter of %j is %j', (text, delimiter) => {
  expect(sniffDelimiter(text)).toBe(delimiter);
});

test('old Macs end lines with a carriage return', () => {
  expect(sniffNewline('a,b\r1,2\r')).toBe('\r');
  expect(read(['a,b\r1,"2', '"\r'], { newline: '\r' }).records).toEqual([
    [1, 'a', 'b'],
    [2, '1', '2'],
  ]);
});
