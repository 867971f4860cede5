import { notFound } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { findSend, listSendRows, type SendRow } from './store-send.ts';

/** One send as it is stored. @throws AppError `not_found`. */
export async function getSend(ctx: Context, sendId: number): Promise<SendRow> {
  const send = await findSend(ctx.db, sendId);
  if (!send) throw notFound('send', String(sendId));
  return send;
}

/** Sends, the newest first. */
export async function listSends(
  ctx: Context,
  page: { readonly before?: number | undefined; readonly runId?: number | undefined; readonly limit: number },
): Promise<SendRow[]> {
  return listSendRows(ctx.db, { before: page.before, runId: page.runId, limit: page.limit });
}
