import type { Context } from '../../platform/context.ts';
import { type ExportedRow, exportProfile } from '../identity/index.ts';
import { mustFindIdentity } from './find.ts';

/** Everything that is stored about the person whom an identity names. @throws AppError `not_found` before the first row. */
export async function exportPerson(
  ctx: Context,
  { namespace, value }: { readonly namespace: string; readonly value: string },
): Promise<AsyncIterable<ExportedRow>> {
  return exportProfile(ctx, await mustFindIdentity(ctx.db, namespace, value));
}
