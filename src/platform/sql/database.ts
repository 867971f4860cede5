import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import { AppError, verbatim } from '../../core/kernel/index.ts';
import { raw, type Sql, sql, toStatement } from './sql.ts';

/**
 * `prompt`: a healthy server answers each of these statements at once; one that says nothing for `answerMs` is taken to be cut off, and
 * the connection is given up. Other statements may take as long as they like; that the network is gone is then found by the system.
 */
export type Haste = { readonly prompt?: boolean };

/** Statements on one connection or on the pool. Rows come back as plain objects; the caller names their type. */
export type Queryable = {
  /** All rows. */
  query<Row extends object>(statement: Sql, haste?: Haste): Promise<Row[]>;
  /** The single row; an `internal` error when there is none or more than one. */
  one<Row extends object>(statement: Sql): Promise<Row>;
  /** The first row or undefined. */
  maybeOne<Row extends object>(statement: Sql): Promise<Row | undefined>;
  /** Runs a statement for its effect; the number of rows it touched. */
  execute(statement: Sql, haste?: Haste): Promise<number>;
};

/** One connection inside `begin ... commit`. */
export type Transaction = Queryable & {
  /** Streams text or CSV data into `copy ... from stdin`; resolves when PostgreSQL has taken all of it. */
  copyIn(statement: Sql, data: AsyncIterable<Buffer | string> | Iterable<Buffer | string>): Promise<void>;
  /** Reads a large result in batches of `batchSize` rows. The connection is taken until it ends: a statement in between would never run. */
  stream<Row extends object>(statement: Sql, batchSize: number): AsyncIterable<Row[]>;
  /** The same for who runs other statements between two batches. */
  fetch<Row extends object>(statement: Sql, batchSize: number): AsyncIterable<Row[]>;
};

/** Runs statements for their effect alone. */
export type Executing = { execute(statement: Sql): Promise<unknown> };

/** A transaction that commits when the work that it was begun for ends. */
export type OwnTransaction = Transaction & {
  /**
   * For what is written last: a pipelined transaction sends it at once, and its answer comes with that of the commit, in one round trip.
   * When it fails, so does the commit.
   */
  readonly withCommit: Executing;
};

export type Database = Queryable & {
  /** Runs `work` in one transaction: commits when it resolves, rolls back when it throws. A commit is always prompt. */
  transaction<T>(work: (tx: OwnTransaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** A connection of one's own, for session state such as advisory locks; released when `work` ends. */
  session<T>(work: (session: Transaction) => Promise<T>, haste?: Haste): Promise<T>;
  close(): Promise<void>;
};

export type TransactionOptions = Haste & {
  /**
   * Statements are sent as they are asked for, without waiting for the answers of those before, which still run one after the other.
   * Those that do not need each other's answers cost one round trip together. `copyIn` and `stream` cannot be used.
   */
  readonly pipelined?: boolean;
};

export type DatabaseOptions = {
  readonly connectionString: string;
  readonly connectionsMax: number;
  readonly applicationName?: string;
  /** How long a server may be silent when an answer is due at once; a minute unless told otherwise. */
  readonly answerMs?: number;
  /** Told of errors on idle connections (the server was restarted, say); the pool replaces them by itself. */
  readonly onIdleError?: (error: Error) => void;
};

/** Connections of pipelined transactions, beside the others. */
const PIPELINES_MAX = 8;
/** A new one takes longer than what it is for: until its server is there, and knows the statements. */
const PIPELINE_IDLE_MS = 300_000;

const ANSWER_MS = 60_000;
/** An idle connection whose other end is gone is found out this long after its last word, and some ten seconds. */
export const KEEP_ALIVE_MS = 10_000;
/** The SQLSTATE of a connection that is lost. */
const CONNECTION_LOST = '08006';

const INT8 = 20;
const DATE = 1082;
const TIMESTAMPTZ = 1184;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    // Ids and counts stay far below 2^53, so a number is exact.
    if (oid === INT8) return Number;
    // A date has no zone; the driver's Date would move it.
    if (oid === DATE) return String;
    if (oid === TIMESTAMPTZ) return instantOf;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as typeof pg.types.getTypeParser,
};

const parseTimestamp = pg.types.getTypeParser(TIMESTAMPTZ);

/** A session prints in UTC, `2026-03-01 12:34:56.789012+00`; digit by digit that is read faster than by what takes every form. */
function instantOf(text: string): Date {
  const isUsual = text.length >= 22 && text.charCodeAt(4) === DASH && text.endsWith('+00');
  if (!isUsual) return parseTimestamp(text);
  const year = number(text, 0, 4);
  // Date.UTC would take a year below 100 for one of the last century.
  if (year < 100) return parseTimestamp(text);
  const seconds = Date.UTC(
    year,
    number(text, 5, 7) - 1,
    number(text, 8, 10),
    number(text, 11, 13),
    number(text, 14, 16),
    number(text, 17, 19),
  );
  // Of the fraction, which has no zeros at its end, the milliseconds.
  const digits = Math.min(3, text.length - 23);
  return new Date(digits < 1 ? seconds : seconds + number(text, 20, 20 + digits) * 10 ** (3 - digits));
}

const DASH = 45;
const ZERO = 48;

function number(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index++) value = value * 10 + text.charCodeAt(index) - ZERO;
  return value;
}

/** Opens a pool. Sessions speak UTC, so that what SQL prints does not depend on the machine. */
export function openDatabase(options: DatabaseOptions): Database {
  const open = (more: pg.PoolConfig) => {
    const pool = new pg.Pool({
      connectionString: options.connectionString,
      application_name: options.applicationName ?? 'carillon',
      options: '-c timezone=UTC',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      types,
      ...more,
    });
    pool.on('error', (error) => options.onIdleError?.(error));
    // A connection may be lost before whoever asked for it has heard that it is there; the first statement on it then says so.
    pool.on('connect', (client) => client.on('error', () => undefined));
    return pool;
  };
  const pool = open({ max: options.connectionsMax });
  // A connection sends ahead or it does not, for as long as it lives.
  let pipelining: pg.Pool | undefined;
  const pipelines = () => {
    pipelining ??= open({ max: PIPELINES_MAX, pipeline: true, idleTimeoutMillis: PIPELINE_IDLE_MS });
    return pipelining;
  };

  const answerMs = options.answerMs ?? ANSWER_MS;

  async function session<T>(
    work: (session: Transaction) => Promise<T>,
    { prompt = false }: Haste = {},
    from = pool,
  ): Promise<T> {
    const client = await from.connect();
    let broken: Error | undefined;
    // A connection lost between two statements must not crash the process: the next statement reports it.
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    try {
      const deadline = { answerMs, prompt, onSilence: onError, lost: () => broken };
      return await work(onConnection(client, deadline, from === pool ? client : inOneWrite(client)));
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  return {
    ...queryable(pool, { answerMs, prompt: false }),
    session: (work, haste) => session(work, haste),
    async transaction(work, { pipelined = false, ...haste } = {}) {
      return session(
        async (tx) => {
          let open = true;
          const unanswered: Promise<unknown>[] = [];
          const begun = tx.execute(BEGIN);
          if (!pipelined) await begun;
          try {
            const own = whileOpen(tx, () => open);
            const withCommit = pipelined ? answeredLater(own, unanswered) : own;
            const [result] = await Promise.all([work({ ...own, withCommit }), begun]);
            open = false;
            // Where one of them has failed, the server takes this for a rollback.
            await Promise.all([...unanswered, tx.execute(COMMIT, PROMPT)]);
            return result;
          } catch (error) {
            open = false;
            await tx.execute(ROLLBACK).catch(() => undefined);
            throw error;
          }
        },
        haste,
        pipelined ? pipelines() : pool,
      );
    },
    close: async () => {
      await Promise.all([pool.end(), pipelining?.end()]);
    },
  };
}

const statement = (text: string): Sql => ({ parts: [text], values: [] });
const BEGIN = statement('begin');
const COMMIT = statement('commit');
const ROLLBACK = statement('rollback');
const PROMPT: Haste = { prompt: true };

/** Statements that are asked for without waiting leave in one write: each costs a call of the system, and wakes the server. */
function inOneWrite(client: pg.PoolClient): Runner {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Writable } }).connection;
  let held = false;
  return {
    query(config) {
      if (!held) {
        held = true;
        stream.cork();
        process.nextTick(() => {
          held = false;
          stream.uncork();
        });
      }
      return client.query(config);
    },
  };
}

/**
 * A transaction that ends with its work: of things done at once one may fail while another goes on, and what that one says afterwards
 * would be a transaction of its own.
 */
function whileOpen(tx: Transaction, isOpen: () => boolean): Transaction {
  const checked = (): Transaction => {
    if (isOpen()) return tx;
    throw new AppError('internal', verbatim('The transaction has ended.'));
  };
  return {
    query: async (statement, haste) => checked().query(statement, haste),
    one: async (statement) => checked().one(statement),
    maybeOne: async (statement) => checked().maybeOne(statement),
    execute: async (statement, haste) => checked().execute(statement, haste),
    copyIn: async (statement, data) => checked().copyIn(statement, data),
    stream: (statement, batchSize) => checked().stream(statement, batchSize),
    fetch: (statement, batchSize) => checked().fetch(statement, batchSize),
  };
}

function answeredLater(tx: Executing, unanswered: Promise<unknown>[]): Executing {
  return {
    async execute(statement) {
      const answer = tx.execute(statement);
      // The commit tells of it; when there is none, because the work has failed, nobody need be told.
      answer.catch(() => undefined);
      unanswered.push(answer);
    },
  };
}

type Runner = {
  query(config: { text: string; values: unknown[]; name?: string; query_timeout?: number }): Promise<pg.QueryResult>;
};

type Deadline = {
  readonly answerMs: number;
  /** Whether every statement is. */
  readonly prompt: boolean;
  readonly onSilence?: (error: Error) => void;
  /** Why no statement can be sent any more: it would wait behind one that is never answered. */
  readonly lost?: () => Error | undefined;
};

/** Sends a statement and waits for its answer no longer than it may take. */
async function within(runner: Runner, sql: Sql, { answerMs, onSilence }: Deadline): Promise<pg.QueryResult> {
  try {
    return await runner.query({ ...toStatement(sql), query_timeout: answerMs });
  } catch (cause) {
    if (!(cause instanceof Error) || cause.message !== 'Query read timeout') throw cause;
    const message = `The database has not answered for ${answerMs} ms.`;
    const silence = Object.assign(new Error(message, { cause }), { code: CONNECTION_LOST });
    onSilence?.(silence);
    throw silence;
  }
}

function queryable(runner: Runner, deadline: Deadline): Queryable {
  const run = (sql: Sql, haste?: Haste) => {
    const lost = deadline.lost?.();
    if (lost) return Promise.reject(lost);
    return haste?.prompt || deadline.prompt ? within(runner, sql, deadline) : runner.query(toStatement(sql));
  };
  return {
    async query<Row extends object>(sql: Sql, haste?: Haste) {
      return (await run(sql, haste)).rows as Row[];
    },
    async one<Row extends object>(sql: Sql) {
      const rows = (await run(sql)).rows as Row[];
      const [row] = rows;
      if (!row || rows.length > 1) throw new AppError('internal', verbatim(`Expected one row, got ${rows.length}.`));
      return row;
    },
    async maybeOne<Row extends object>(sql: Sql) {
      return (await run(sql)).rows[0] as Row | undefined;
    },
    async execute(sql, haste) {
      return (await run(sql, haste)).rowCount ?? 0;
    },
  };
}

function onConnection(client: pg.PoolClient, deadline: Deadline, runner: Runner): Transaction {
  const own = queryable(runner, deadline);
  let cursors = 0;
  return {
    ...own,
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
    async *fetch<Row extends object>(statement: Sql, batchSize: number) {
      cursors += 1;
      const name = raw(`fetched_${cursors}`);
      // All of it will be read: the plan must not be the one that has its first rows soonest.
      await own.execute(raw('set local cursor_tuple_fraction = 1'));
      await own.execute(sql`declare ${name} no scroll cursor for ${statement}`);
      for (;;) {
        const rows = await own.query<Row>(sql`fetch ${raw(String(batchSize))} from ${name}`);
        if (rows.length === 0) break;
        yield rows;
      }
      // Who stops before, or fails, leaves that to the end of the transaction.
      await own.execute(sql`close ${name}`);
    },
  };
}
