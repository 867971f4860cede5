import type { Context } from '../../platform/context.ts';
import { populationQuery, prepareForPopulations } from '../rules/index.ts';
import { resolvePopulation } from './resolve.ts';
import { type Place, selectPage, selectSaved, selectTraits } from './store.ts';

export type Member = {
  readonly bucket: number;
  readonly profile_id: number;
  readonly email: string | null;
  readonly traits: Readonly<Record<string, unknown>>;
  /** Of an audience that is kept or was saved: since when, and what was stored beside the person. */
  readonly since: Date | null;
  readonly columns: Record<string, unknown>;
};

/** One page of an audience's members in the order of (bucket, profile id). @throws AppError `not_found`. */
export async function listMembers(
  ctx: Context,
  input: { readonly key: string; readonly after: Place | undefined; readonly limit: number },
): Promise<Member[]> {
  const now = ctx.clock.now();
  const audience = await resolvePopulation(ctx.db, { key: input.key }, now);
  const query = populationQuery({ ...audience, columns: ['email'], now });
  return ctx.db.transaction(async (tx) => {
    await prepareForPopulations(tx);
    const rows = await selectPage(tx, query, input);
    const saved = new Map((await selectSaved(tx, input.key, rows)).map((row) => [placeKey(row), row]));
    const traits = new Map((await selectTraits(tx, rows)).map((row) => [placeKey(row), row.traits]));
    return rows.map((row) => ({
      bucket: row.bucket,
      profile_id: row.profile_id,
      email: typeof row.email === 'string' ? row.email : null,
      traits: traits.get(placeKey(row)) ?? {},
      since: saved.get(placeKey(row))?.since ?? null,
      columns: saved.get(placeKey(row))?.columns ?? {},
    }));
  });
}

function placeKey(row: { readonly bucket: number; readonly profile_id: number }): string {
  return `${row.bucket}/${row.profile_id}`;
}
