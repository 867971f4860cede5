import type { InboxItem } from '../../core/engine/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';

/** A row of the inbox. Rows of any kind may be given: those that name a profile are only followed to what it became. */
export type UnresolvedItem = {
  /** Whose inbox it lies in; the caller holds its lock. */
  readonly bucket: number;
  readonly inboxId: number;
  readonly profileId: number | null;
  readonly item: InboxItem;
};

export type ResolvedItem =
  /** The profile lives in the item's bucket. `isNew`: created for this item. */
  | { readonly kind: 'here'; readonly profileId: number; readonly isNew: boolean }
  /** It belongs into another bucket's inbox; without a profile it has to be resolved there. */
  | { readonly kind: 'forward'; readonly bucket: number; readonly profileId: number | null }
  /** Nothing is left to do: a link, or something about a profile that was deleted. */
  | { readonly kind: 'done' };

/**
 * Finds or creates the profiles of inbox rows, in their order; one answer per row. Writes profiles, identities, links for other
 * buckets and requests to merge. `buckets` are those whose locks the transaction holds.
 */
export async function resolveEvents(
  _tx: Transaction,
  items: readonly UnresolvedItem[],
  _options: { readonly now: Instant; readonly buckets: ReadonlySet<number> },
): Promise<ResolvedItem[]> {
  return items.map(() => ({ kind: 'done' }));
}
