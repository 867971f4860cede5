import type { Lane } from '../../core/deliveries/index.ts';
import { type Database, preferIndexes, type Transaction } from '../../platform/sql/index.ts';
import { openSerialSession } from './serial-session.ts';
import { releaseWorkerId, retakeWorkerIds, takeWorkerId } from './store-session.ts';

/** One that is silent is looked at again so much later: whose connection was lost has made another long before. */
export const SILENT_MS = 2_000;

/**
 * A worker's right to claim: a number that is locked by the very connection that claims, so that the two end together. When only the
 * connection is lost, the next one takes the number again as long as messages that were claimed under it are here.
 */
export type Lease = {
  run<T>(work: (session: Transaction, workerId: number) => Promise<T>): Promise<T>;
  transaction<T>(work: (tx: Transaction, workerId: number) => Promise<T>): Promise<T>;
  /** Makes the connection anew if it was lost while messages are here, so that nobody takes them for a dead worker's. */
  hold(): Promise<void>;
  /** Notes that so many more messages claimed under a number are in this process, or so many fewer. */
  note(workerId: number, change: number): void;
  /** The present number, for claims over another connection; undefined while there is none. */
  current(): number | undefined;
  /**
   * Goes on under another number, because something may have been claimed under the present one that nobody here knows of: recovery
   * finds that as soon as what is known of it has settled.
   */
  renew(): void;
  /** The numbers under which this process may have messages in the air: the present one, and older ones until theirs have settled. */
  workerIds(): readonly number[];
  close(): Promise<void>;
};

export function openLease(db: Database): Lease {
  const claimed = new Map<number, number>();
  /** What the present connection has locked. */
  let held = new Set<number>();
  let latest = 0;
  /** Under this one nothing more is claimed over another connection. */
  let left = 0;
  const current = () => latest;
  const busy = () => [...claimed].flatMap(([workerId, count]) => (count > 0 ? [workerId] : []));
  const retake = async (opened: Transaction) => {
    const taken = await retakeWorkerIds(
      opened,
      busy().filter((workerId) => !held.has(workerId)),
    );
    for (const workerId of taken) held.add(workerId);
  };
  const take = async (opened: Transaction) => {
    latest = await takeWorkerId(opened);
    held.add(latest);
    claimed.set(latest, 0);
  };
  const session = openSerialSession(db, async (opened) => {
    await preferIndexes(opened, 'connection');
    held = new Set();
    await retake(opened);
    await take(opened);
  });
  return {
    run: (work) => session.run((opened) => work(opened, current())),
    transaction: (work) => session.transaction((tx) => work(tx, current())),
    async hold() {
      if (busy().length === 0) return;
      // The first may find that the connection is lost; the second makes another.
      await session.run(retake).catch(() => session.run(retake));
    },
    note: (workerId, change) => {
      claimed.set(workerId, (claimed.get(workerId) ?? 0) + change);
    },
    current: () => (latest === left ? undefined : latest),
    renew: () => {
      left = latest;
      // When it fails the connection is lost, and the next one has another number anyway.
      session.run(take).catch(() => undefined);
    },
    workerIds: () => {
      for (const [workerId, count] of claimed) {
        // A claim whose answer was lost with its connection is known to nobody here: its messages are for recovery.
        if (count !== 0 || workerId === latest) continue;
        claimed.delete(workerId);
        if (held.delete(workerId)) session.run((opened) => releaseWorkerId(opened, workerId)).catch(() => undefined);
      }
      return [...claimed.keys()];
    },
    close: () => session.close(),
  };
}

/** Who is silent at two looks in a row is dead. */
export function createSuspicion(): (silent: readonly number[]) => number[] {
  let before: readonly number[] = [];
  return (silent) => {
    const dead = silent.filter((workerId) => before.includes(workerId));
    before = silent;
    return dead;
  };
}

/** The leases of one worker: a blast has one of its own, so that nobody with right of way waits for its large claims. */
export type Leases = {
  of(lane: Lane): Lease;
  hold(): Promise<void>;
  note(workerId: number, change: number): void;
  workerIds(): readonly number[];
  close(): Promise<void>;
};

export function openLeases(db: Database): Leases {
  const swift = openLease(db);
  const bulk = openLease(db);
  return {
    of: (lane) => (lane === 'campaign' ? bulk : swift),
    async hold() {
      await Promise.all([swift.hold(), bulk.hold()]);
    },
    note: (workerId, change) => (swift.workerIds().includes(workerId) ? swift : bulk).note(workerId, change),
    workerIds: () => [...swift.workerIds(), ...bulk.workerIds()],
    async close() {
      await Promise.all([swift.close(), bulk.close()]);
    },
  };
}
