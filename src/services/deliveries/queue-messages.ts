import type { ExclusionReason, Lane } from '../../core/deliveries/index.ts';
import type { Instant, JsonObject } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { ensureMessagePartition } from './store-prepare.ts';
import { insertMessages } from './store-queue.ts';

/** One message of a standing send, judged: queued, or excluded with its reason. */
export type NewMessage = {
  /** The person's. */
  readonly bucket: number;
  readonly messageId: number;
  readonly sendId: number;
  readonly profileId: number;
  readonly instanceId: number | null;
  /** The instance is told what becomes of it, unless this is false; an exclusion is known at once and not told. */
  readonly awaited?: boolean;
  /** Null where there is none; such a message is excluded. */
  readonly address: string | null;
  /** The template's row variables. */
  readonly data: JsonObject;
  readonly lane: Lane;
  readonly channelKey: string;
  readonly outcome: 'queue' | { readonly exclude: ExclusionReason };
  readonly dueAt: Instant;
  /** The worker that has it from the beginning; otherwise it waits in the queue. Never with an exclusion. */
  readonly claimedBy?: number | undefined;
};

/**
 * Puts messages into the outbox, or the excluded ones into the log, and counts them: one statement for any number, in the caller's
 * transaction. Call it once per transaction, so that counters of many sends are locked in one order by everybody; say
 * `signals.raise` with their lane after the commit.
 */
export async function queueMessages(tx: Transaction, rows: readonly NewMessage[], now: Instant): Promise<void> {
  if (rows.length === 0) return;
  await ensureMessagePartition(tx, now);
  await insertMessages(tx, rows, now);
}
