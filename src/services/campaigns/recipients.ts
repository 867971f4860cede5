import type { MessageState } from '../../core/deliveries/index.ts';
import { notFound, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { listRecipients } from '../deliveries/index.ts';
import type { RunAddress } from './command.ts';
import { findRun } from './store.ts';
import { sendsOfRun } from './store-send.ts';

export type RecipientView = {
  readonly message_id: number;
  readonly profile_id: number;
  readonly address: string | null;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly settled_at: Date | null;
};

/** One row per person that an email of the run was meant for, with what became of the message and why. @throws AppError `not_found`. */
export async function runRecipients(
  ctx: Context,
  address: RunAddress & {
    readonly sendId: number;
    readonly state?: MessageState | undefined;
    readonly reason?: string | undefined;
    readonly after?: number | undefined;
    readonly limit: number;
  },
): Promise<RecipientView[]> {
  const run = await findRun(ctx.db, address.campaignKey, address.runId);
  const sends = await sendsOfRun(ctx.db, run.run_id);
  if (!sends.some((send) => send.send_id === address.sendId))
    throw notFound(say('send of run {run}', { run: run.run_id }), String(address.sendId));
  const rows = await listRecipients(ctx.db, {
    sendIds: [address.sendId],
    states: address.state === undefined ? undefined : [address.state],
    reason: address.reason,
    after: address.after,
    limit: address.limit,
  });
  return rows.map((row) => ({
    message_id: row.messageId,
    profile_id: row.profileId,
    address: row.address,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    attempts: row.attempts,
    settled_at: row.settledAt,
  }));
}
