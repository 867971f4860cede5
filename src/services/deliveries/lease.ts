import type { Database, Transaction } from '../../platform/sql/index.ts';
import { openSerialSession } from './serial-session.ts';
import { preferIndexes, takeWorkerId } from './store-session.ts';

/** A worker's right to claim: a number that is locked by the very connection that claims, so that the two end together. */
export type Lease = {
  run<T>(work: (session: Transaction, workerId: number) => Promise<T>): Promise<T>;
  transaction<T>(work: (tx: Transaction, workerId: number) => Promise<T>): Promise<T>;
  /** Every number this process has held: the messages of all of them may still be in the air here. */
  workerIds(): readonly number[];
  close(): Promise<void>;
};

export function openLease(db: Database): Lease {
  const workerIds: number[] = [];
  const current = () => workerIds[workerIds.length - 1] ?? 0;
  const session = openSerialSession(db, async (opened) => {
    await preferIndexes(opened);
    workerIds.push(await takeWorkerId(opened));
  });
  return {
    run: (work) => session.run((opened) => work(opened, current())),
    transaction: (work) => session.transaction((tx) => work(tx, current())),
    workerIds: () => workerIds,
    close: () => session.close(),
  };
}
