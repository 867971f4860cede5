import { setTimeout as pause } from 'node:timers/promises';
import type { Database, OwnTransaction } from './database.ts';
import { isPassing } from './passing.ts';
import { sql } from './sql.ts';

/** A transaction whose client is gone is ended by the server after this. */
const SILENCE_MS = 15_000;
const ASK_AGAIN_MS = 250;
const ASKED_MAX = 120;

/**
 * Does `work` in a transaction, tried again when it fails, that is committed once: when the answer to a commit is lost, the server is
 * asked what became of it. For what would count twice if it were done twice.
 */
export async function commitOnce<T>(
  db: Database,
  { attemptsMax }: { readonly attemptsMax: number },
  work: (tx: OwnTransaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let sent: { readonly xid: string; readonly result: T } | undefined;
    try {
      return await db.transaction(async (tx) => {
        const { xid } = await tx.one<{ xid: string }>(sql`
          select pg_current_xact_id()::text as xid, set_config('idle_in_transaction_session_timeout', ${String(SILENCE_MS)}, true)`);
        const result = await work(tx);
        sent = { xid, result };
        return result;
      });
    } catch (error) {
      if (sent && isPassing(error) && (await isCommitted(db, sent.xid, error))) return sent.result;
      if (attempt >= attemptsMax) throw error;
    }
  }
}

/** @throws `error` when nobody can tell: then it must not be done again. */
async function isCommitted(db: Database, xid: string, error: unknown): Promise<boolean> {
  for (let asked = 1; asked <= ASKED_MAX; asked++) {
    const state = await stateOf(db, xid);
    if (state === 'committed' || state === 'aborted') return state === 'committed';
    if (state === null) break;
    await pause(ASK_AGAIN_MS);
  }
  throw error;
}

/** Null when the server does not know it any more; `in progress` as long as it cannot be asked. */
async function stateOf(db: Database, xid: string): Promise<string | null> {
  try {
    const rows = await db.query<{ state: string | null }>(sql`select pg_xact_status(${xid}::text::xid8) as state`, {
      prompt: true,
    });
    return rows[0]?.state ?? null;
  } catch (error) {
    if (isPassing(error)) return 'in progress';
    throw error;
  }
}
