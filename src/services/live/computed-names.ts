import { invalid, type Problem, say, says } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { selectComputed } from './store.ts';

/**
 * Refuses what would write traits that are computed. `traits` are names with the path where each is written.
 * @throws AppError `invalid`.
 */
export async function mustNotCompute(
  db: Queryable,
  traits: readonly { readonly name: string; readonly path: string }[],
): Promise<void> {
  if (traits.length === 0) return;
  const names = new Set((await selectComputed(db)).map((body) => (body as { readonly key: string }).key));
  const problems = traits.flatMap(({ name, path }): Problem[] =>
    names.has(name) ? [{ path, ...says('"{name}" is computed; nobody writes it.', { name }) }] : [],
  );
  if (problems.length > 0) throw invalid(say('A computed trait cannot be written.'), problems);
}
