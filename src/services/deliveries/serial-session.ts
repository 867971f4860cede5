import type { Database, Transaction } from '../../platform/sql/index.ts';
import { beginWork, commitWork, probe, rollbackWork } from './store-session.ts';

/** A connection of one's own that is opened when first needed, used by one piece of work at a time, and replaced when it breaks. */
export type SerialSession = {
  /** Runs after everything asked before; in a transaction. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A single statement, which is its own transaction. */
  run<T>(work: (session: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

type Open = { readonly session: Transaction; readonly release: () => void; readonly ended: Promise<void> };

/** `prepare` runs on every new connection, before any work: session settings, advisory locks. */
export function openSerialSession(db: Database, prepare: (session: Transaction) => Promise<void>): SerialSession {
  let current: Open | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  async function connect(): Promise<Open> {
    return new Promise<Open>((resolve, reject) => {
      const ended = db.session(
        async (session) => {
          await prepare(session);
          await new Promise<void>((release) => resolve({ session, release, ended }));
        },
        { prompt: true },
      );
      ended.catch(reject);
    });
  }

  async function discard(): Promise<void> {
    const open = current;
    current = undefined;
    open?.release();
    await open?.ended.catch(() => undefined);
  }

  async function exclusive<T>(work: (session: Transaction) => Promise<T>): Promise<T> {
    current ??= await connect();
    const { session } = current;
    try {
      return await work(session);
    } catch (error) {
      // A statement may fail on a sound connection; only a connection that cannot answer is given up.
      await probe(session).catch(discard);
      throw error;
    }
  }

  const run = <T>(work: (session: Transaction) => Promise<T>): Promise<T> => {
    const result = tail.then(() => exclusive(work));
    tail = result.catch(() => undefined);
    return result;
  };
  return {
    run,
    transaction: (work) =>
      run(async (session) => {
        await beginWork(session);
        try {
          const result = await work(session);
          await commitWork(session);
          return result;
        } catch (error) {
          await rollbackWork(session).catch(() => undefined);
          throw error;
        }
      }),
    close: () => {
      const closed = tail.then(discard);
      tail = closed;
      return closed;
    },
  };
}
