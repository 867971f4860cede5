import { type Noun, type Problem, suggest, thereIsNo, type Wording } from '../kernel/index.ts';

/** A problem for a name that is not among those that exist, with the nearest that is. */
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
    ...(known.length > 0 && known.length <= 20 ? { expected: known.join(' | ') } : {}),
    ...(near === undefined ? {} : { suggestion: near }),
  };
}

/** Nothing when the name exists. */
export function checkName(what: Noun | Wording, name: string, path: string, known: Iterable<string>): Problem[] {
  const names = [...known];
  return names.includes(name) ? [] : [unknownName({ what, name, path, known: names })];
}

/** The problems of a part, with the place of the part before their own. */
export function below(place: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: problem.path === '' ? place : `${place}.${problem.path}` }));
}
