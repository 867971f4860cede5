import type { z } from 'zod';
import { invalid, type Problem } from './errors.ts';
import { suggest } from './suggest.ts';

/**
 * Parses `input` with a zod schema; throws `invalid` with every problem, each with its dotted path.
 * Unknown keys are reported with the nearest known key when `known` lists the keys for that path.
 */
export function parseWith<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.infer<Schema> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, []));
  throw invalid(`${what} is not valid.`, problems);
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, prefix: readonly PropertyKey[]): Problem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: dotted([...path, key]), message: `Unknown key "${key}".` }));
  }
  if (issue.code === 'invalid_union') {
    const nearest = nearestBranch(issue.errors);
    if (nearest) return nearest.flatMap((inner) => problemsOf(inner, path));
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const near = typeof issue.input === 'string' ? suggest(issue.input, values) : undefined;
    return [
      {
        path: dotted(path),
        message: issue.message,
        expected: values.join(' | '),
        ...(near === undefined ? {} : { suggestion: near }),
      },
    ];
  }
  const expected = 'expected' in issue && typeof issue.expected === 'string' ? { expected: issue.expected } : {};
  return [{ path: dotted(path), message: issue.message, ...expected }];
}

/** Of a union's branches, the one whose errors lie deepest: the branch that the author most likely meant. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map((issue) => issue.path.length));
  return [...branches]
    .filter((issues) => issues.length > 0)
    .sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
