import type { DefinitionKind } from '../../core/definitions/index.ts';
import type { Context } from '../../platform/context.ts';
import { getDefinition } from './get.ts';
import type { PutResult } from './put.ts';
import { plainDocument } from './read-documents.ts';
import { saveDraft } from './save-draft.ts';

/** Copies a definition, whatever became of it, to a draft under another key. @throws AppError `not_found`, `conflict` when taken. */
export async function duplicateDefinition(
  ctx: Context,
  { kind, key, to }: { readonly kind: DefinitionKind; readonly key: string; readonly to: string },
): Promise<PutResult> {
  const row = await getDefinition(ctx, { kind, key });
  const document = plainDocument({ ...(row.source ?? row.body), key: to });
  return saveDraft(ctx, { kind, key: to, document, seen: { version: 0 } });
}
