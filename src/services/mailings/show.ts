import { notFound } from '../../core/kernel/index.ts';
import { MAILING_TAG, type MailingState, mailingState } from '../../core/mailings/index.ts';
import type { Context } from '../../platform/context.ts';
import { confirmEmail, type RunView, type SummaryView, showRun, stopRun } from '../campaigns/index.ts';
import { selectMailings } from './store.ts';

export type MailingView = {
  readonly id: string;
  readonly name: string | null;
  readonly state: MailingState;
  /** Why it failed, or was paused or cancelled. */
  readonly reason: string | null;
  readonly run_id: number;
  /** Null until the people have been chosen. */
  readonly send_id: number | null;
  readonly created_at: Date;
  readonly starts_at: Date;
  readonly finished_at: Date | null;
  /** Where everybody stands who was meant to get it, with those left out by reason; null until they have been chosen. */
  readonly summary: SummaryView | null;
};

/** How a mailing stands. @throws AppError `not_found`. */
export async function showMailing(ctx: Context, id: string): Promise<MailingView> {
  const [found] = await selectMailings(ctx.db, { id, tag: MAILING_TAG, limit: 1 });
  if (!found) throw notFound('mailing', id);
  return viewOf(await showRun(ctx, { campaignKey: id, runId: found.run_id }));
}

function viewOf(run: RunView): MailingView {
  const [send] = run.sends;
  const { run_id, name, created_at, starts_at, finished_at } = run;
  return {
    ...{ id: run.campaign_key, name, run_id, created_at, starts_at, finished_at },
    state: mailingState(run.state, send?.state),
    reason: run.reason ?? send?.reason ?? null,
    send_id: send?.send_id ?? null,
    summary: send?.summary ?? null,
  };
}

/** Mailings, the newest first. */
export async function listMailings(
  ctx: Context,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<MailingView[]> {
  const rows = await selectMailings(ctx.db, { ...page, tag: MAILING_TAG });
  return Promise.all(
    rows.map(async ({ id, run_id }) => viewOf(await showRun(ctx, { campaignKey: id, runId: run_id }))),
  );
}

/** Lets the messages go of a mailing that waits to be confirmed. @throws AppError `not_found`, `conflict`. */
export async function confirmMailing(ctx: Context, id: string): Promise<MailingView> {
  const { run_id } = await showMailing(ctx, id);
  await confirmEmail(ctx, { campaignKey: id, runId: run_id });
  return showMailing(ctx, id);
}

/**
 * Ends a mailing: what has not left is not sent. Cancelling twice is the same as once.
 * @throws AppError `not_found`, `conflict` when all of it has left.
 */
export async function cancelMailing(ctx: Context, id: string): Promise<MailingView> {
  const mailing = await showMailing(ctx, id);
  if (mailing.state === 'cancelled') return mailing;
  await stopRun(ctx, { campaignKey: id, runId: mailing.run_id });
  return showMailing(ctx, id);
}
