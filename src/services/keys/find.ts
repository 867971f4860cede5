import type { Context } from '../../platform/context.ts';
import { sameBytes, sha256 } from '../../platform/crypto.ts';
import { selectKeyByHash, touchKey } from './store.ts';

/** `last_used_at` is for people who tidy up: a minute's precision saves a write on nearly every request. */
const TOUCH_EVERY_MS = 60_000;

export type Caller = { readonly name: string; readonly scopes: readonly string[] };

/** Whose secret this is, or undefined. The key of the environment may do everything. */
export async function findCaller(ctx: Context, secret: string): Promise<Caller | undefined> {
  const hash = sha256(secret);
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
