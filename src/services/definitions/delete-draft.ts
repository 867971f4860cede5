import type { DefinitionKind } from '../../core/definitions/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { deleteDraftRow, lockDefinitions } from './store.ts';

/** Throws the draft away; what is published stays. @throws AppError `not_found` when there is no draft. */
export async function deleteDraft(ctx: Context, kind: DefinitionKind, key: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await lockDefinitions(tx);
    if ((await deleteDraftRow(tx, kind, key)) === 0) throw notFound(`draft of the ${kind}`, key);
  });
}
