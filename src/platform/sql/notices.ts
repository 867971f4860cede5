// Owns: hearing what other processes say over the database (`notify`), on a connection of its own that is made anew when it is lost.
// Does not own: what is said.
// Invariant: `hears` is true only after a word of its own has come back: behind a pooler that hands the connection to somebody else after
// every transaction, `listen` is taken without an error and nothing is ever heard.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { KEEP_ALIVE_MS, type Queryable } from './database.ts';
import { sql } from './sql.ts';

const RETRY_MS = 1_000;
const RETRY_MAX_MS = 30_000;

export type Hearing = {
  /** Whether notices come through now. */
  hears(): boolean;
  close(): Promise<void>;
};

type Listener = {
  readonly onNotice: (word: string) => void;
  /** Notices come through from now on; what was said before was not heard. */
  readonly onHearing: () => void;
};

/** Says words on a channel to every process that listens. */
export async function sayNotices(db: Queryable, channel: string, words: readonly string[]): Promise<void> {
  await db.execute(sql`select pg_notify(${channel}, word) from unnest(${words}::text[]) word`);
}

/** Hears every word that is said on a channel, until it is closed. */
export function hearNotices(connectionString: string, channel: string, listener: Listener): Hearing {
  const closing = new AbortController();
  let heard = false;

  /** Resolves when the connection is lost or no longer wanted. */
  async function hear(): Promise<void> {
    const probe = randomUUID();
    const client = new pg.Client({
      connectionString,
      application_name: 'carillon notices',
      keepAlive: true,
      // A line that is cut silently must not be taken for one on which nothing is said.
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    });
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
      closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', ({ payload = '' }) => {
      if (payload !== probe) return listener.onNotice(payload);
      heard = true;
      listener.onHearing();
    });
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      await client.query('select pg_notify($1, $2)', [channel, probe]);
      await lost;
    } finally {
      heard = false;
      await client.end().catch(() => undefined);
    }
  }

  async function live(): Promise<void> {
    let pauseMs = RETRY_MS;
    while (!closing.signal.aborted) {
      const began = performance.now();
      // Nobody is told: who hears nothing looks at the tables.
      await hear().catch(() => undefined);
      pauseMs = performance.now() - began > RETRY_MAX_MS ? RETRY_MS : Math.min(RETRY_MAX_MS, pauseMs * 2);
      await pause(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  const life = live();
  return {
    hears: () => heard,
    async close() {
      closing.abort();
      await life;
    },
  };
}
