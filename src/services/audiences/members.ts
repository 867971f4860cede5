import type { Context } from '../../platform/context.ts';
import { populationQuery, prepareForPopulations } from '../rules/index.ts';
import { resolvePopulation } from './resolve.ts';
import { type MemberRow, type Place, selectPage, selectSaved } from './store.ts';

export type Member = {
  readonly bucket: number;
  readonly profile_id: number;
  readonly email: string | null;
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
    return rows.map((row) => memberOf(row, saved.get(placeKey(row))));
  });
}

function memberOf(row: MemberRow, saved: { since: Date; columns: Record<string, unknown> } | undefined): Member {
  const email = typeof row.email === 'string' ? row.email : null;
  const { bucket, profile_id } = row;
  return { bucket, profile_id, email, since: saved?.since ?? null, columns: saved?.columns ?? {} };
}

function placeKey(row: { readonly bucket: number; readonly profile_id: number }): string {
  return `${row.bucket}/${row.profile_id}`;
}
