import type { DefinitionKind } from '../../core/definitions/index.ts';
import { notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { checkSeen, type Seen } from './put.ts';
import { deleteDraftRow, lockDefinitions, selectNewest } from './store.ts';

/**
 * Throws the draft away; what is published stays.
 * @throws AppError `not_found` when there is no draft, `conflict` when it is no longer what the caller has seen.
 */
export async function deleteDraft(
  ctx: Context,
  input: { readonly kind: DefinitionKind; readonly key: string; readonly seen?: Seen },
): Promise<void> {
  const { kind, key } = input;
  await ctx.db.transaction(async (tx) => {
    await lockDefinitions(tx);
    const draft = await selectNewest(tx, kind, key, ['draft']);
    if (!draft) throw notFound(say('draft of the {kind}', { kind: say(kind) }), key);
    checkSeen(draft, input.seen ?? {});
    await deleteDraftRow(tx, kind, key);
  });
}
