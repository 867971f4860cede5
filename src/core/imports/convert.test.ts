import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnType } from '../data/index.ts';
import { type ConvertOptions, compileConvert } from './convert.ts';
import { multiplyDecimals, plainDecimal } from './decimal.ts';
import { inferType } from './infer.ts';
import { columnNameOf } from './mapping.ts';

const WORDS = { true: ['true', 'yes', 'oui'], false: ['false', 'no'] };

function convert(type: ColumnType, text: string, options: Partial<ConvertOptions> = {}): string {
  const value = compileConvert(type, { zone: 'UTC', decimal: '.', ...WORDS, ...options })?.(text);
  return value === undefined ? 'no such format' : typeof value === 'object' ? `! ${value.reason}` : value;
}

test.each([
  ['17850', '17850'],
  ['17850.0', '17850'],
  ['-07', '-7'],
  [' +5 ', '5'],
  ['9223372036854775807', '9223372036854775807'],
  ['9223372036854775808', '! out_of_range'],
  ['1.5', '! not_an_integer'],
  ['1e3', '! not_an_integer'],
  ['', '! not_an_integer'],
])('integer %j is %s', (text, value) => expect(convert('integer', text)).toBe(value));

test.each([
  ['2.50', '2.50', {}],
  ['.5', '0.5', {}],
  ['-.5', '-0.5', {}],
  ['5.', '5', {}],
  ['1e3', '1000', {}],
  ['12e-4', '0.0012', {}],
  ['-0', '-0', {}],
  ['007.10', '7.10', {}],
  ['1.234,50', '1234.50', { decimal: ',' as const, thousands: '.' }],
  ['1 234,5', '1234.5', { decimal: ',' as const, thousands: ' ' }],
  ['1.5', '! not_a_number', { decimal: ',' as const }],
  ['1,234.5', '1234.5', { thousands: ',' }],
  ['1e9999', '! out_of_range', {}],
  ['NaN', '! not_a_number', {}],
  ['Infinity', '! not_a_number', {}],
  ['0x10', '! not_a_number', {}],
])('decimal %j is %s', (text, value, options) => expect(convert('decimal', text, options)).toBe(value));

test.each([
  ['2024-02-29', '2024-02-29', undefined],
  ['2023-02-29', '! out_of_range', undefined],
  ['2026-01-31 08:26:00', '2026-01-31', undefined],
  ['31/12/2026', '2026-12-31', 'DD/MM/YYYY'],
  ['3.4.26', '2026-04-03', 'D.M.YY'],
  ['Dec 5 1999', '1999-12-05', 'MMM D YYYY'],
  ['12/31/2026', '! not_a_date', 'DD/MM/YYYY'],
  ['0000-01-01', '! out_of_range', undefined],
  ['1', 'no such format', 'MM/YYYY'],
  ['1', 'no such format', 'DD/DD/YYYY MM'],
])('date %j is %s', (text, value, format) => expect(convert('date', text, { format })).toBe(value));

test.each([
  ['2026-01-31T08:26', '2026-01-31 08:26:00 UTC', undefined],
  ['2026-01-31 08:26:00.1234567', '2026-01-31 08:26:00.123456 UTC', undefined],
  ['2026-01-31T08:26:00Z', '2026-01-31 08:26:00Z', undefined],
  ['2026-01-31T08:26:00+0530', '2026-01-31 08:26:00+0530', undefined],
  ['2026-01-31T08:26:00+16:00', '! out_of_range', undefined],
  ['2026-01-31T24:00:00', '! out_of_range', undefined],
  ['31/01/2026 8:26 PM', '2026-01-31 20:26:00 UTC', 'DD/MM/YYYY H:mm A'],
  ['0', '1970-01-01 00:00:00.000Z', 'unix'],
  ['1709210096789', '2024-02-29 12:34:56.789Z', 'unix_ms'],
  ['-1', '1969-12-31 23:59:59.000Z', 'unix'],
  ['yesterday', '! not_a_timestamp', undefined],
])('timestamp %j is %s', (text, value, format) => expect(convert('timestamp', text, { format })).toBe(value));

test('booleans are words, JSON is checked, texts are taken as they are', () => {
  expect(['OUI', ' no ', 'maybe'].map((text) => convert('boolean', text))).toEqual([
    'true',
    'false',
    '! not_a_boolean',
  ]);
  expect(convert('json', '{"a":[1,"é"]}')).toBe('{"a":[1,"é"]}');
  expect(convert('json', '{"a":')).toBe('! not_json');
  expect(convert('json', '{"id":"7be123-e100","a":1e30}')).toBe('{"id":"7be123-e100","a":1e30}');
  expect(convert('json', '{"a":[1e400]}')).toBe('! out_of_range');
  expect(convert('json', '-1E-400')).toBe('! out_of_range');
  expect(convert('json', '{"a":[0.1000000000000000055]}')).toBe('! imprecise_number');
  expect(convert('json', '{"a":12345678901234567890}')).toBe('! imprecise_number');
  expect(
    convert(
      'json',
      '{"12345678901234567890":["12345678901234567890",12345678901234567000,0.30000000000000004,1.50000000000000000]}',
    ),
  ).toBe(
    '{"12345678901234567890":["12345678901234567890",12345678901234567000,0.30000000000000004,1.50000000000000000]}',
  );
  expect(convert('json', '"\\ud83d\\ude00"')).toBe('"\\ud83d\\ude00"');
  expect(convert('json', '"\\ud83d"')).toBe('! nul_character');
  expect(convert('json', '"\\\\u0000"')).toBe('"\\\\u0000"');
  expect(convert('text', '  x ')).toBe('  x ');
  expect(convert('text', 'x'.repeat(2 ** 21))).toBe('! too_long');
});

test('products are exact', () => {
  expect(multiplyDecimals(['-6', '2.55'])).toBe('-15.30');
  expect(multiplyDecimals(['0.1', '0.2'])).toBe('0.02');
  const amount = fc.tuple(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.nat(6));
  const text = ([digits, scale]: [bigint, number]) => plainDecimal(`${digits}e-${scale}`) as string;
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      const product = multiplyDecimals([text(a), text(b)]);
      const digits = BigInt(product.replace('.', ''));
      const scale = product.includes('.') ? product.length - product.indexOf('.') - 1 : 0;
      expect(digits * 10n ** BigInt(a[1] + b[1])).toBe(a[0] * b[0] * 10n ** BigInt(scale));
    }),
  );
});

test.each<[string[], string]>([
  [['1', '-2', '3.0'], 'integer'],
  [['1', '2.5'], 'decimal'],
  [['01234', '99999'], 'text'],
  [['+33612345678', '+33687654321'], 'text'],
  [['E1', 'E14'], 'text'],
  [['-', '12.5'], 'text'],
  [['.5', '-1.5e-7'], 'decimal'],
  [['yes', 'No'], 'boolean'],
  [['2026-01-01', '2026-02-03'], 'date'],
  [['2026-01-01', '2026-02-03 10:00:00'], 'timestamp'],
  [['{"a":1}', '[]'], 'json'],
  [['{a}', '[]'], 'text'],
  [[], 'text'],
])('%j is inferred as %s', (samples, type) => expect(inferType(samples, { decimal: '.' })).toBe(type));

test('headers become column names', () => {
  const headers = ['CustomerID', 'Customer Id', 'customer-id', 'HTMLBody', 'Größe (cm)', '2nd', 'É'];
  expect(headers.map(columnNameOf)).toEqual([
    'customer_id',
    'customer_id',
    'customer_id',
    'html_body',
    'gro_e_cm',
    'column_2nd',
    'e',
  ]);
});

test('the quick reading of plain timestamps agrees with the thorough one', () => {
  const digits = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
  const stamp = fc
    .tuple(digits(21), digits(99), digits(13), digits(32), digits(25), digits(61), digits(61))
    .map(([century, year, month, day, ...time]) => `${century}${year}-${month}-${day} ${time.join(':')}`);
  const damaged = fc
    .tuple(stamp, fc.nat(18), fc.constantFrom('x', ' ', 'T', '/', '٣'))
    .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1));
  fc.assert(
    fc.property(fc.oneof(stamp, damaged), (text) => {
      // A fraction keeps the quick reading away.
      const thorough = convert('timestamp', `${text}.0`);
      expect(convert('timestamp', text)).toBe(thorough.replace('.0 UTC', ' UTC'));
    }),
    { numRuns: 2_000 },
  );
});
