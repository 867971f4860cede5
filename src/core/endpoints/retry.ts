import type { DurationMs } from '../kernel/index.ts';

/** Answers after which the same call may well succeed; 401, 403 and 404 say the same again however often one asks. */
const WORTH_RETRYING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 507, 509]);

const FIRST_PAUSE_MS = 200;
const WEBHOOK_FIRST_MS = 5_000;
const WEBHOOK_PAUSE_MAX_MS = 6 * 3_600_000;
/** How long a webhook is tried. */
export const WEBHOOK_TRIED_FOR_MS = 3 * 86_400_000;

export function isWorthRetrying(status: number): boolean {
  return WORTH_RETRYING.has(status);
}

/** The pause before the next try of a call within its timeout; `tries` are those made. What the server asks for comes first. */
export function pauseBeforeTry(tries: number, retryAfterMs: DurationMs | undefined): DurationMs {
  return retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (tries - 1);
}

/** The pause after a webhook failed for the n-th time: 5 s, 20 s, 80 s... up to 6 hours. */
export function webhookPause(attempts: number): DurationMs {
  return Math.min(WEBHOOK_PAUSE_MAX_MS, WEBHOOK_FIRST_MS * 4 ** Math.min(20, Math.max(0, attempts - 1)));
}
