import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import { AppError } from '../../core/kernel/index.ts';
import { type Sql, toStatement } from './sql.ts';

/** Statements on one connection or on the pool. Rows come back as plain objects; the caller names their type. */
export type Queryable = {
  /** All rows. */
  query<Row extends object>(statement: Sql): Promise<Row[]>;
  /** The single row; an `internal` error when there is none or more than one. */
  one<Row extends object>(statement: Sql): Promise<Row>;
  /** The first row or undefined. */
  maybeOne<Row extends object>(statement: Sql): Promise<Row | undefined>;
  /** Runs a statement for its effect; the number of rows it touched. */
  execute(statement: Sql): Promise<number>;
};

/** One connection inside `begin ... commit`. */
export type Transaction = Queryable & {
  /** Streams text or CSV data into `copy ... from stdin`; resolves when PostgreSQL has taken all of it. */
  copyIn(statement: Sql, data: AsyncIterable<Buffer | string> | Iterable<Buffer | string>): Promise<void>;
  /** Reads a large result in batches of `batchSize` rows through a cursor. */
  stream<Row extends object>(statement: Sql, batchSize: number): AsyncIterable<Row[]>;
};

export type Database = Queryable & {
  /** Runs `work` in one transaction: commits when it resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A connection of one's own, for session state such as advisory locks; released when `work` ends. */
  session<T>(work: (session: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  readonly connectionString: string;
  readonly connectionsMax: number;
  readonly applicationName?: string;
  /** Told of errors on idle connections (the server was restarted, say); the pool replaces them by itself. */
  readonly onIdleError?: (error: Error) => void;
};

const INT8 = 20;
const DATE = 1082;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    // Ids and counts stay far below 2^53, so a number is exact.
    if (oid === INT8) return Number;
    // A date has no zone; the driver's Date would move it.
    if (oid === DATE) return String;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as typeof pg.types.getTypeParser,
};

/** Opens a pool. Sessions speak UTC, so that what SQL prints does not depend on the machine. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.connectionsMax,
    application_name: options.applicationName ?? 'carillon',
    options: '-c timezone=UTC',
    types,
  });
  pool.on('error', (error) => options.onIdleError?.(error));

  async function session<T>(work: (session: Transaction) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    // A connection lost between two statements must not crash the process: the next statement reports it.
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    try {
      return await work(onConnection(client));
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  return {
    ...queryable(pool),
    session,
    async transaction(work) {
      return session(async (tx) => {
        await tx.execute(BEGIN);
        try {
          const result = await work(tx);
          await tx.execute(COMMIT);
          return result;
        } catch (error) {
          await tx.execute(ROLLBACK).catch(() => undefined);
          throw error;
        }
      });
    },
    close: () => pool.end(),
  };
}

const statement = (text: string): Sql => ({ parts: [text], values: [] });
const BEGIN = statement('begin');
const COMMIT = statement('commit');
const ROLLBACK = statement('rollback');

type Runner = { query(config: { text: string; values: unknown[] }): Promise<pg.QueryResult> };

function queryable(runner: Runner): Queryable {
  const run = (sql: Sql) => runner.query(toStatement(sql));
  return {
    async query<Row extends object>(sql: Sql) {
      return (await run(sql)).rows as Row[];
    },
    async one<Row extends object>(sql: Sql) {
      const rows = (await run(sql)).rows as Row[];
      const [row] = rows;
      if (!row || rows.length > 1) throw new AppError('internal', `Expected one row, got ${rows.length}.`);
      return row;
    },
    async maybeOne<Row extends object>(sql: Sql) {
      return (await run(sql)).rows[0] as Row | undefined;
    },
    async execute(sql) {
      return (await run(sql)).rowCount ?? 0;
    },
  };
}

function onConnection(client: pg.PoolClient): Transaction {
  return {
    ...queryable(client),
    async copyIn(sql, data) {
      await pipeline(Readable.from(data), client.query(copyFrom(toStatement(sql).text)));
    },
    async *stream<Row extends object>(sql: Sql, batchSize: number) {
      const { text, values } = toStatement(sql);
      const cursor = client.query(new Cursor<Row>(text, values, { types } as never));
      try {
        for (;;) {
          const rows = await cursor.read(batchSize);
          if (rows.length === 0) return;
          yield rows;
        }
      } finally {
        await cursor.close();
      }
    },
  };
}
