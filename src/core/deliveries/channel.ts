import type { Instant } from '../kernel/index.ts';
import type { FrozenSettings } from './send.ts';

/** One composed email, ready for the wire. */
export type Email = {
  /** Stable over retries: the id of the message, as text. */
  readonly key: string;
  /** SMTP envelope sender (the VERP return path) and recipient. */
  readonly envelopeFrom: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  /** The whole message, RFC 5322, lines ending in CRLF, every character below 128. */
  readonly raw: string;
  /** For the sandbox's mailbox. */
  readonly bucket: number;
  readonly sendId: number;
  readonly profileId: number;
  /** Goes before others that wait for a connection. */
  readonly urgent?: boolean;
};

/**
 * What became of one hand-off. A value, not an exception: providers fail every day.
 * `retry`: not taken now, may be later (4xx, no connection); `rejected`: will never be taken, and `hardBounce` says that the address
 * itself is at fault; `unknown`: the connection broke after the message was on its way, so it may or may not have been taken.
 */
export type SendResult =
  | { readonly kind: 'sent'; readonly detail: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly detail: string; readonly providerDown: boolean }
  | { readonly kind: 'rejected'; readonly reason: string; readonly detail: string; readonly hardBounce: boolean }
  | { readonly kind: 'unknown'; readonly detail: string };

/** The port that delivery needs; one folder under `src/channels` implements it per provider. */
export type EmailChannel = {
  readonly provider: string;
  /** How many sends it can use at the same time; delivery keeps about this many in the air. */
  readonly inFlightMax: number;
  /** Never throws for what a provider does; resolves when the provider has answered. */
  send(email: Email): Promise<SendResult>;
  /** Resolves when it could talk to the provider just now; else the reason why not. */
  check(): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;
  close(): Promise<void>;
};

const DELAYS_MS = [60_000, 300_000, 900_000, 3_600_000];

/** When to try again after `attempts` failed tries: 1 min, 5 min, 15 min, then hourly, with no jitter (callers add it). */
export function retryAt(attempts: number, now: Instant): Instant {
  return now + (DELAYS_MS[Math.min(attempts, DELAYS_MS.length) - 1] ?? 60_000);
}

/**
 * Whether a message that would be tried again at `dueAt`, after `attempts` failed tries, is given up. A deadline of retries counts the
 * pauses between them: time that a message stood behind others in the queue was no try.
 */
export function isGivenUp(
  message: { readonly attempts: number; readonly dueAt: Instant; readonly deadlineAt: Instant },
  settings: Pick<FrozenSettings, 'deadline_ms' | 'deadline_of'>,
): boolean {
  if (message.dueAt <= message.deadlineAt) return false;
  if (settings.deadline_of !== 'retries') return true;
  const [last = 0] = DELAYS_MS.slice(-1);
  const first = DELAYS_MS.slice(0, message.attempts).reduce((sum, delay) => sum + delay, 0);
  return first + Math.max(0, message.attempts - DELAYS_MS.length) * last > settings.deadline_ms;
}
