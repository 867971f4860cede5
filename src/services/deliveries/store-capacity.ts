import type { Instant } from '../../core/kernel/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

export type TokenRequest = {
  readonly channelKey: string;
  readonly perSecond: number;
  /** Tokens that may pile up while nothing is sent. */
  readonly burst: number;
  /** Tokens left for lanes with right of way. */
  readonly reserve: number;
  readonly wanted: number;
  readonly now: Instant;
};

/** Takes up to `wanted` tokens of a provider; other workers wait for the row until this transaction ends. */
export async function takeTokens(tx: Queryable, request: TokenRequest): Promise<number> {
  const now = sql`${new Date(request.now)}::timestamptz`;
  await tx.execute(sql`
    insert into channel_capacity (channel_key, tokens, refilled_at) values (${request.channelKey}, ${request.burst}, ${now})
    on conflict (channel_key) do nothing`);
  const row = await tx.one<{ granted: number }>(sql`
    with current as materialized (
      select least(${request.burst}::float8,
          tokens + ${request.perSecond}::float8 * greatest(0, extract(epoch from ${now} - refilled_at)::float8)) as tokens
      from channel_capacity where channel_key = ${request.channelKey} for update
    ), taken as (
      select tokens, greatest(0, least(${request.wanted}::float8, floor(tokens - ${request.reserve}::float8))) as granted from current
    )
    update channel_capacity set tokens = taken.tokens - taken.granted, refilled_at = greatest(refilled_at, ${now})
    from taken where channel_key = ${request.channelKey}
    returning taken.granted`);
  return row.granted;
}

/** Gives back what was taken and not needed, in the same transaction. */
export async function returnTokens(tx: Queryable, channelKey: string, amount: number): Promise<void> {
  await tx.execute(
    sql`update channel_capacity set tokens = tokens + ${amount}::float8 where channel_key = ${channelKey}`,
  );
}
