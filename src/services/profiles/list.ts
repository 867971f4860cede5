import type { Context } from '../../platform/context.ts';
import { listProfileRows, type ProfileFilter, type ProfileRow } from './store-read.ts';

/** A page of people, by bucket and number. */
export async function listProfiles(ctx: Context, filter: ProfileFilter): Promise<ProfileRow[]> {
  return listProfileRows(ctx.db, filter);
}
