import type { Problem } from './errors.ts';
import { says } from './wording.ts';

/** Deeper than any honest input: rules nest 40 deep, which is 120 levels of JSON. */
export const DEPTH_MAX = 200;
const PROBLEMS_MAX = 20;

// PostgreSQL's text cannot hold the character NUL, and half of a surrogate pair is no character at all.
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** A text without what cannot be stored: NUL is dropped, half of a surrogate pair becomes U+FFFD. */
export function storableText(text: string): string {
  return UNSTORABLE.test(text) ? text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd') : text;
}

type Part = { readonly value: unknown; readonly path: string; readonly depth: number };

/** What no schema allows anywhere in an input: text that the database cannot hold, and nesting that exhausts the stack. */
export function storageProblems(input: unknown): Problem[] {
  const problems: Problem[] = [];
  const waiting: Part[] = [{ value: input, path: '', depth: 0 }];
  for (let part = waiting.pop(); part && problems.length < PROBLEMS_MAX; part = waiting.pop()) {
    const { value, path, depth } = part;
    if (typeof value === 'string' && UNSTORABLE.test(value)) {
      problems.push({
        path,
        ...says('holds a character that cannot be stored (NUL, or half of a surrogate pair).'),
      });
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= DEPTH_MAX)
      return [{ path: '', ...says('is nested more than {max} levels deep.', { max: DEPTH_MAX }) }];
    for (const [key, inner] of Object.entries(value)) {
      if (UNSTORABLE.test(key)) problems.push({ path, ...says('has a key with a character that cannot be stored.') });
      waiting.push({ value: inner, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
    }
  }
  return problems;
}
