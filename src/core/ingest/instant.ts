import { type DurationMs, type Instant, say } from '../kernel/index.ts';
import { momentOf } from '../rules/index.ts';
import { type Rejection, reject } from './reason.ts';

/** A client whose clock is off by less is believed: the way of the request takes some of the time. */
export const SKEW_MS_MAX = 5_000;
/** What is further ahead than this did not happen yet: it is taken as happening when it arrives. */
export const AHEAD_MS_MAX = 5 * 60_000;
/** What is older is a slip of a clock; each month of history also costs a partition. */
export const AGE_YEARS_MAX = 20;
const AGE_MS_MAX = AGE_YEARS_MAX * 366 * 86_400_000;

/** A number below this is seconds since 1970, any other is milliseconds: in milliseconds it would be March 1973. */
const SECONDS_MAX = 1e11;
const DIGITS = /^\d{9,14}(\.\d+)?$/;

/** The years 1 to 9999: what is said outside of them is a mistake, and is written otherwise than the database reads it. */
const EARLIEST = -62_135_596_800_000;
const LATEST = 253_402_300_799_999;

/** An instant as clients write it: ISO 8601, or seconds or milliseconds since 1970 as a number or text. */
export function readInstant(value: unknown): Instant | undefined {
  const instant = typeof value === 'number' && value > 0 ? ofNumber(value) : ofText(value);
  return instant !== undefined && instant >= EARLIEST && instant <= LATEST ? instant : undefined;
}

function ofText(value: unknown): Instant | undefined {
  if (typeof value !== 'string') return undefined;
  return momentOf(value) ?? (DIGITS.test(value) ? ofNumber(Number(value)) : undefined);
}

function ofNumber(value: number): Instant {
  return Math.round(value < SECONDS_MAX ? value * 1_000 : value);
}

export type EventTimes = {
  /** When the client says that it happened, by its clock; absent: when it arrives. */
  readonly original: unknown;
  /** When the client sent it, by the same clock. */
  readonly sentAt: Instant | undefined;
  readonly receivedAt: Instant;
};

/**
 * When an event happened by our clock: `receivedAt - (sentAt - original)` (the correction of the Segment specification) when the
 * client's clock is off, else as the client says. Never later than a few minutes from now.
 */
export function occurredAt(times: EventTimes): { readonly kind: 'at'; readonly instant: Instant } | Rejection {
  const { original, sentAt, receivedAt } = times;
  if (original === undefined || original === null || original === '') return { kind: 'at', instant: receivedAt };
  const told = readInstant(original);
  if (told === undefined) {
    return reject(
      'invalid_timestamp',
      say('The timestamp {text} is no ISO 8601 date and time.', { text: shorten(original) }),
    );
  }
  const skew: DurationMs = sentAt === undefined ? 0 : receivedAt - sentAt;
  const corrected = Math.abs(skew) > SKEW_MS_MAX ? told + skew : told;
  if (corrected > receivedAt + AHEAD_MS_MAX) return { kind: 'at', instant: receivedAt };
  if (corrected < receivedAt - AGE_MS_MAX) {
    return reject(
      'timestamp_too_old',
      say('The timestamp {text} is more than {years} years ago.', { text: shorten(original), years: AGE_YEARS_MAX }),
    );
  }
  return { kind: 'at', instant: corrected };
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
