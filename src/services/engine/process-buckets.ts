// Owns: one turn of the engine: from locked buckets to a commit.
// Does not own: what anything means (core/engine decide), identity (services/identity), the compiled rules (services/live).
// Invariants: 1. a turn is one transaction that holds the locks of its buckets; 2. an item is deleted in the transaction that applies
// it; 3. the number of statements does not depend on the number of items.
import type { Context } from '../../platform/context.ts';

export type TurnOptions = {
  /** How many items and due people one turn takes at most. */
  readonly itemsMax?: number;
  readonly bucketsMax?: number;
};

export type TurnResult = { readonly items: number; readonly timers: number };

/** Processes what some buckets have to do now. Resolves to how much that was; nothing at all means that no unlocked bucket has work. */
export async function processBuckets(_ctx: Context, _options: TurnOptions = {}): Promise<TurnResult> {
  return { items: 0, timers: 0 };
}
