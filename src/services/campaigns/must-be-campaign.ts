import type { CampaignDefinition } from '../../core/campaigns/index.ts';
import type { Definition } from '../../core/definitions/index.ts';
import { AppError, verbatim } from '../../core/kernel/index.ts';

/** The definition as a campaign; rows of kind campaign hold nothing else. */
export function mustBeCampaign(definition: Definition): CampaignDefinition {
  if (definition.kind !== 'campaign')
    throw new AppError('internal', verbatim(`A ${definition.kind} was stored as a campaign.`));
  return definition;
}
