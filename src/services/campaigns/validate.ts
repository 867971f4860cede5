import type { Problem } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { getDefinition, plainDocument, validateDefinitions } from '../definitions/index.ts';

/** Everything that is wrong with the campaign as it stands, its templates' row variables included. @throws AppError `not_found`. */
export async function validateCampaign(ctx: Context, key: string): Promise<readonly Problem[]> {
  const row = await getDefinition(ctx, { kind: 'campaign', key });
  return validateDefinitions(ctx, [plainDocument(row.source ?? row.body)]);
}
