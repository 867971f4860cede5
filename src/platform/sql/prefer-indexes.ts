import type { Queryable } from './database.ts';
import { prepared } from './sql.ts';

/**
 * Statements of few rows go through the indexes from here on, row by row, whatever the planner believes: queues grow and empty faster
 * than statistics follow, and a plan that was made over empty tables must do when they are full. For the rest of the transaction, or
 * for as long as the connection lives.
 */
export async function preferIndexes(db: Queryable, within: 'transaction' | 'connection'): Promise<void> {
  const local = within === 'transaction';
  await db.execute(prepared`
    select set_config('enable_hashjoin', 'off', ${local}), set_config('enable_mergejoin', 'off', ${local}),
      set_config('enable_seqscan', 'off', ${local}), set_config('jit', 'off', ${local}),
      set_config('plan_cache_mode', 'force_generic_plan', ${local})`);
}
