import { type Instant, invalid, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { getDefinition, publishDefinition } from '../definitions/index.ts';
import { mustBeCampaign } from './must-be-campaign.ts';
import { mustBeIdle, startRun } from './start-run.ts';
import { validateCampaign } from './validate.ts';

export type Published = { readonly runId: number; readonly version: number; readonly startsAt: Instant };

/**
 * Publishes the draft and begins a live run, at once or at its schedule. Without a draft the published version runs again.
 * @throws AppError `invalid` with every problem, `not_found`, `conflict` while a live run is alive.
 */
export async function publishCampaign(ctx: Context, key: string): Promise<Published> {
  const newest = await getDefinition(ctx, { kind: 'campaign', key });
  // Before anything is published: a version that cannot run yet stays a draft.
  await mustBeIdle(ctx.db, key, 'live');
  const problems = await validateCampaign(ctx, key);
  if (problems.length > 0) throw invalid(say('The campaign "{key}" is not valid.', { key }), problems);
  const row = newest.state === 'draft' ? (await publishDefinition(ctx, { kind: 'campaign', key })).row : newest;
  const definition = mustBeCampaign(row.body);
  const now = ctx.clock.now();
  const run = await ctx.db.transaction((tx) => startRun(tx, { definition, version: row.version, mode: 'live', now }));
  return { ...run, version: row.version };
}
