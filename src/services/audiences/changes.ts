import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { mustBeAudience } from './resolve.ts';
import { type ChangeRow, selectChanges } from './store.ts';

export type ChangePlace = {
  readonly at: Instant;
  readonly bucket: number;
  readonly profileId: number;
  readonly change: string;
};

/** Who entered a live audience and who left it, the latest first, page by page. @throws AppError `not_found`. */
export async function listAudienceChanges(
  ctx: Context,
  input: { readonly key: string; readonly before: ChangePlace | undefined; readonly limit: number },
): Promise<ChangeRow[]> {
  await mustBeAudience(ctx.db, input.key);
  return selectChanges(ctx.db, input.key, input);
}
