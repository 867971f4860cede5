import type { MessageState } from '../../core/deliveries/index.ts';
import { messageReference } from '../../core/messages/index.ts';
import type { Context } from '../../platform/context.ts';
import { preferWalks, readRecipientFacts } from '../deliveries/index.ts';
import { listProfiles } from '../profiles/index.ts';
import { type ListedRow, listApiRows, listApiRowsOf, sumApiTemplates, type TemplateSums } from './store-list.ts';

/** So many people whom a search finds are looked at. */
export const FOUND_PEOPLE_MAX = 50;

export type MessageFilter = {
  readonly template?: string | undefined;
  readonly lane?: string | undefined;
  readonly state?: MessageState | undefined;
  readonly reason?: string | undefined;
  /** The beginning of an address that people have, or an identity. */
  readonly search?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
};

export type ListedMessage = Omit<ListedRow, 'bucket' | 'state'> & {
  readonly id: string;
  readonly state: MessageState | 'scheduled';
  readonly name: string | null;
  readonly openedAt: Date | null;
  readonly openedByMachine: boolean;
  readonly clicks: number;
};

/**
 * A page of messages by API, the newest first. A search is for people; of more than `FOUND_PEOPLE_MAX` the others are left out, and
 * `isCut` says so.
 */
export async function listApiMessages(
  ctx: Context,
  filter: MessageFilter,
): Promise<{ readonly rows: readonly ListedMessage[]; readonly isCut: boolean }> {
  const { template, lane, state, reason, before, limit } = filter;
  const search = filter.search?.trim() ?? '';
  const people = search === '' ? undefined : await listProfiles(ctx, { search, limit: FOUND_PEOPLE_MAX + 1 });
  const places = people?.slice(0, FOUND_PEOPLE_MAX).map((row) => ({ bucket: row.bucket, profileId: row.profile_id }));
  const wanted = { template, lane, states: state === undefined ? undefined : [state], reason, before, limit };
  const rows = await ctx.db.transaction(async (tx) => {
    if (places) return listApiRowsOf(tx, places, wanted);
    await preferWalks(tx);
    return listApiRows(tx, wanted);
  });
  const facts = new Map((await readRecipientFacts(ctx.db, rows)).map((fact) => [fact.messageId, fact]));
  const now = ctx.clock.now();
  const shown = rows.map(({ bucket, ...row }): ListedMessage => {
    const fact = facts.get(row.messageId);
    const waits = row.notBefore !== null && row.notBefore.getTime() > now;
    return {
      ...row,
      id: messageReference({ bucket, messageId: row.messageId }),
      state: waits && (row.state === 'queued' || row.state === 'held') ? 'scheduled' : row.state,
      name: fact?.name ?? null,
      openedAt: fact?.openedAt ?? null,
      openedByMachine: fact?.openedByMachine ?? false,
      clicks: fact?.clicks ?? 0,
    };
  });
  return { rows: shown, isCut: (people?.length ?? 0) > FOUND_PEOPLE_MAX };
}

/** A page of what became of the messages by API, template by template. */
export async function listApiTemplates(
  ctx: Context,
  page: { readonly after?: readonly [string, string] | undefined; readonly limit: number },
): Promise<TemplateSums[]> {
  return sumApiTemplates(ctx.db, { after: page.after, limit: page.limit });
}
