import { setTimeout as pause } from 'node:timers/promises';
import { AppError, verbatim } from '../../core/kernel/index.ts';
import type { Database, Transaction } from './database.ts';
import { sql } from './sql.ts';

/** How long somebody waits for an answer: up to a time, and only while they are there. */
export type Patience = { readonly signal?: AbortSignal | undefined; readonly timeoutMs: number };

const CANCELLED = '57014';
const CANCEL_AGAIN_MS = 50;

/**
 * A transaction whose running statement is cancelled in the database when the time is over or who asked has gone.
 * @throws AppError `unavailable` when the time is over, `conflict` when who asked has gone.
 */
export async function transactionWithin<T>(
  db: Database,
  { signal, timeoutMs }: Patience,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const ends = AbortSignal.any(signal ? [signal, timeout] : [timeout]);
  const ended = (cause?: unknown) =>
    signal?.aborted
      ? new AppError('conflict', verbatim('The question was withdrawn.'), { cause })
      : new AppError('unavailable', verbatim(`The answer takes longer than ${timeoutMs / 1_000} seconds.`), { cause });
  if (ends.aborted) throw ended();
  return db.transaction(async (tx) => {
    const { pid } = await tx.one<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    let isOver = false;
    let cancelling: Promise<void> = Promise.resolve();
    const cancel = () => {
      cancelling = (async () => {
        // A cancellation that comes between two statements is lost, so it is sent until nothing is asked any more.
        while (!isOver) {
          await db.execute(sql`select pg_cancel_backend(${pid})`).catch(() => undefined);
          await pause(CANCEL_AGAIN_MS);
        }
      })();
    };
    ends.addEventListener('abort', cancel);
    try {
      // It may have ended while there was no connection to be had.
      if (ends.aborted) throw ended();
      return await work(tx);
    } catch (error) {
      if ((error as { code?: unknown }).code === CANCELLED && ends.aborted) throw ended(error);
      throw error;
    } finally {
      isOver = true;
      ends.removeEventListener('abort', cancel);
      // The cancellation must not hit whoever gets the connection next.
      await cancelling;
    }
  });
}
