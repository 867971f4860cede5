import type { paths } from '../api/schema.d.ts';

export type DefinitionKind = paths['/api/definitions/{kind}/{key}']['get']['parameters']['path']['kind'];

/** One thing wrong with a text: where it stands there, what it belongs to, and the nearest right word. */
export type TextProblem = {
  /** Dotted path into the definition, `activities.mail.template`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string | undefined;
  readonly suggestion?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
};

/** The problems that belong to each step of a graph, which stands under `field`: `activities` or `steps`. */
export function problemsByStep(problems: readonly TextProblem[], field: string): ReadonlyMap<string, TextProblem[]> {
  const found = new Map<string, TextProblem[]>();
  for (const problem of problems) {
    const [first, step] = problem.path.split('.');
    if (first !== field || step === undefined) continue;
    found.set(step, [...(found.get(step) ?? []), problem]);
  }
  return found;
}
