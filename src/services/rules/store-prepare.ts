import { type Queryable, raw } from '../../platform/sql/index.ts';

/**
 * Prepares a transaction for questions about everybody, until it ends.
 *
 * Memory lets hash tables hold a large population, and compilation to machine code takes longer than it saves. Nested loops are
 * refused because nobody can estimate how many people a rule is true of: where the planner guesses one, it answers the next
 * condition again for each person, which turns a second into an hour. A hash join is never far from the best and never ruinous.
 */
export async function prepareForPopulations(tx: Queryable): Promise<void> {
  await tx.execute(
    raw(
      "set local jit = off; set local work_mem = '256MB'; set local hash_mem_multiplier = 2; set local enable_nestloop = off",
    ),
  );
}
