import { type Account, type SendSummary, summarise } from '../../core/deliveries/index.ts';
import type { Database, Queryable } from '../../platform/sql/index.ts';
import {
  listRecipientRows,
  preferWalks,
  type ReactionSpan,
  type Recipient,
  type RecipientFacts,
  type RecipientFilter,
  readAccounts,
  readCounts,
  readLinkClicks,
  readReactionSpans,
  readRecipientFacts,
} from './store-report.ts';

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

/** Where everybody stands whom each of some runs wrote to; runs that have sent nothing are missing. */
export async function accountsOfRuns(db: Queryable, runIds: readonly number[]): Promise<ReadonlyMap<number, Account>> {
  return byId(await readAccounts(db, 'run_id', runIds));
}

/** Where everybody stands whom each of some sends is for. */
export async function accountsOfSends(
  db: Queryable,
  sendIds: readonly number[],
): Promise<ReadonlyMap<number, Account>> {
  return byId(await readAccounts(db, 'send_id', sendIds));
}

const byId = (rows: readonly (Account & { readonly of: number })[]) =>
  new Map(rows.map(({ of, ...account }) => [of, account]));

/** One page of recipients with their state and reason, in order of message id. */
export async function listRecipients(db: Database, filter: RecipientFilter): Promise<Recipient[]> {
  return db.transaction(async (tx) => {
    await preferWalks(tx);
    return listRecipientRows(tx, filter);
  });
}

export type RecipientWithFacts = Recipient & Omit<RecipientFacts, 'messageId'>;

/** The same with who they are and what they did with the message. */
export async function listRecipientsWithFacts(db: Database, filter: RecipientFilter): Promise<RecipientWithFacts[]> {
  const rows = await listRecipients(db, filter);
  const facts = new Map((await readRecipientFacts(db, rows)).map((fact) => [fact.messageId, fact]));
  const unknown = { name: null, openedAt: null, openedByMachine: false, clicks: 0 };
  return rows.map((row) => ({ ...unknown, ...facts.get(row.messageId), ...row }));
}

/** First openings and clicks of some sends over time. */
export async function reactionSpans(
  db: Queryable,
  sendIds: readonly number[],
  every: 'hour' | 'day',
): Promise<ReactionSpan[]> {
  return readReactionSpans(db, sendIds, every);
}
