import type { z } from 'zod';
import { invalid, type Problem } from './errors.ts';
import { issueWording } from './issue-wording.ts';
import { storageProblems } from './storable.ts';
import { suggest } from './suggest.ts';
import { inLanguage, say, says, type Wording } from './wording.ts';

/** Parses `input` with a zod schema; throws `invalid` with every problem, each with its dotted path and the nearest valid name. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, input: unknown, what: Wording): z.infer<Schema> {
  const unstorable = storageProblems(input);
  if (unstorable.length > 0) throw invalid(say('{what} is not valid.', { what }), unstorable);
  const result = schema.safeParse(input, PARSE_OPTIONS);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, []));
  throw invalid(say('{what} is not valid.', { what }), problems);
}

type Issue = z.core.$ZodIssue;

/** Options for `safeParse` under which an unknown key's issue carries the keys that its object does know. */
export const PARSE_OPTIONS: z.core.ParseContext<Issue> = {
  reportInput: true,
  error: (issue) => {
    if (issue.code !== 'unrecognized_keys') return undefined;
    const definition = issue.inst?._zod.def as { shape?: object } | undefined;
    // The raw issue is what becomes the reported one, with every key that it has by then.
    Object.assign(issue, { known: Object.keys(definition?.shape ?? {}) });
    return undefined;
  },
};

function unknownKey(issue: Issue & { code: 'unrecognized_keys' }, key: string, path: readonly PropertyKey[]): Problem {
  const known = 'known' in issue ? (issue.known as readonly string[]) : [];
  const near = suggest(key, known);
  return {
    path: dotted([...path, key]),
    ...says('Unknown key "{key}".', { key }),
    ...(known.length > 0 ? { expected: known.join(' | ') } : {}),
    ...(near === undefined ? {} : { suggestion: near }),
  };
}

function problemsOf(issue: Issue, prefix: readonly PropertyKey[]): Problem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(issue, key, path));
  }
  if (issue.code === 'invalid_union') {
    if (issue.discriminator !== undefined && 'options' in issue) return [wrongChoice(issue, issue.options, path)];
    const nearest = nearestBranch(issue.errors ?? []);
    if (nearest) return nearest.flatMap((inner) => problemsOf(inner, path));
  }
  if (issue.code === 'invalid_value') return [wrongChoice(issue, issue.values, path)];
  // The key of a record: what is wrong with the name itself is said inside.
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => ({ path: dotted(path), ...worded(inner) }));
  const expected = 'expected' in issue && typeof issue.expected === 'string' ? { expected: issue.expected } : {};
  return [{ path: dotted(path), ...worded(issue), ...expected }];
}

function worded(issue: Issue): Pick<Problem, 'message' | 'wording'> {
  const wording = issueWording(issue);
  return { message: inLanguage(wording), wording };
}

function wrongChoice(issue: Issue, choices: readonly unknown[], path: readonly PropertyKey[]): Problem {
  const values = choices.map(String);
  const { input } = issue;
  const given =
    issue.code === 'invalid_union' && typeof input === 'object' && input !== null
      ? Reflect.get(input, issue.discriminator ?? '')
      : input;
  const near = typeof given === 'string' ? suggest(given, values) : undefined;
  return {
    path: dotted(path),
    ...worded(issue),
    expected: values.join(' | '),
    ...(near === undefined ? {} : { suggestion: near }),
  };
}

/**
 * Of a union's branches, the one that the author most likely meant. What is wrong at the top of a branch (the input is of another
 * type, a key is unknown or missing, the word that tells the branches apart differs) speaks against it; mistakes deeper down do not.
 */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const mismatch = (issues: readonly Issue[]) => issues.reduce((sum, issue) => sum + mismatchOf(issue), 0);
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map((issue) => issue.path.length));
  return [...branches]
    .filter((issues) => issues.length > 0)
    .sort((a, b) => mismatch(a) - mismatch(b) || depth(b) - depth(a) || a.length - b.length)[0];
}

function mismatchOf(issue: Issue): number {
  if (issue.path.length > 1) return 0;
  if (issue.code === 'unrecognized_keys') return issue.path.length === 0 ? strangeness(issue) : 0;
  if (issue.path.length === 0) return issue.code === 'invalid_type' || issue.code === 'invalid_value' ? 100 : 0;
  // One word tells branches apart; of several a wrong one is a slip.
  if (issue.code === 'invalid_value') return issue.values.length === 1 ? 10 : 1;
  return issue.input === undefined ? 1 : 0;
}

/** A key that is nearly one of the branch's own speaks less against it. */
function strangeness(issue: Issue & { code: 'unrecognized_keys' }): number {
  const known = 'known' in issue ? (issue.known as readonly string[]) : [];
  return issue.keys.reduce((sum, key) => sum + (suggest(key, known) === undefined ? 1 : 0.5), 0);
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
