import type { Context } from '../../platform/context.ts';
import { countDiffering } from '../live/index.ts';
import { type CountDifference, type Finding, findCountDifferences, findStuck, repairCounts } from './store.ts';
import { findEngineDifferences } from './store-engine.ts';

export type Examination = {
  readonly healthy: boolean;
  /** Counters that do not agree with the rows that they count. */
  readonly differences: readonly CountDifference[];
  /** Rows in states that nothing will ever move on from, and rows whose other half is missing. */
  readonly findings: readonly Finding[];
  /** Counters that were put right. */
  readonly repaired: number;
};

/**
 * Recomputes every counter from the rows and looks for rows that are stuck. With `repair` the counters are put right, in the
 * transaction that looked; rows are never touched, because only a person knows what they should have been.
 */
export async function examine(
  ctx: Context,
  options: { readonly repair: boolean } = { repair: false },
): Promise<Examination> {
  const [differences, repaired] = await ctx.db.transaction(async (tx) => {
    const found = await findCountDifferences(tx);
    return [found, options.repair && found.length > 0 ? await repairCounts(tx) : 0] as const;
  });
  const findings = [
    ...(await findStuck(ctx.db)),
    ...(await findEngineDifferences(ctx.db)),
    ...(await findWrongMembers(ctx)),
  ];
  return { healthy: differences.length === 0 && findings.length === 0, differences, findings, repaired };
}

/** Live audiences whose members are not those of whom the rule is true. */
async function findWrongMembers(ctx: Context): Promise<Finding[]> {
  const differing = await countDiffering(ctx.db, ctx.clock);
  return differing.map(({ key, people }) => ({
    kind: 'membership_differs_from_rule',
    subject: `audience ${key}`,
    count: people,
  }));
}
