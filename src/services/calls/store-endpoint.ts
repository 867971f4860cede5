import type { EndpointUse } from '../../core/endpoints/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** The newest published body of every endpoint. */
export async function selectEndpoints(db: Queryable): Promise<unknown[]> {
  const rows = await db.query<{ body: unknown }>(sql`
    select distinct on (key) body from definition
    where kind = 'endpoint' and state = 'published'
    order by key, version desc`);
  return rows.map((row) => row.body);
}

type UseRow = {
  readonly period_at: Date;
  readonly period_calls: number;
  readonly tokens: number;
  readonly refilled_at: Date;
};

/** What is used of an endpoint's limits, locked until the transaction ends; undefined before its first call. */
export async function lockUse(tx: Queryable, endpoint: string): Promise<EndpointUse | undefined> {
  // Two workers that both find no row would both think that nothing is used.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`endpoint:${endpoint}`}, 0))`);
  const row = await tx.maybeOne<UseRow>(sql`
    select period_at, period_calls, tokens, refilled_at from endpoint_use where endpoint = ${endpoint} for update`);
  if (row === undefined) return undefined;
  return {
    periodAt: row.period_at.getTime(),
    periodCalls: row.period_calls,
    tokens: row.tokens,
    refilledAt: row.refilled_at.getTime(),
  };
}

export async function saveUse(tx: Queryable, endpoint: string, use: EndpointUse): Promise<void> {
  await tx.execute(sql`
    insert into endpoint_use (endpoint, period_at, period_calls, tokens, refilled_at)
    values (${endpoint}, ${new Date(use.periodAt)}, ${use.periodCalls}, ${use.tokens}, ${new Date(use.refilledAt)})
    on conflict (endpoint) do update set period_at = excluded.period_at, period_calls = excluded.period_calls,
      tokens = excluded.tokens, refilled_at = excluded.refilled_at`);
}

/** Calls to an endpoint that are under way, by all workers. */
export async function countCalling(tx: Queryable, endpoint: string): Promise<number> {
  const { calls } = await tx.one<{ calls: number }>(sql`
    select count(*) as calls from http_call where endpoint = ${endpoint} and state = 'calling'`);
  return calls;
}
