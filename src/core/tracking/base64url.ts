const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at] ?? 0, bytes[at + 1], bytes[at + 2]];
    text += ALPHABET[a >> 2] ?? '';
    text += ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)] ?? '';
    if (b !== undefined) text += ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)] ?? '';
    if (c !== undefined) text += ALPHABET[c & 63] ?? '';
  }
  return text;
}

/**
 * The bytes, or undefined when the text is not the one way to write at most `bytesMax` of them: spare bits must be zero, so that a
 * token cannot be written in two ways.
 */
export function fromBase64Url(text: string, bytesMax: number): Uint8Array | undefined {
  const length = Math.floor((text.length * 6) / 8);
  if (text.length % 4 === 1 || length > bytesMax) return undefined;
  const bytes = new Uint8Array(length);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined) return undefined;
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}
