import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { insertAudienceCalls } from './store.ts';

/** Somebody entered or left a live audience. */
export type AudienceChange = {
  readonly bucket: number;
  readonly profileId: number;
  readonly audience: string;
  readonly change: 'entered' | 'left';
  readonly at: Instant;
  readonly cause: string;
};

/**
 * Queues a call for every subscription that wants to hear of these changes: one statement, in the caller's transaction. Returns how
 * many calls; when there are any, say `signals.raise('calls')` after the commit.
 */
export async function queueWebhooks(
  tx: Transaction,
  changes: readonly AudienceChange[],
  now: Instant,
): Promise<number> {
  return changes.length === 0 ? 0 : insertAudienceCalls(tx, changes, now);
}
