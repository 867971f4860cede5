import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, type Sql, sql } from '../../platform/sql/index.ts';

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

/** The first reason for an address stands. Returns how many are new. The people of those are judged anew when anything is live. */
export async function insertSuppressions(
  db: Queryable,
  channel: string,
  addresses: readonly string[],
  given: { readonly reason: SuppressionReason; readonly detail: string | null; readonly now: Instant },
): Promise<number> {
  const at = sql`${new Date(given.now)}::timestamptz`;
  const { added } = await db.one<{ added: number }>(sql`
    with added as (
      insert into suppression (channel, address, reason, detail, created_at)
      select distinct ${channel}, address, ${given.reason}, ${given.detail}::text, ${at}
      from unnest(${addresses}::text[]) address
      on conflict (channel, address) do nothing
      returning address
    ), touched as (${touchOwners(sql`added`, at)})
    select count(*) as added from added`);
  return added;
}

export async function deleteSuppressions(
  db: Queryable,
  channel: string,
  addresses: readonly string[],
  now: Instant,
): Promise<number> {
  const at = sql`${new Date(now)}::timestamptz`;
  const { gone } = await db.one<{ gone: number }>(sql`
    with gone as (
      delete from suppression where channel = ${channel} and address = any(${addresses}::text[]) returning address
    ), touched as (${touchOwners(sql`gone`, at)})
    select count(*) as gone from gone`);
  return gone;
}

/** An item for everybody who has one of the addresses. */
function touchOwners(changed: Sql, at: Sql): Sql {
  return sql`
    insert into inbox (bucket, profile_id, body, received_at)
    select bucket, profile_id, '{"kind":"touch","cause":"consent"}'::json, ${at}
    from ${changed} changed join profile on lower(profile.email) = changed.address
    where exists (select from live_epoch where epoch > 0)`;
}
