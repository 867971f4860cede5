import type { Context } from '../../platform/context.ts';
import { mustFindIdentity } from '../profiles/index.ts';
import { type DeleteOptions, deleteProfile } from './delete-profile.ts';

/** Deletes the person whom an identity names from every table. @throws AppError `not_found`. */
export async function deletePerson(
  ctx: Context,
  { namespace, value }: { readonly namespace: string; readonly value: string },
  options: DeleteOptions,
): Promise<{ readonly profile_id: number }> {
  const place = await mustFindIdentity(ctx.db, namespace, value);
  await deleteProfile(ctx, place, options);
  return { profile_id: place.profileId };
}
