import { checkCampaign } from '../../core/campaigns/index.ts';
import type { Problem } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { getDefinition } from '../definitions/index.ts';
import { campaignCatalog } from './load-catalog.ts';
import { mustBeCampaign } from './must-be-campaign.ts';

/** Everything that would keep the campaign from being published now; empty when nothing does. @throws AppError `not_found`. */
export async function validateCampaign(ctx: Context, key: string): Promise<Problem[]> {
  const row = await getDefinition(ctx, { kind: 'campaign', key });
  return checkCampaign(mustBeCampaign(row.body), await campaignCatalog(ctx.db));
}
