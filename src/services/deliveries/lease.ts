import type { Lane } from '../../core/deliveries/index.ts';
import type { Database, Transaction } from '../../platform/sql/index.ts';
import { openSerialSession } from './serial-session.ts';
import { preferIndexes, takeWorkerId } from './store-session.ts';

/** A worker's right to claim: a number that is locked by the very connection that claims, so that the two end together. */
export type Lease = {
  run<T>(work: (session: Transaction, workerId: number) => Promise<T>): Promise<T>;
  transaction<T>(work: (tx: Transaction, workerId: number) => Promise<T>): Promise<T>;
  /** Notes that so many more messages claimed under a number are in this process, or so many fewer. */
  note(workerId: number, change: number): void;
  /** The numbers under which this process may have messages in the air: the present one, and older ones until theirs have settled. */
  workerIds(): readonly number[];
  close(): Promise<void>;
};

export function openLease(db: Database): Lease {
  const claimed = new Map<number, number>();
  let latest = 0;
  const current = () => latest;
  const session = openSerialSession(db, async (opened) => {
    await preferIndexes(opened);
    latest = await takeWorkerId(opened);
    claimed.set(latest, 0);
  });
  return {
    run: (work) => session.run((opened) => work(opened, current())),
    transaction: (work) => session.transaction((tx) => work(tx, current())),
    note: (workerId, change) => {
      claimed.set(workerId, (claimed.get(workerId) ?? 0) + change);
    },
    workerIds: () => {
      for (const [workerId, count] of claimed) {
        // A claim whose answer was lost with its connection is known to nobody here: its messages are for recovery.
        if (count === 0 && workerId !== latest) claimed.delete(workerId);
      }
      return [...claimed.keys()];
    },
    close: () => session.close(),
  };
}

/** The leases of one worker: a blast has one of its own, so that nobody with right of way waits for its large claims. */
export type Leases = {
  of(lane: Lane): Lease;
  note(workerId: number, change: number): void;
  workerIds(): readonly number[];
  close(): Promise<void>;
};

export function openLeases(db: Database): Leases {
  const swift = openLease(db);
  const bulk = openLease(db);
  return {
    of: (lane) => (lane === 'campaign' ? bulk : swift),
    note: (workerId, change) => (swift.workerIds().includes(workerId) ? swift : bulk).note(workerId, change),
    workerIds: () => [...swift.workerIds(), ...bulk.workerIds()],
    async close() {
      await Promise.all([swift.close(), bulk.close()]);
    },
  };
}
