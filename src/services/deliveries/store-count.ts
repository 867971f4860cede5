import { type Queryable, raw, type Sql, sql } from '../../platform/sql/index.ts';

export type CountChange = {
  readonly sendId: number;
  /** `targeted`, `queued`, `sending`, `excluded`, `sent`, `failed` or `uncertain`; held messages count as queued. */
  readonly name: string;
  readonly reason: string;
  readonly by: number;
};

/**
 * Rows over which the counters of one send are spread, so that workers do not wait for each other. A batch holds messages of all
 * buckets, so a slot per bucket would make every batch touch, and wait for, all of them.
 */
const SLOTS = 16;

/** Whoever queues or takes back has one of as many slots of their own: they must not wait until a large batch has been settled. */
export const CALLER_SLOT: Sql = sql`(${raw(String(SLOTS))} + pg_backend_pid() % ${raw(String(SLOTS))})::smallint`;

/** Claiming and settling have a slot each, because a worker does both at once. */
export function slotOf(workerId: number, doing: 'claim' | 'settle'): number {
  return (workerId * 2 + (doing === 'claim' ? 0 : 1)) % SLOTS;
}

/**
 * Raises counters in the transaction that causes the change, for the verbs of a send. Rows are locked in one order by everybody.
 */
export async function raiseCounts(db: Queryable, changes: readonly CountChange[]): Promise<void> {
  const summed = new Map<string, CountChange>();
  for (const change of changes) {
    const key = `${change.sendId} ${change.name} ${change.reason}`;
    summed.set(key, { ...change, by: change.by + (summed.get(key)?.by ?? 0) });
  }
  const rows = [...summed.values()].filter((change) => change.by !== 0);
  if (rows.length === 0) return;
  await db.execute(sql`
    insert into send_count (send_id, slot, name, reason, value)
    select send_id, 0::smallint, name, reason, value
    from unnest(${rows.map((row) => row.sendId)}::bigint[], ${rows.map((row) => row.name)}::text[],
      ${rows.map((row) => row.reason)}::text[], ${rows.map((row) => row.by)}::bigint[]) as change (send_id, name, reason, value)
    order by send_id, name, reason
    on conflict (send_id, slot, name, reason) do update set value = send_count.value + excluded.value`);
}
