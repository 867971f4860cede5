import type { MessageState } from '../../core/deliveries/index.ts';
import { notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { csvLine } from '../../platform/csv.ts';
import { listRecipientsWithFacts } from '../deliveries/index.ts';
import { findVersion, type VersionAddress } from './find-version.ts';
import { selectSendsOf } from './store-report.ts';

export type JourneyRecipient = {
  readonly message_id: number;
  readonly profile_id: number;
  readonly send_id: number;
  /** The step that wrote. */
  readonly node: string;
  readonly name: string | null;
  readonly address: string | null;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly settled_at: Date | null;
  readonly due_at: Date | null;
  readonly opened_at: Date | null;
  readonly opened_by_machine: boolean;
  readonly clicks: number;
};

export type RecipientQuery = VersionAddress & {
  readonly node?: string | undefined;
  readonly state?: MessageState | undefined;
  readonly reason?: string | undefined;
};

const EXPORT_PAGE = 5_000;
const COLUMNS = [
  'message_id',
  'profile_id',
  'name',
  'node',
  'address',
  'state',
  'reason',
  'detail',
  'settled_at',
  'opened_at',
  'clicks',
] as const;

/**
 * One row per message of a version's steps with its state and reason, in order of message id.
 * @throws AppError `not_found` for a journey, version or step that there is not.
 */
export async function listJourneyRecipients(
  ctx: Context,
  page: RecipientQuery & { readonly after?: number | undefined; readonly limit: number },
): Promise<JourneyRecipient[]> {
  return pageOf(ctx, { ...page, nodes: await nodesOf(ctx, page) });
}

/** All of them as text, in pieces: CSV with a heading, or one JSON object a line. @throws AppError `not_found`. */
export async function exportJourneyRecipients(
  ctx: Context,
  query: RecipientQuery & { readonly format: 'csv' | 'ndjson' },
): Promise<AsyncIterable<string>> {
  const nodes = await nodesOf(ctx, query);
  const line = (row: JourneyRecipient) =>
    query.format === 'csv' ? csvLine(COLUMNS.map((name) => row[name])) : `${JSON.stringify(row)}\n`;
  return (async function* () {
    if (query.format === 'csv') yield csvLine(COLUMNS);
    for (let after: number | undefined = 0; after !== undefined; ) {
      const rows: JourneyRecipient[] = await pageOf(ctx, { ...query, nodes, after, limit: EXPORT_PAGE });
      yield rows.map(line).join('');
      after = rows.length < EXPORT_PAGE ? undefined : rows.at(-1)?.message_id;
    }
  })();
}

/** The steps that write, by their sends. */
async function nodesOf(ctx: Context, query: RecipientQuery): Promise<ReadonlyMap<number, string>> {
  const row = await findVersion(ctx.db, query);
  const sends = await selectSendsOf(ctx.db, { key: row.journey_key, version: row.version });
  const wanted = sends.filter(({ node }) => query.node === undefined || node === query.node);
  if (query.node !== undefined && wanted.length === 0) {
    throw notFound(say('step of journey "{journey}" that sends', { journey: query.key }), query.node);
  }
  return new Map(wanted.map(({ send_id, node }) => [send_id, node]));
}

async function pageOf(
  ctx: Context,
  page: RecipientQuery & {
    readonly nodes: ReadonlyMap<number, string>;
    readonly after?: number | undefined;
    readonly limit: number;
  },
): Promise<JourneyRecipient[]> {
  const rows = await listRecipientsWithFacts(ctx.db, {
    sendIds: [...page.nodes.keys()],
    states: page.state === undefined ? undefined : [page.state],
    reason: page.reason,
    after: page.after,
    limit: page.limit,
  });
  return rows.map((row) => ({
    message_id: row.messageId,
    profile_id: row.profileId,
    send_id: row.sendId,
    node: page.nodes.get(row.sendId) ?? '',
    name: row.name,
    address: row.address,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    settled_at: row.settledAt,
    due_at: row.dueAt,
    opened_at: row.openedAt,
    opened_by_machine: row.openedByMachine,
    clicks: row.clicks,
  }));
}
