import { type Catalog, type Column, PROFILES } from '../../core/data/index.ts';
import type { Context } from '../../platform/context.ts';
import { toText, transactionWithin } from '../../platform/sql/index.ts';
import { populationColumns, populationQuery, prepareForPopulations } from '../rules/index.ts';
import { type AudienceTarget, type ResolvedAudience, resolveAudience } from './resolve.ts';
import { selectFirst } from './store.ts';

/** How many traits a preview shows when nobody said which. */
const TRAITS_SHOWN = 6;
const TIMEOUT_MS = 60_000;

export type AudiencePreview = {
  readonly columns: readonly Column[];
  readonly rows: readonly Record<string, unknown>[];
  readonly sql: string;
};

/** The first rows of an audience, with the wanted columns or the telling ones. @throws AppError `invalid` for unknown columns. */
export async function previewAudience(
  ctx: Context,
  input: { readonly target: AudienceTarget; readonly columns?: readonly string[] | undefined; readonly limit: number },
  signal?: AbortSignal,
): Promise<AudiencePreview> {
  const audience = await resolveAudience(ctx.db, input.target);
  const population = { ...audience, columns: input.columns ?? defaultColumns(audience), now: ctx.clock.now() };
  const query = populationQuery(population);
  const rows = await transactionWithin(ctx.db, { signal, timeoutMs: TIMEOUT_MS }, async (tx) => {
    await prepareForPopulations(tx);
    return selectFirst(tx, query, keyOf(audience), input.limit);
  });
  const columns = populationColumns(population).map(({ name, type }) => ({ name, type }));
  return { columns, rows, sql: toText(query) };
}

/** What tells people apart: the address and the first traits; of a row every column outside of its key. */
export function defaultColumns({ catalog, on }: ResolvedAudience): string[] {
  if (on === PROFILES) return ['email', ...catalog.traits.slice(0, TRAITS_SHOWN).map((trait) => trait.name)];
  const table = catalog.tables.get(on);
  return (table?.columns ?? []).map((column) => column.name).filter((name) => !table?.primaryKey.includes(name));
}

function keyOf({ catalog, on }: { catalog: Catalog; on: string }): readonly string[] {
  return on === PROFILES ? ['bucket', 'profile_id'] : (catalog.tables.get(on)?.primaryKey ?? []);
}
