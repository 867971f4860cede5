import type { StopLoss } from './send.ts';

/** How a send has fared so far. */
export type Losses = { readonly settled: number; readonly bounced: number; readonly failed: number };

/** Why a send should pause itself, in words for the person who decides what next; undefined while it may go on. */
export function stopLossReason(limits: StopLoss, losses: Losses): string | undefined {
  const { settled, bounced, failed } = losses;
  if (settled < limits.after) return undefined;
  const share = (part: number) => `${((part / settled) * 100).toFixed(1)} %`;
  const limit = (part: number) => `${(part * 100).toFixed(1)} %`;
  if (bounced > limits.bounce_share * settled) {
    return `${bounced} of ${settled} messages (${share(bounced)}) bounced; the limit is ${limit(limits.bounce_share)}.`;
  }
  if (failed > limits.error_share * settled) {
    return `${failed} of ${settled} messages (${share(failed)}) failed; the limit is ${limit(limits.error_share)}.`;
  }
  return undefined;
}
