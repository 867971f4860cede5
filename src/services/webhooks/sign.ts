import { createHmac } from 'node:crypto';
import type { Instant } from '../../core/kernel/index.ts';

/**
 * The headers by which a receiver knows that a call is ours and not an old one repeated: Standard Webhooks 1.0, `v1` (HMAC-SHA256
 * over `id.timestamp.body`). `secret` is `whsec_` and base64; compute it anew for each attempt.
 */
export function signWebhook(input: {
  readonly secret: string;
  /** Stable over the attempts of one call. */
  readonly id: string;
  /** Exactly the bytes that are sent. */
  readonly body: string;
  readonly now: Instant;
}): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(input.now / 1_000));
  const key = Buffer.from(input.secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${input.id}.${timestamp}.${input.body}`).digest('base64');
  return { 'webhook-id': input.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
