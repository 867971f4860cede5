import type { Context } from '../../platform/context.ts';
import { mustFindIdentity } from '../profiles/index.ts';
import { type ExportedRow, exportProfile } from './export-profile.ts';

/** Everything that is stored about the person whom an identity names. @throws AppError `not_found` before the first row. */
export async function exportPerson(
  ctx: Context,
  { namespace, value }: { readonly namespace: string; readonly value: string },
): Promise<AsyncIterable<ExportedRow>> {
  return exportProfile(ctx, await mustFindIdentity(ctx.db, namespace, value));
}
