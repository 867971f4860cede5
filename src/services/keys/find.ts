import type { Context } from '../../platform/context.ts';
import { sameBytes, sha256 } from '../../platform/crypto.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { selectKeyByHash, touchKey } from './store.ts';

/** `last_used_at` is for people who tidy up: a minute's precision saves a write on nearly every request. */
const TOUCH_EVERY_MS = 60_000;

/** What looking for a caller takes; in a transaction of its own or in another's. */
type Looking = Pick<Context, 'clock' | 'config'> & { readonly db: Queryable };

export type Caller = { readonly name: string; readonly scopes: readonly string[] };

/** Who was found lately, by the hash of their secret; the one that was found longest ago makes room. */
const recent = new Map<string, Caller>();
const RECENT_MAX = 1_000;

/**
 * Whose secret this was when it was last looked for in this process: for who has something to prepare while it is looked for again, and
 * does nothing before it is found.
 */
export function recallCaller(secret: string): Caller | undefined {
  return recent.get(nameOf(sha256(secret)));
}

/** Whose secret this is, or undefined. The key of the environment may do everything. */
export async function findCaller(ctx: Looking, secret: string): Promise<Caller | undefined> {
  const hash = sha256(secret);
  const name = nameOf(hash);
  const caller = await lookFor(ctx, hash);
  recent.delete(name);
  if (caller) recent.set(name, caller);
  const [oldest] = recent.keys();
  if (recent.size > RECENT_MAX && oldest !== undefined) recent.delete(oldest);
  return caller;
}

const nameOf = (hash: Buffer): string => hash.toString('base64');

async function lookFor(ctx: Looking, hash: Buffer): Promise<Caller | undefined> {
  const { apiKey } = ctx.config;
  if (apiKey !== undefined && sameBytes(hash, sha256(apiKey))) return { name: 'CARILLON_API_KEY', scopes: ['*'] };
  const row = await selectKeyByHash(ctx.db, hash);
  if (!row || !sameBytes(row.secret_hash, hash)) return undefined;
  const now = ctx.clock.now();
  if (row.last_used_at === null || now - row.last_used_at.getTime() >= TOUCH_EVERY_MS) {
    await touchKey(ctx.db, row.key_id, now);
  }
  return { name: row.name, scopes: row.scopes };
}
