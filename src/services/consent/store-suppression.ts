import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type SuppressionReason = 'hard_bounce' | 'complaint' | 'manual';

export type Suppression = {
  readonly channel: string;
  readonly address: string;
  readonly reason: SuppressionReason;
  readonly detail: string | null;
  readonly created_at: Date;
};

/** In order of address. */
export async function listSuppressionRows(
  db: Queryable,
  page: { readonly channel: string; readonly after: string | undefined; readonly limit: number },
): Promise<Suppression[]> {
  return db.query<Suppression>(sql`
    select channel, address, reason, detail, created_at from suppression
    where channel = ${page.channel} and (${page.after ?? null}::text is null or address > ${page.after ?? null}::text)
    order by address limit ${page.limit}`);
}

/** The first reason for an address stands. Returns how many are new. */
export async function insertSuppressions(
  db: Queryable,
  channel: string,
  addresses: readonly string[],
  given: { readonly reason: SuppressionReason; readonly detail: string | null; readonly now: Instant },
): Promise<number> {
  return db.execute(sql`
    insert into suppression (channel, address, reason, detail, created_at)
    select distinct ${channel}, address, ${given.reason}, ${given.detail}::text, ${new Date(given.now)}::timestamptz
    from unnest(${addresses}::text[]) address
    on conflict (channel, address) do nothing`);
}

export async function deleteSuppressions(
  db: Queryable,
  channel: string,
  addresses: readonly string[],
): Promise<number> {
  return db.execute(sql`delete from suppression where channel = ${channel} and address = any(${addresses}::text[])`);
}
