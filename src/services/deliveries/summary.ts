import { type SendSummary, summarise } from '../../core/deliveries/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { listRecipientRows, type Recipient, type RecipientFilter, readCounts, readLinkClicks } from './store-report.ts';

/** What became of the messages of some sends together, from their counters. */
export async function sendSummary(db: Queryable, sendIds: readonly number[]): Promise<SendSummary> {
  return summarise(await readCounts(db, sendIds), await readLinkClicks(db, sendIds));
}

/** What became of the messages of some sends, of each by itself. */
export async function sendSummaries(
  db: Queryable,
  sendIds: readonly number[],
): Promise<ReadonlyMap<number, SendSummary>> {
  const [counts, links] = [await readCounts(db, sendIds), await readLinkClicks(db, sendIds)];
  const of = <Row extends { readonly sendId: number }>(rows: readonly Row[], id: number) =>
    rows.filter((row) => row.sendId === id);
  return new Map(sendIds.map((id) => [id, summarise(of(counts, id), of(links, id))]));
}

/** One page of recipients with their state and reason, in order of message id. */
export async function listRecipients(db: Queryable, filter: RecipientFilter): Promise<Recipient[]> {
  return listRecipientRows(db, filter);
}
