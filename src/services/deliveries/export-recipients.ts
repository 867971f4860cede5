import type { MessageState } from '../../core/deliveries/index.ts';
import type { Context } from '../../platform/context.ts';
import { csvLine } from '../../platform/csv.ts';
import { getSend } from './show.ts';
import { listRecipientsWithFacts, type RecipientWithFacts } from './summary.ts';

const PAGE = 5_000;
const COLUMNS = {
  message_id: (row) => row.messageId,
  profile_id: (row) => row.profileId,
  name: (row) => row.name,
  address: (row) => row.address,
  state: (row) => row.state,
  reason: (row) => row.reason,
  detail: (row) => row.detail,
  settled_at: (row) => row.settledAt,
  opened_at: (row) => row.openedAt,
  clicks: (row) => row.clicks,
} satisfies Record<string, (row: RecipientWithFacts) => unknown>;

/**
 * All recipients of a send as text, in pieces: CSV with a heading, or one JSON object a line. Each piece is read where the one before
 * ended. @throws AppError `not_found`.
 */
export async function exportRecipients(
  ctx: Context,
  of: {
    readonly sendId: number;
    readonly state?: MessageState | undefined;
    readonly reason?: string | undefined;
    readonly format: 'csv' | 'ndjson';
  },
): Promise<AsyncIterable<string>> {
  const { sendId } = await getSend(ctx, of.sendId);
  const names = Object.keys(COLUMNS);
  const cells = (row: RecipientWithFacts) => Object.values(COLUMNS).map((read) => read(row));
  const line = (row: RecipientWithFacts) => {
    if (of.format === 'csv') return csvLine(cells(row));
    return `${JSON.stringify(Object.fromEntries(cells(row).map((cell, index) => [names[index], cell])))}\n`;
  };
  async function* pieces(): AsyncIterable<string> {
    if (of.format === 'csv') yield csvLine(names);
    for (let after: number | undefined = 0; after !== undefined; ) {
      const states = of.state === undefined ? undefined : [of.state];
      const page = { sendIds: [sendId], states, reason: of.reason, after, limit: PAGE };
      const rows: RecipientWithFacts[] = await listRecipientsWithFacts(ctx.db, page);
      yield rows.map(line).join('');
      after = rows.length < PAGE ? undefined : rows.at(-1)?.messageId;
    }
  }
  return pieces();
}
