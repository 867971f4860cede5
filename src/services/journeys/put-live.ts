import type { Instant } from '../../core/kernel/index.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { closeReplaced, insertLive, lockBuckets, stopDryRun } from './store.ts';

/**
 * Puts a version that is being published in force: from its commit on people enter this version, and the one before is closed to
 * entries. A dry run of the same version ends. Part of the transaction that publishes.
 */
export async function putVersionLive(
  tx: Transaction,
  input: { readonly key: string; readonly version: number; readonly body: unknown; readonly now: Instant },
): Promise<void> {
  const { key, version, now } = input;
  await lockBuckets(tx);
  await stopDryRun(tx, { key, version, now });
  await closeReplaced(tx, { key, version, now });
  await insertLive(tx, { key, version, body: JSON.stringify(input.body), now });
}
