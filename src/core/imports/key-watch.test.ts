import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnType } from '../data/index.ts';
import { createKeyWatch } from './key-watch.ts';

function distinct(types: readonly ColumnType[], keys: Iterable<readonly string[]>, slotsMax?: number): boolean {
  const watch = createKeyWatch(types, slotsMax);
  for (const key of keys) {
    watch.start();
    for (const part of key) watch.part(part);
    watch.end();
  }
  return watch.distinct();
}

function* numbers(count: number, of: (index: number) => number): Generator<[string]> {
  for (let index = 0; index < count; index++) yield [String(of(index))];
}

test('a key that stands twice is never called distinct, and keys that differ are', () => {
  const keys = fc.array(fc.tuple(fc.stringMatching(/^[a-c]{0,3}$/), fc.integer({ min: 0, max: 9 }).map(String)));
  fc.assert(
    fc.property(keys, (rows) => {
      const repeats = new Set(rows.map((row) => row.join('|'))).size < rows.length;
      expect(distinct(['text', 'integer'], rows)).toBe(!repeats);
    }),
  );
});

test('half a million keys in no order are distinct, until the first one comes again', () => {
  const many = 500_000;
  const scattered = (index: number) => (index * 7_368_787) % many;
  expect(distinct(['integer'], numbers(many, scattered))).toBe(true);
  expect(distinct(['integer'], numbers(many + 1, scattered))).toBe(false);
});

test('more keys than it keeps are not called distinct', () => {
  expect(distinct(['integer'], numbers(600, Number), 1_024)).toBe(true);
  expect(distinct(['integer'], numbers(700, Number), 1_024)).toBe(false);
});

test('a row that was refused leaves no trace', () => {
  const watch = createKeyWatch(['integer', 'integer']);
  for (const value of ['7', '8']) {
    watch.start();
    watch.part(value);
    watch.part('1');
    watch.end();
    watch.start();
    watch.part(value);
  }
  expect(watch.distinct()).toBe(true);
  watch.start();
  watch.part('7');
  watch.part('1');
  watch.end();
  expect(watch.distinct()).toBe(false);
});

test.each<[string, ColumnType, string[]]>([
  ['zero with and without a sign', 'integer', ['0', '-0']],
  ['decimals, which can be written in several ways', 'decimal', ['1.0', '1.00']],
  ['timestamps, which can be written in several ways', 'timestamp', ['2026-01-01 00:00:00Z', '2026-01-01 01:00:00+01']],
  ['halves of surrogate pairs, which are stored as one character', 'text', ['\ud800', '\ud801']],
])('keys that may be equal when stored are not called distinct: %s', (_name, type, values) => {
  expect(
    distinct(
      [type],
      values.map((value) => [value]),
    ),
  ).toBe(false);
});
