import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError, type Problem } from './errors.ts';
import { parseWith } from './parse.ts';
import { verbatim } from './wording.ts';

function problemsIn(schema: z.ZodType, input: unknown): readonly Problem[] {
  try {
    parseWith(schema, input, verbatim('The input'));
  } catch (error) {
    if (error instanceof AppError) return error.problems;
    throw error;
  }
  return [];
}

const Inner = z.strictObject({ country: z.string(), language: z.string().optional() });

describe('an unknown key names the nearest known one', () => {
  const expected = 'country | language';
  const found = { message: 'Unknown key "contry".', expected, suggestion: 'country' };
  const input = { country: 'FR', contry: 'FR' };
  const cases: [where: string, schema: z.ZodType, input: unknown, path: string][] = [
    ['at the top', Inner, input, 'contry'],
    ['in a field', z.strictObject({ address: Inner }), { address: input }, 'address.contry'],
    ['in an array', z.array(Inner), [{ country: 'BE' }, input], '1.contry'],
    ['in a record', z.record(z.string(), Inner), { home: input }, 'home.contry'],
    ['in an optional with a default', z.strictObject({ a: Inner.optional().nullable() }), { a: input }, 'a.contry'],
    ['behind a transform', z.strictObject({ a: Inner.transform((value) => value.country) }), { a: input }, 'a.contry'],
    ['in the branch that was meant', z.strictObject({ a: z.union([z.string(), Inner]) }), { a: input }, 'a.contry'],
    [
      'in a discriminated union',
      z.discriminatedUnion('type', [
        Inner.extend({ type: z.literal('place') }),
        z.strictObject({ type: z.literal('other') }),
      ]),
      { type: 'place', ...input },
      'contry',
    ],
  ];
  test.each(cases)('%s', (_where, schema, given, path) => {
    const [problem, ...others] = problemsIn(schema, given);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path, message: found.message, suggestion: found.suggestion });
    expect(problem?.expected).toContain(expected);
  });
});

test('a name too far from every known one gets the list and no guess', () => {
  expect(problemsIn(Inner, { country: 'FR', zzz: 1 })).toMatchObject([
    { path: 'zzz', message: 'Unknown key "zzz".', expected: 'country | language' },
  ]);
});

test('a wrong choice lists the choices and names the nearest', () => {
  const [problem] = problemsIn(z.strictObject({ type: z.enum(['text', 'integer']) }), { type: 'intger' });
  expect(problem).toMatchObject({ path: 'type', expected: 'text | integer', suggestion: 'integer' });
});

test('a wrong discriminator lists the choices and names the nearest', () => {
  const schema = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('table') }),
    z.strictObject({ kind: z.literal('audience') }),
  ]);
  const [problem] = problemsIn(schema, { kind: 'audiense' });
  expect(problem).toMatchObject({ path: 'kind', expected: 'table | audience', suggestion: 'audience' });
});

test('every problem is reported at once', () => {
  const schema = z.strictObject({ a: z.number(), b: z.array(z.string()), c: z.boolean() });
  expect(problemsIn(schema, { a: 'x', b: [1, 'y', 2], d: 1 }).map((problem) => problem.path)).toEqual([
    'a',
    'b.0',
    'b.2',
    'c',
    'd',
  ]);
});

test('of the branches of a union, the one that knows the keys is the one that was meant', () => {
  const Condition = z.union([
    z.strictObject({ trait: z.string(), gte: z.number().optional(), within: z.string().optional() }),
    z.strictObject({ event: z.string(), where: z.record(z.string(), z.number()), within: z.string().optional() }),
    z.strictObject({ type: z.literal('mail'), template: z.string() }),
    z.strictObject({ type: z.literal('text'), template: z.string(), sender: z.string() }),
  ]);
  const paths = (input: unknown) => problemsIn(Condition, input).map((problem) => problem.path);
  expect(paths({ trait: 'spent', gte: 5, witin: '3d' })).toEqual(['witin']);
  expect(paths({ event: 'Order', where: { a: 'x' } })).toEqual(['where.a']);
  expect(paths({ type: 'mail', tempalte: 'x' })).toEqual(['template', 'tempalte']);
  const Entry = z.union([
    z.strictObject({ event: z.union([z.string(), z.array(z.string())]), where: z.string().optional() }),
    z.strictObject({ read: z.string(), every: z.enum(['day', 'week']).optional() }),
  ]);
  const wrong = (input: unknown) => problemsIn(Entry, input).map((problem) => problem.path);
  expect(wrong({ raed: 'vip' })).toEqual(['read', 'raed']);
  expect(wrong({ evnt: 'Order' })).toEqual(['event', 'evnt']);
  expect(wrong({ read: 'vip', every: 'month' })).toEqual(['every']);
});

test('text that the database cannot hold is refused wherever it stands, and so is bottomless nesting', () => {
  const Anything = z.unknown();
  const paths = (input: unknown) => problemsIn(Anything, input).map((problem) => problem.path);
  expect(paths({ a: ['fine', 'x\0'], b: { c: '\ud800' } }).sort()).toEqual(['a.1', 'b.c']);
  expect(paths({ 'k\0': 1 })).toEqual(['']);
  expect(paths('😀 é \ufffd')).toEqual([]);
  let deep: unknown = 'x';
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(problemsIn(Anything, deep)[0]?.message).toContain('levels deep');
});
