import type { SendState } from '../../core/deliveries/index.ts';
import { type Queryable, sql } from '../../platform/sql/index.ts';

/** The states of sends, by their ids. */
export async function sendStates(db: Queryable, sendIds: readonly number[]): Promise<Map<number, string>> {
  const rows = await db.query<{ send_id: number; state: string }>(
    sql`select send_id, state from send where send_id = any(${sendIds})`,
  );
  return new Map(rows.map((row) => [row.send_id, row.state]));
}

/** Of these sends, the ones that were paused for this reason. */
export async function pausedSends(db: Queryable, sendIds: readonly number[], reason: string): Promise<number[]> {
  const rows = await db.query<{ send_id: number }>(
    sql`select send_id from send where send_id = any(${sendIds}) and state = 'paused' and reason = ${reason}`,
  );
  return rows.map((row) => row.send_id);
}

/** How many messages of a send have left, may have left, or are leaving. */
export async function sentMessages(db: Queryable, sendId: number): Promise<number> {
  const { count } = await db.one<{ count: number }>(sql`
    select (select count(*) from message where send_id = ${sendId} and state in ('sent', 'uncertain'))
      + (select count(*) from outbox where send_id = ${sendId} and state = 'sending') as count`);
  return count;
}

export type RunSend = {
  readonly send_id: number;
  readonly activity: string;
  readonly state: SendState;
  readonly reason: string | null;
};

/** The sends of a run, those of restarted activities included, in the order in which they were prepared. */
export async function sendsOfRun(db: Queryable, runId: number): Promise<RunSend[]> {
  return db.query(sql`select send_id, activity, state, reason from send where run_id = ${runId} order by send_id`);
}
