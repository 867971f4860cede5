import type { Instant } from '../../core/kernel/index.ts';
import { prepared, type Queryable, sql } from '../../platform/sql/index.ts';

export type KeyRow = {
  readonly key_id: number;
  readonly name: string;
  readonly scopes: string[];
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
};

export function insertKey(
  db: Queryable,
  key: { readonly name: string; readonly hash: Buffer; readonly scopes: readonly string[]; readonly now: Instant },
): Promise<KeyRow> {
  return db.one<KeyRow>(sql`
    insert into api_key (name, secret_hash, scopes, created_at)
    values (${key.name}, ${key.hash}, ${key.scopes}, ${new Date(key.now)})
    returning key_id, name, scopes, created_at, last_used_at, revoked_at`);
}

export function selectKeys(
  db: Queryable,
  page: { readonly after: number | undefined; readonly limit: number },
): Promise<KeyRow[]> {
  return db.query<KeyRow>(sql`
    select key_id, name, scopes, created_at, last_used_at, revoked_at
    from api_key
    where key_id > ${page.after ?? 0}
    order by key_id
    limit ${page.limit}`);
}

export function selectKeyByHash(
  db: Queryable,
  hash: Buffer,
): Promise<(KeyRow & { readonly secret_hash: Buffer }) | undefined> {
  return db.maybeOne(prepared`
    select key_id, name, secret_hash, scopes, created_at, last_used_at, revoked_at
    from api_key
    where secret_hash = ${hash} and revoked_at is null`);
}

export async function touchKey(db: Queryable, keyId: number, now: Instant): Promise<void> {
  await db.execute(sql`update api_key set last_used_at = ${new Date(now)} where key_id = ${keyId}`);
}

/** The number of keys revoked now: 0 when there is no such key or it was revoked before. */
export function markRevoked(db: Queryable, keyId: number, now: Instant): Promise<number> {
  return db.execute(sql`
    update api_key set revoked_at = ${new Date(now)} where key_id = ${keyId} and revoked_at is null`);
}
