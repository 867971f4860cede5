import { type Queryable, sql } from '../../platform/sql/index.ts';

/** The first half of the advisory locks that workers hold; the second half is the worker's number. */
export const WORKER_LOCK = 7301;

/** `alive`: workers known to live, whatever their locks say. `among`: the only ones to look at. */
export type Suspects = { readonly alive: readonly number[]; readonly among?: readonly number[] | undefined };

/** Draws a worker number and locks it for as long as the connection lives. */
export async function takeWorkerId(session: Queryable): Promise<number> {
  const { worker_id } = await session.one<{ worker_id: number }>(sql`select nextval('worker_id_seq') as worker_id`);
  await session.execute(sql`select pg_advisory_lock(${WORKER_LOCK}, ${worker_id}::int)`);
  return worker_id;
}

/**
 * Locks numbers that were locked by a connection that is lost; answers which. One is not to be had yet when the server has not noticed
 * that the connection is lost, or when somebody is just looking whether it is free.
 */
export async function retakeWorkerIds(session: Queryable, workerIds: readonly number[]): Promise<number[]> {
  const rows = await session.query<{ worker_id: number }>(sql`
    select worker_id from unnest(${workerIds}::int[]) as lost (worker_id)
    where pg_try_advisory_lock(${WORKER_LOCK}, worker_id)`);
  return rows.map((row) => row.worker_id);
}

/** Lets go of a number that was taken again. */
export async function releaseWorkerId(session: Queryable, workerId: number): Promise<void> {
  await session.execute(sql`select pg_advisory_unlock(${WORKER_LOCK}, ${workerId}::int)`);
}

/** Of the workers that have messages in the air, those that nobody holds the number of; locked until the transaction ends. */
export async function lockSilentWorkers(tx: Queryable, { alive, among }: Suspects): Promise<number[]> {
  const rows = await tx.query<{ worker_id: number }>(sql`
    with busy as materialized (
      select distinct worker_id from outbox
      where state = 'sending' and worker_id <> all(${alive}::bigint[])
        and (${among === undefined} or worker_id = any(${among ?? []}::bigint[]))
    )
    select worker_id from busy where pg_try_advisory_xact_lock(${WORKER_LOCK}, worker_id::int)`);
  return rows.map((row) => row.worker_id);
}

export async function probe(session: Queryable): Promise<void> {
  await session.execute(sql`select 1`);
}

export async function beginWork(session: Queryable): Promise<void> {
  await session.execute(sql`begin`);
}

export async function commitWork(session: Queryable): Promise<void> {
  await session.execute(sql`commit`);
}

export async function rollbackWork(session: Queryable): Promise<void> {
  await session.execute(sql`rollback`);
}
