import { BUCKETS } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { type PopulationInput, populationQuery, prepareForPopulations } from '../rules/index.ts';
import { loadPublished } from '../tables/index.ts';
import { hasStoredMembers, resolvePopulation } from './resolve.ts';
import { type MemberRow, type Place, selectMembers, selectPage, selectSaved, selectTraits } from './store.ts';

export type Member = {
  readonly bucket: number;
  readonly profile_id: number;
  readonly email: string | null;
  readonly traits: Readonly<Record<string, unknown>>;
  /** Of an audience that is kept or was saved: since when, and what was stored beside the person. */
  readonly since: Date | null;
  readonly columns: Record<string, unknown>;
};

type Page = { readonly after: Place | undefined; readonly limit: number };

/** One page of an audience's members in the order of (bucket, profile id). @throws AppError `not_found`. */
export async function listMembers(ctx: Context, input: Page & { readonly key: string }): Promise<Member[]> {
  const now = ctx.clock.now();
  if (!(await hasStoredMembers(ctx.db, input.key, now))) {
    const audience = await resolvePopulation(ctx.db, { key: input.key }, now, await loadPublished(ctx.db));
    return computeMembers(ctx, input.key, { ...audience, columns: ['email'], now }, input);
  }
  const rows = await selectMembers(ctx.db, input.key, input);
  return rows.map(({ profileId, traits, ...row }) => ({ ...row, profile_id: profileId, traits: traits ?? {} }));
}

/** The rule is asked of a few buckets at a time, so that the first page of many members does not wait for the last bucket. */
async function computeMembers(ctx: Context, key: string, population: PopulationInput, page: Page): Promise<Member[]> {
  const rows = await ctx.db.transaction(async (tx) => {
    await prepareForPopulations(tx);
    const found: MemberRow[] = [];
    for (let from = page.after?.bucket ?? 0, count = 1; from < BUCKETS && found.length < page.limit; count *= 2) {
      const buckets = Array.from({ length: Math.min(count, BUCKETS - from) }, (_, index) => from + index);
      const query = populationQuery({ ...population, among: { buckets } });
      found.push(...(await selectPage(tx, query, { after: page.after, limit: page.limit - found.length })));
      from += buckets.length;
    }
    return found;
  });
  const saved = new Map((await selectSaved(ctx.db, key, rows)).map((row) => [placeKey(row), row]));
  const traits = new Map((await selectTraits(ctx.db, rows)).map((row) => [placeKey(row), row.traits]));
  return rows.map((row) => ({
    bucket: row.bucket,
    profile_id: row.profile_id,
    email: typeof row.email === 'string' ? row.email : null,
    traits: traits.get(placeKey(row)) ?? {},
    since: saved.get(placeKey(row))?.since ?? null,
    columns: saved.get(placeKey(row))?.columns ?? {},
  }));
}

function placeKey(row: { readonly bucket: number; readonly profile_id: number }): string {
  return `${row.bucket}/${row.profile_id}`;
}
