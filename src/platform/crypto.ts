import { createHash, createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { asId, type Bucket } from '../core/kernel/index.ts';

/** The bucket of an identity; the same rule as the SQL function `bucket_of`. */
export function bucketOf(namespace: string, value: string): Bucket {
  // The one-shot form costs a third of a hash object, and this runs for every event.
  return asId<Bucket>(Number.parseInt(hash('sha256', `${namespace}:${value}`, 'hex').slice(0, 2), 16));
}

/** HMAC-SHA256, for links and tokens that must not be forged. */
export function sign(secret: Buffer | string, data: Buffer | string): Buffer {
  return createHmac('sha256', secret).update(data).digest();
}

/** Compares two signatures in constant time; different lengths are simply unequal. */
export function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

export function sha256(data: Buffer | string): Buffer {
  return createHash('sha256').update(data).digest();
}

/** A secret of 256 random bits that is safe in a URL. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
