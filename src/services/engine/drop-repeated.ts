import { hash } from 'node:crypto';
import type { Instant } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { rememberMessages } from './store-seen.ts';
import type { InboxRow } from './store-turn.ts';

/** The first 16 bytes of the sha256 of a message id, as a UUID is written. */
export function messageKey(messageId: string): string {
  return hash('sha256', messageId, 'hex').slice(0, 32);
}

/** Whether an item came from outside and may come twice: what has a person already was let in before. */
export function mayRepeat({ item, profileId }: InboxRow): boolean {
  return item.kind === 'event' && profileId === null && item.recorded !== true;
}

/** The items without the events that were accepted before, in this batch or in the last two days. */
export async function dropRepeated(tx: Queryable, items: readonly InboxRow[], now: Instant): Promise<InboxRow[]> {
  const given = new Set<string>();
  const asked: { bucket: number; key: string; row: InboxRow }[] = [];
  const kept: InboxRow[] = [];
  for (const row of items) {
    if (row.item.kind !== 'event' || !mayRepeat(row)) {
      kept.push(row);
      continue;
    }
    const key = messageKey(row.item.messageId);
    const name = `${row.bucket} ${key}`;
    if (given.has(name)) continue;
    given.add(name);
    asked.push({ bucket: row.bucket, key, row });
    kept.push(row);
  }
  const known = await rememberMessages(tx, asked, now);
  if (known.size === 0) return kept;
  const repeated = new Set([...known].map((position) => asked[position]?.row));
  return kept.filter((row) => !repeated.has(row));
}
