import { fromBase64Url, toBase64Url } from './base64url.ts';

/** What a tracking link knows about the message it was sent in. */
export type MessageToken = {
  readonly bucket: number;
  readonly messageId: number;
  readonly sendId: number;
  readonly profileId: number;
};

/** Keyed hash of the bytes; its first eight bytes make the signature. */
export type KeyedHash = (bytes: Uint8Array) => Uint8Array;

const SIGNATURE_BYTES = 8;
/** One byte of bucket and three variable-length numbers of at most eight bytes. */
const PAYLOAD_BYTES_MAX = 1 + 3 * 8;

/**
 * The signed name of one message, about 27 characters, safe in a URL. Whoever cannot sign cannot make one, so a hit that carries it
 * was sent by us to that person.
 */
export function writeToken(token: MessageToken, hash: KeyedHash): string {
  const bytes: number[] = [token.bucket];
  for (const value of [token.messageId, token.sendId, token.profileId]) writeNumber(value, bytes);
  const payload = Uint8Array.from(bytes);
  const signed = new Uint8Array(payload.length + SIGNATURE_BYTES);
  signed.set(payload);
  signed.set(hash(payload).subarray(0, SIGNATURE_BYTES), payload.length);
  return toBase64Url(signed);
}

/** The message that a token names; undefined for anything that we did not sign, in time that does not tell how wrong it was. */
export function readToken(text: string, hash: KeyedHash): MessageToken | undefined {
  const bytes = fromBase64Url(text, PAYLOAD_BYTES_MAX + SIGNATURE_BYTES);
  if (!bytes || bytes.length <= SIGNATURE_BYTES) return undefined;
  const payload = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  if (!sameStart(hash(payload), bytes.subarray(payload.length))) return undefined;
  const numbers: number[] = [];
  let at = 1;
  while (at < payload.length) {
    const read = readNumber(payload, at);
    if (!read) return undefined;
    numbers.push(read.value);
    at = read.next;
  }
  const [messageId, sendId, profileId] = numbers;
  if (numbers.length !== 3 || messageId === undefined || sendId === undefined || profileId === undefined) {
    return undefined;
  }
  return { bucket: payload[0] ?? 0, messageId, sendId, profileId };
}

/** Signs a URL that is only known when a message is composed, together with the message it stands in. */
export function signUrl(token: string, url: string, hash: KeyedHash): string {
  return toBase64Url(hash(urlBytes(token, url)).subarray(0, SIGNATURE_BYTES));
}

export function isSignedUrl(token: string, url: string, signature: string, hash: KeyedHash): boolean {
  const given = fromBase64Url(signature, SIGNATURE_BYTES);
  return given !== undefined && given.length === SIGNATURE_BYTES && sameStart(hash(urlBytes(token, url)), given);
}

function urlBytes(token: string, url: string): Uint8Array {
  // The leading zero keeps these apart from payloads of tokens that start with a bucket and hold no text.
  return new TextEncoder().encode(`\0url\0${token}\0${url}`);
}

function sameStart(expected: Uint8Array, given: Uint8Array): boolean {
  let difference = 0;
  for (let index = 0; index < given.length; index++) difference |= (expected[index] ?? 0) ^ (given[index] ?? 0);
  return difference === 0;
}

/** Seven bits a byte, least significant first; the high bit says that more follow. */
function writeNumber(value: number, bytes: number[]): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function readNumber(bytes: Uint8Array, start: number): { value: number; next: number } | undefined {
  let value = 0;
  let scale = 1;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 127) * scale;
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
    if (byte < 128) return { value, next: at + 1 };
    scale *= 128;
  }
  return undefined;
}
