/** Keyed hash of the bytes; the first eight bytes of the result go into the address. */
export type KeyedHash = (bytes: Uint8Array) => Uint8Array;

export type MessageReference = { readonly bucket: number; readonly messageId: number };

const REFERENCE_BYTES = 7;
const HASH_BYTES = 8;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const MESSAGE_ID_MAX = 2 ** 48 - 1;

/**
 * The envelope sender of one message: `b+<24 characters>@domain`, which names the message and cannot be forged, so that a bounce
 * that comes back to it can be believed. Seven bytes of reference (bucket, message id) and eight of hash, base32 in lower case
 * because some relays change the case of local parts.
 */
export function verpAddress(reference: MessageReference, domain: string, hash: KeyedHash): string {
  const bytes = new Uint8Array(REFERENCE_BYTES + HASH_BYTES);
  writeReference(reference, bytes);
  bytes.set(hash(bytes.subarray(0, REFERENCE_BYTES)).subarray(0, HASH_BYTES), REFERENCE_BYTES);
  return `b+${toBase32(bytes)}@${domain}`;
}

/** The message that a bounce address names; undefined when it is none of ours or its hash does not fit. */
export function verpReference(address: string, hash: KeyedHash): MessageReference | undefined {
  const match = /^b\+([a-z2-7]{24})@/i.exec(address);
  const bytes = match?.[1] === undefined ? undefined : fromBase32(match[1].toLowerCase());
  if (!bytes) return undefined;
  const expected = hash(bytes.subarray(0, REFERENCE_BYTES));
  let difference = 0;
  for (let index = 0; index < HASH_BYTES; index++) {
    difference |= (bytes[REFERENCE_BYTES + index] ?? 0) ^ (expected[index] ?? 0);
  }
  if (difference !== 0) return undefined;
  let messageId = 0;
  for (let index = 1; index < REFERENCE_BYTES; index++) messageId = messageId * 256 + (bytes[index] ?? 0);
  return { bucket: bytes[0] ?? 0, messageId };
}

function writeReference({ bucket, messageId }: MessageReference, bytes: Uint8Array): void {
  if (messageId > MESSAGE_ID_MAX) throw new RangeError(`Message id ${messageId} does not fit in 48 bits.`);
  bytes[0] = bucket;
  let rest = messageId;
  for (let index = REFERENCE_BYTES - 1; index > 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** Fifteen bytes are exactly 24 characters of five bits: no padding. */
function toBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return text;
}

function fromBase32(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length * 5) / 8);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    held = ((held << 5) | ALPHABET.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return bytes;
}
