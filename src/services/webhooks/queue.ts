import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { insertAudienceCalls, insertReactionCalls } from './store-call.ts';

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

/** What somebody did with a message. */
export type MessageReaction = {
  readonly bucket: number;
  readonly profileId: number;
  readonly kind: 'opened' | 'clicked' | 'unsubscribed' | 'complained';
  readonly messageId: number;
  readonly sendId: number;
  readonly machine: boolean;
  readonly url: string | null;
  readonly at: Instant;
};

/** The same for what people did with messages. */
export async function queueReactionWebhooks(
  tx: Transaction,
  reactions: readonly MessageReaction[],
  now: Instant,
): Promise<number> {
  return reactions.length === 0 ? 0 : insertReactionCalls(tx, reactions, now);
}
