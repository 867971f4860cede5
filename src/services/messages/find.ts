import type { MessagePlace } from '../../core/messages/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { findMessages, findMoved, type MessageRow } from './store.ts';

export type FoundMessage = MessageRow & {
  /** As it was asked for: the id that its sender knows. */
  readonly asked: MessagePlace;
};

/** Messages wherever they are now: those of people who were merged into others are in another bucket than their ids say. */
export async function findEverywhere(db: Queryable, places: readonly MessagePlace[]): Promise<FoundMessage[]> {
  const found = await findMessages(db, places);
  const known = new Set(found.map((row) => row.messageId));
  const missing = places.map((place) => place.messageId).filter((messageId) => !known.has(messageId));
  const moved = missing.length > 0 ? await findMoved(db, missing) : [];
  if (moved.length > 0) found.push(...(await findMessages(db, moved)));
  const rows = new Map(found.map((row) => [row.messageId, row]));
  return places.flatMap((asked) => {
    const row = rows.get(asked.messageId);
    return row ? [{ ...row, asked }] : [];
  });
}
