import type { Problem } from '../kernel/index.ts';

/** The problems of a part, with the place of the part before their own. */
export function below(place: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: problem.path === '' ? place : `${place}.${problem.path}` }));
}
