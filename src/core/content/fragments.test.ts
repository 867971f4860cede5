import { expect, test } from 'vitest';
import type { FragmentDefinition } from './definition.ts';
import { expandFragments } from './fragments.ts';

const include = (key: string, times: number) => `{% fragment '${key}' %}`.repeat(times);

test('fragments that include each other a thousand times are a problem, found at once', () => {
  const bodies = ['a', 'b', 'c', 'd'].map((key, at, keys) => ({ key, text: include(keys[at + 1] ?? 'leaf', 1_000) }));
  const fragments = new Map<string, FragmentDefinition>(
    [...bodies, { key: 'leaf', text: 'x' }].map((one) => [one.key, { kind: 'fragment', ...one }]),
  );
  const { problems, source } = expandFragments(include('a', 1_000), 'text', fragments);
  expect(problems).toEqual([expect.objectContaining({ path: 'text' })]);
  expect(source.length).toBeLessThan(2_000_000);
  expect(expandFragments(include('d', 10), 'text', fragments)).toMatchObject({
    source: 'x'.repeat(10_000),
    problems: [],
  });
});
