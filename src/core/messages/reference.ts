import { BUCKETS } from '../kernel/index.ts';

/** What finds a message: its number, and the bucket that its rows are in. */
export type MessagePlace = { readonly bucket: number; readonly messageId: number };

/** The id of a message as the API shows it: `msg_` and both numbers in one. */
export function messageReference({ bucket, messageId }: MessagePlace): string {
  return `msg_${(messageId * BUCKETS + bucket).toString(36)}`;
}

/** Undefined for text that is no id of a message. */
export function readMessageReference(text: string): MessagePlace | undefined {
  const [, digits] = /^msg_([0-9a-z]{1,11})$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const number = Number.parseInt(digits, 36);
  const messageId = Math.floor(number / BUCKETS);
  if (!Number.isSafeInteger(number) || messageId < 1) return undefined;
  return { bucket: number % BUCKETS, messageId };
}

/** The number of a message that somebody names by it, or by the id that the API shows; undefined for any other text. */
export function readMessageNumber(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : readMessageReference(text)?.messageId;
}
