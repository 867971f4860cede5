// Owns: carrying signals between processes over the database.
// Does not own: who listens to what (signals).
// Invariants: 1. a process that works on a table itself says nothing about it, so that one process with all roles pays nothing; 2. words go
// in statements of their own, never in a transaction that does work: a commit that notifies waits for every other that does; 3. of each
// word one is under way at a time, and the next GAP_MS later.
import { setTimeout as pause } from 'node:timers/promises';
import { SIGNAL_NAMES, type SignalName, type SignalWire } from './signals.ts';
import { type Database, type Hearing, hearNotices, sayNotices } from './sql/index.ts';

const CHANNEL = 'carillon';
const GAP_MS = 10;

/** `listens`: this process works on tables that others put work into. */
export function createSignalWire(input: {
  readonly db: Database;
  readonly connectionString: string;
  readonly listens: boolean;
}): SignalWire {
  const wanted = new Set<SignalName>();
  let telling: Promise<void> | undefined;
  let hearing: Hearing | undefined;

  async function tellAll(): Promise<void> {
    while (wanted.size > 0) {
      const names = [...wanted];
      wanted.clear();
      // A word that is lost costs its listener the time until the next look.
      await sayNotices(input.db, CHANNEL, names).catch(() => undefined);
      await pause(GAP_MS);
    }
  }

  return {
    tell(name) {
      wanted.add(name);
      telling ??= tellAll().finally(() => {
        telling = undefined;
      });
    },
    connect(ring) {
      if (!input.listens) return;
      hearing = hearNotices(input.connectionString, CHANNEL, {
        onNotice: (word) => {
          const name = SIGNAL_NAMES.find((known) => known === word);
          if (name) ring(name);
        },
        onHearing: () => {
          for (const name of SIGNAL_NAMES) ring(name);
        },
      });
    },
    hears: () => hearing?.hears() ?? false,
    async close() {
      await hearing?.close();
      await telling;
    },
  };
}
