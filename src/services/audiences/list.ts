import type { Context } from '../../platform/context.ts';
import { areMembersCurrent } from '../live/index.ts';
import { type AudienceRow, selectAudienceRows } from './store-size.ts';

export type ListedAudience = Omit<AudienceRow, 'stored'> & {
  /** The size is that of now. */
  readonly current: boolean;
};

/**
 * One page of the audiences by key, each with its size and the moment of that: of members that are stored it is now, of a rule that is
 * computed when asked it is when somebody asked last. A list counts nothing.
 */
export async function listAudiences(
  ctx: Context,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<ListedAudience[]> {
  const now = ctx.clock.now();
  const rows = await selectAudienceRows(ctx.db, page);
  const areCurrent = rows.some(({ members }) => members === 'live') && (await areMembersCurrent(ctx.db, now));
  return rows.map(({ stored, ...row }) => {
    const isKnown = row.members === 'saved' || (row.members === 'live' && areCurrent);
    return { ...row, ...(isKnown && { count: stored, counted_at: new Date(now) }), current: isKnown };
  });
}
