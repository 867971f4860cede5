import { normaliseIdentity } from '../../core/profiles/index.ts';
import type { Context } from '../../platform/context.ts';
import { findIdentities } from './store.ts';
import type { Place, ProfileRow } from './store-read.ts';
import { type FoundPlace, listProfileRows, searchProfileRows, selectNamespaces } from './store-search.ts';

export type ProfileFilter = {
  /** The beginning of an email, or an identity as it is. */
  readonly search?: string | undefined;
  /** The last of the page before; of a search with where it stood in it. */
  readonly after?: Place | FoundPlace | undefined;
  readonly limit: number;
};
export type ListedProfile = ProfileRow & Partial<Pick<FoundPlace, 'rank' | 'address'>>;

/** A page of people: all by bucket and number, or those whom a search finds, by address. */
export async function listProfiles(
  ctx: Context,
  { search = '', after, limit }: ProfileFilter,
): Promise<ListedProfile[]> {
  const wanted = search.trim();
  if (wanted === '') return listProfileRows(ctx.db, { after, limit });
  const identities = (await selectNamespaces(ctx.db)).flatMap((namespace) => {
    const value = normaliseIdentity(namespace, wanted);
    return value === undefined ? [] : [{ namespace, value }];
  });
  const named = (await findIdentities(ctx.db, identities)).map((one) => ({
    bucket: one.bucket,
    profileId: one.profile_id,
  }));
  const place = after && 'rank' in after ? after : undefined;
  return searchProfileRows(ctx.db, { named, start: wanted.toLowerCase(), after: place, limit });
}
