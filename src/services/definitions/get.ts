import type { DefinitionKind } from '../../core/definitions/index.ts';
import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { mustExist } from './put.ts';
import { type DefinitionRow, selectNewest, selectPublishedVersion, selectVersion, selectVersions } from './store.ts';

type Name = { readonly kind: DefinitionKind; readonly key: string };

/** The draft if there is one, else the newest published version; or the version asked for. @throws AppError `not_found`. */
export async function getDefinition(
  ctx: Context,
  input: Name & { readonly version?: number | undefined; readonly state?: 'draft' | 'published' | undefined },
): Promise<DefinitionRow> {
  const { kind, key, version, state } = input;
  const row =
    version === undefined
      ? await selectNewest(ctx.db, kind, key, state === undefined ? ['draft', 'published'] : [state])
      : await selectVersion(ctx.db, { kind, key, version });
  return mustExist(row, kind, key);
}

/** Which version is in effect, whatever draft there is; null when none was published. */
export function publishedVersion(ctx: Context, { kind, key }: Name): Promise<number | null> {
  return selectPublishedVersion(ctx.db, kind, key);
}

/** Every version, the newest first. @throws AppError `not_found` when there is none at all. */
export async function listVersions(
  ctx: Context,
  input: Name & { readonly before?: number | undefined; readonly limit: number },
): Promise<DefinitionRow[]> {
  const rows = await selectVersions(ctx.db, input.kind, input.key, { before: input.before, limit: input.limit });
  if (rows.length === 0 && input.before === undefined) throw notFound(input.kind, input.key);
  return rows;
}
