import { expect, test } from 'vitest';
import { AppError } from '../../src/core/kernel/index.ts';
import { readMapping } from '../../src/services/imports/index.ts';

function problemsOf(text: string) {
  try {
    readMapping(text);
  } catch (error) {
    if (error instanceof AppError) return error.problems;
    throw error;
  }
  return [];
}

test('what is wrong with the text of a mapping is said with its line', () => {
  expect(problemsOf('columns:\n  a: [')).toMatchObject([{ path: 'line 2' }]);
  expect(problemsOf('delimiter: ","\n---\nencoding: utf-8\n')).toMatchObject([
    { path: 'line 2', message: 'A mapping is one document; here begins another.' },
  ]);
  expect(problemsOf('['.repeat(5_000))).toMatchObject([{ message: 'is nested more than 200 levels deep.' }]);
});
