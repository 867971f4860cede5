import { say, type Wording } from '../kernel/index.ts';
import type { StopLoss } from './send.ts';

/** How a send has fared so far. */
export type Losses = { readonly settled: number; readonly bounced: number; readonly failed: number };

/** Why a send should pause itself, in words for the person who decides what next; undefined while it may go on. */
export function stopLossReason(limits: StopLoss, losses: Losses): Wording | undefined {
  const { settled, bounced, failed } = losses;
  if (settled < limits.after) return undefined;
  const share = (part: number) => `${((part / settled) * 100).toFixed(1)} %`;
  const limit = (part: number) => `${(part * 100).toFixed(1)} %`;
  if (bounced > limits.bounce_share * settled) {
    return say('{bounced} of {settled} messages ({share}) bounced; the limit is {limit}.', {
      bounced,
      settled,
      share: share(bounced),
      limit: limit(limits.bounce_share),
    });
  }
  if (failed > limits.error_share * settled) {
    return say('{failed} of {settled} messages ({share}) failed; the limit is {limit}.', {
      failed,
      settled,
      share: share(failed),
      limit: limit(limits.error_share),
    });
  }
  return undefined;
}
