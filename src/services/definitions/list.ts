import type { DefinitionKind } from '../../core/definitions/index.ts';
import { DEFINITION_KINDS } from '../../core/definitions/index.ts';
import type { Context } from '../../platform/context.ts';
import { type DefinitionRow, type DefinitionSummary, selectAllNewest, selectSummaries } from './store.ts';

/** One line per definition, by kind and key. */
export function listDefinitions(
  ctx: Context,
  page: {
    readonly kind?: DefinitionKind | undefined;
    readonly archived?: boolean;
    readonly after?: readonly [kind: string, key: string] | undefined;
    readonly limit: number;
  },
): Promise<DefinitionSummary[]> {
  return selectSummaries(ctx.db, {
    kind: page.kind,
    archived: page.archived ?? false,
    after: page.after,
    limit: page.limit,
  });
}

/** The documents of all definitions as their authors wrote them, in the order in which they can be applied again. */
export async function exportDefinitions(
  ctx: Context,
  options: { readonly kinds: readonly DefinitionKind[]; readonly drafts: boolean },
): Promise<DefinitionRow[]> {
  const states = options.drafts ? (['draft', 'published'] as const) : (['published'] as const);
  const rows = await selectAllNewest(ctx.db, options.kinds, states);
  return rows.sort((a, b) => DEFINITION_KINDS.indexOf(a.kind) - DEFINITION_KINDS.indexOf(b.kind));
}
