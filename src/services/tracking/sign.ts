import type { KeyedHash } from '../../core/tracking/index.ts';
import { sign } from '../../platform/crypto.ts';

/** The keyed hash behind tracking links; `purpose` keeps signatures made for one use from being good for another. */
export function keyedHash(secret: string, purpose: 'tracking' | 'bounce'): KeyedHash {
  const key = sign(secret, purpose).toString('base64url');
  return (bytes) => sign(key, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
