import type { Instant } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { insertCalls, type NewCall } from './store.ts';

/** Queues calls of journeys' steps, with one statement in the caller's transaction. After the commit raise the signal `calls`. */
export async function queueCalls(tx: Queryable, calls: readonly NewCall[], now: Instant): Promise<void> {
  if (calls.length > 0) await insertCalls(tx, calls, now);
}
