import type { Context } from '../../platform/context.ts';
import { getDefinition } from '../definitions/index.ts';
import { mustBeCampaign } from './must-be-campaign.ts';
import { startRun } from './start-run.ts';

/**
 * Runs the draft (or the published version when there is no draft) without consequences: no message leaves, no audience is written.
 * @throws AppError `not_found`, `conflict` while a test run is alive.
 */
export async function startTestRun(ctx: Context, key: string): Promise<{ readonly runId: number }> {
  const row = await getDefinition(ctx, { kind: 'campaign', key });
  const definition = mustBeCampaign(row.body);
  const now = ctx.clock.now();
  return ctx.db.transaction((tx) => startRun(tx, { definition, version: row.version, mode: 'test', now }));
}
