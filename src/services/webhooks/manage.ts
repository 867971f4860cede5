import { AppError, invalid, notFound, say, says } from '../../core/kernel/index.ts';
import type { WebhookInput } from '../../core/webhooks/index.ts';
import type { Context } from '../../platform/context.ts';
import { isPrivateUrl } from '../../platform/private-address.ts';
import { secretOf } from './sign.ts';
import {
  deleteWebhookRow,
  findWebhooks,
  insertWebhook,
  listWebhookRows,
  raiseSecretNo,
  setWebhookState,
  updateWebhook,
  type WebhookRow,
} from './store.ts';
import { type DeliveryRow, insertPing, listDeliveryRows } from './store-call.ts';

/** Installations have a handful; each costs a look at every change that is told. */
const WEBHOOKS_MAX = 100;

/** @throws AppError `conflict` when there are too many; `invalid` when no call would ever get through. */
export async function createWebhook(ctx: Context, input: WebhookInput): Promise<WebhookRow & { secret: string }> {
  mustBeReachable(input);
  if ((await listWebhookRows(ctx.db, { after: undefined, limit: WEBHOOKS_MAX })).length >= WEBHOOKS_MAX) {
    throw new AppError(
      'conflict',
      say('There are {max} webhooks already; delete one that nobody needs.', { max: WEBHOOKS_MAX }),
    );
  }
  const row = await insertWebhook(ctx.db, input, ctx.clock.now());
  return { ...row, secret: secretOf(ctx, row) };
}

/** A private address written out. What a name leads to is known only when a call is made. */
function mustBeReachable({ url, allow_private: allowPrivate }: WebhookInput): void {
  if (allowPrivate || !isPrivateUrl(url)) return;
  const problem = says('Is not on the public internet; allow_private: true lets the webhook be there.');
  throw invalid(say('The request is not valid.'), [{ path: 'url', ...problem }]);
}

export function listWebhooks(
  ctx: Context,
  page: { readonly after: number | undefined; readonly limit: number },
): Promise<WebhookRow[]> {
  return listWebhookRows(ctx.db, page);
}

/** @throws AppError `not_found`. */
export async function getWebhook(ctx: Context, webhookId: number): Promise<WebhookRow> {
  const [row] = await findWebhooks(ctx.db, [webhookId]);
  return found(row, webhookId);
}

/** @throws AppError `not_found`; `invalid` when no call would ever get through. */
export async function changeWebhook(ctx: Context, webhookId: number, input: WebhookInput): Promise<WebhookRow> {
  mustBeReachable(input);
  return found(await updateWebhook(ctx.db, webhookId, input, ctx.clock.now()), webhookId);
}

/** Lets calls go out again; what happened meanwhile is not told. @throws AppError `not_found`. */
export async function enableWebhook(ctx: Context, webhookId: number): Promise<WebhookRow> {
  const change = { state: 'active', reason: null, now: ctx.clock.now() } as const;
  return found(await setWebhookState(ctx.db, webhookId, change), webhookId);
}

/** What waits is dropped. @throws AppError `not_found`. */
export async function disableWebhook(ctx: Context, webhookId: number): Promise<WebhookRow> {
  const change = { state: 'disabled', reason: 'Disabled by a person.', now: ctx.clock.now() } as const;
  return found(await setWebhookState(ctx.db, webhookId, change), webhookId);
}

/** A new secret; for a day calls are signed with the old one too. @throws AppError `not_found`. */
export async function rotateSecret(ctx: Context, webhookId: number): Promise<WebhookRow & { secret: string }> {
  const row = found(await raiseSecretNo(ctx.db, webhookId, ctx.clock.now()), webhookId);
  return { ...row, secret: secretOf(ctx, row) };
}

/** @throws AppError `not_found`. */
export async function deleteWebhook(ctx: Context, webhookId: number): Promise<void> {
  if ((await deleteWebhookRow(ctx.db, webhookId)) === 0) throw notFound('webhook', String(webhookId));
}

/** Queues a call that says nothing but that it came. @throws AppError `not_found`; `conflict` when it is disabled. */
export async function pingWebhook(ctx: Context, webhookId: number): Promise<void> {
  const webhook = await getWebhook(ctx, webhookId);
  if (webhook.state === 'disabled')
    throw new AppError('conflict', say('Webhook {webhook} is disabled; enable it first.', { webhook: webhookId }));
  await insertPing(ctx.db, webhookId, ctx.clock.now());
  ctx.signals.raise('calls');
}

/** The newest tries first. @throws AppError `not_found`. */
export async function listDeliveries(
  ctx: Context,
  page: { readonly webhookId: number; readonly before: number | undefined; readonly limit: number },
): Promise<DeliveryRow[]> {
  await getWebhook(ctx, page.webhookId);
  return listDeliveryRows(ctx.db, page);
}

function found(row: WebhookRow | undefined, webhookId: number): WebhookRow {
  if (!row) throw notFound('webhook', String(webhookId));
  return row;
}
