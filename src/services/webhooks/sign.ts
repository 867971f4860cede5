import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { sign } from '../../platform/crypto.ts';
import type { WebhookRow } from './store.ts';

const PREFIX = 'whsec_';
/** How long a call is signed with the secret before as well, so that a receiver can change over. */
const OVERLAP_MS = 86_400_000;

/** What a receiver checks calls with, as Standard Webhooks writes it: `whsec_` and base64. Derived, so that no table holds it. */
export function secretOf(ctx: Pick<Context, 'secret'>, webhook: Pick<WebhookRow, 'webhookId' | 'secretNo'>): string {
  return PREFIX + sign(ctx.secret, `webhook ${webhook.webhookId} ${webhook.secretNo}`).toString('base64');
}

/** The secrets that calls are signed with now, the newest first. */
export function secretsOf(ctx: Pick<Context, 'secret'>, webhook: WebhookRow, now: Instant): string[] {
  const secret = secretOf(ctx, webhook);
  const rotated = webhook.rotatedAt !== null && now - webhook.rotatedAt.getTime() < OVERLAP_MS;
  return rotated ? [secret, secretOf(ctx, { ...webhook, secretNo: webhook.secretNo - 1 })] : [secret];
}

/**
 * The headers by which a receiver knows that a call is ours and not an old one repeated: Standard Webhooks 1.0, `v1` (HMAC-SHA256
 * over `id.timestamp.body`), one signature per secret. To be made anew for each try.
 */
export function signWebhook(input: {
  readonly secrets: readonly string[];
  /** Stable over the tries of one call. */
  readonly id: string;
  /** Exactly the bytes that are sent. */
  readonly body: string;
  readonly now: Instant;
}): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(input.now / 1_000));
  const signatures = input.secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${sign(key, `${input.id}.${timestamp}.${input.body}`).toString('base64')}`;
  });
  return { 'webhook-id': input.id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
