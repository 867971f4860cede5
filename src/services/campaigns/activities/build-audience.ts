import type { BuildAudience } from '../../../core/campaigns/index.ts';
import { populationQuery } from '../../rules/index.ts';
import { createOutflow, type Outcome, type Work } from '../work.ts';

/** One query over the table, or over the profiles, for which the rule is true. */
export async function runBuildAudience(work: Work<BuildAudience>): Promise<Outcome> {
  const { activity, catalog, now } = work;
  const keys = catalog.tables.get(activity.on)?.primaryKey ?? [];
  const query = populationQuery({
    ...(activity.rule ? { rule: activity.rule } : {}),
    catalog,
    on: activity.on,
    columns: activity.columns.filter((name) => !keys.includes(name)),
    now,
  });
  return { kind: 'done', outflows: [await createOutflow(work, 'next', query)] };
}
