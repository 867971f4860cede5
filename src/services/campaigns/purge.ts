import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { dropTables, forgetTables, listTransitions, purgeableRuns } from './store.ts';

type Choice = { readonly campaignKey: string | undefined; readonly before: Instant | undefined };

/**
 * Drops the work tables of runs that have ended, all but those of the newest run of each campaign and mode; counts, tasks and log stay.
 * `before` spares runs that ended later. Returns the runs whose tables are gone.
 */
export async function purgeRuns(ctx: Context, choice: Choice): Promise<number[]> {
  return ctx.db.transaction((tx) => purgeWithin(tx, choice));
}

export async function purgeWithin(tx: Transaction, choice: Choice): Promise<number[]> {
  const runs = await purgeableRuns(tx, choice);
  for (const runId of runs) {
    const tables = (await listTransitions(tx, runId)).flatMap((it) => it.table_name ?? []);
    await dropTables(tx, [...new Set(tables)]);
    await forgetTables(tx, runId);
  }
  return runs;
}
