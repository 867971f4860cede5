import type { Instant } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { type InboxRow, insertInbox } from './store.ts';

/** Puts items into the inboxes of their buckets, in order, with one statement. After the commit raise the signal `inbox`. */
export async function putItems(tx: Queryable, rows: readonly InboxRow[], now: Instant): Promise<void> {
  if (rows.length > 0) await insertInbox(tx, rows, now);
}
