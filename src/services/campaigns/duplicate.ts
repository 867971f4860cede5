import type { Context } from '../../platform/context.ts';
import { getDefinition, type PutResult, plainDocument, saveDraft } from '../definitions/index.ts';

/** Copies a campaign, whatever became of it, to a draft under another key. @throws AppError `not_found`, `conflict` when taken. */
export async function duplicateCampaign(ctx: Context, key: string, to: string): Promise<PutResult> {
  const row = await getDefinition(ctx, { kind: 'campaign', key });
  const document = plainDocument({ ...(row.source ?? row.body), key: to });
  return saveDraft(ctx, { kind: 'campaign', key: to, document, seen: { version: 0 } });
}
