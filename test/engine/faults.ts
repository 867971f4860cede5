import type { Context } from '../../src/platform/context.ts';
import { type Database, type OwnTransaction, type Queryable, sql } from '../../src/platform/sql/index.ts';

export type Random = () => number;

/** Numbers from 0 to 1 that a seed repeats. */
export function randomOf(seed: number): Random {
  let state = (seed * 7_919 + 17) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export type Faults = { happened: number; on: boolean };

/** What a driver reports when the network is cut. */
function cut(): Error {
  return Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' });
}

/**
 * A context in which everything that can go wrong with a database does, now and then: a statement is not sent, its answer is lost, the
 * server ends the connection, a commit is not sent, or it is and its answer is lost.
 */
export function faultyContext(ctx: Context, random: Random, faults: Faults, share = 0.02): Context {
  const strikes = () => {
    if (!faults.on || random() >= share) return false;
    faults.happened += 1;
    return true;
  };

  function faulty<Q extends Queryable>(target: Q, kill: () => Promise<void>): Q {
    const around = async <T>(send: () => Promise<T>): Promise<T> => {
      if (strikes()) {
        const what = random();
        if (what < 0.3) throw cut();
        if (what < 0.6) await kill();
        else {
          await send();
          throw cut();
        }
      }
      return send();
    };
    return {
      ...target,
      query: (statement) => around(() => target.query(statement)),
      one: (statement) => around(() => target.one(statement)),
      maybeOne: (statement) => around(() => target.maybeOne(statement)),
      execute: (statement) => around(() => target.execute(statement)),
    } as Q;
  }

  const db: Database = {
    ...faulty(ctx.db, async () => undefined),
    session: (work) => ctx.db.session(work),
    close: () => ctx.db.close(),
    async transaction<T>(work: (tx: OwnTransaction) => Promise<T>, options?: { pipelined?: boolean }): Promise<T> {
      const result = await ctx.db.transaction(async (tx) => {
        const { pid } = await tx.one<{ pid: number }>(sql`select pg_backend_pid() as pid`);
        const kill = async () => {
          await ctx.db.execute(sql`select pg_terminate_backend(${pid}::int)`);
        };
        const withCommit = faulty<Queryable>(
          { ...tx, execute: (statement) => tx.withCommit.execute(statement).then(() => 0) },
          kill,
        );
        const done = await work({ ...faulty(tx, kill), withCommit });
        if (strikes()) {
          if (random() < 0.5) throw cut();
          await kill();
        }
        return done;
      }, options);
      // The commit has come through, and nobody is told.
      if (strikes()) throw cut();
      return result;
    },
  };
  return { ...ctx, db };
}
