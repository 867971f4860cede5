import { type Problem, thereIsNo } from './errors.ts';
import { suggest } from './suggest.ts';
import type { Noun, Wording } from './wording.ts';

/** More names than this are no help to read. */
const EXPECTED_MAX = 20;

/** A problem about a name that nothing has, with the nearest that something has. */
export function unknownName(input: {
  readonly what: Noun | Wording;
  readonly name: string;
  readonly path: string;
  readonly known: Iterable<string>;
}): Problem {
  const known = [...input.known];
  const near = suggest(input.name, known);
  return {
    path: input.path,
    ...thereIsNo(input.what, input.name),
    ...(known.length > 0 && known.length <= EXPECTED_MAX ? { expected: known.join(' | ') } : {}),
    ...(near === undefined ? {} : { suggestion: near }),
  };
}

/** Nothing when the name exists. */
export function checkName(what: Noun | Wording, name: string, path: string, known: Iterable<string>): Problem[] {
  const names = [...known];
  return names.includes(name) ? [] : [unknownName({ what, name, path, known: names })];
}
