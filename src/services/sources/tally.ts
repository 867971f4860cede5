import type { Context } from '../../platform/context.ts';
import { KEY_HINT_CHARS } from './create-source.ts';
import type { Source } from './directory.ts';
import { raiseCounts, raiseUnknownKeys, type SourceTally } from './store.ts';

/** Distinct unknown keys that are told apart between two savings; the others are counted together. */
const UNKNOWN_KEYS_MAX = 100;
const OTHERS = '(others)';

export type Tally = {
  count(source: Source, accepted: number, rejected: number): void;
  countUnknown(key: string): void;
  /** Adds what was counted since the last time to the tables. What cannot be saved is kept for the next time. */
  save(): Promise<void>;
};

/** Counts in memory what sources send; a count that a crash takes with it is missed by nobody but a reader of statistics. */
export function createTally(ctx: Context): Tally {
  let counts = new Map<number, { accepted: number; rejected: number }>();
  let unknown = new Map<string, number>();
  const add = ({ sourceId, accepted, rejected }: SourceTally) => {
    const known = counts.get(sourceId);
    counts.set(sourceId, {
      accepted: (known?.accepted ?? 0) + accepted,
      rejected: (known?.rejected ?? 0) + rejected,
    });
  };
  const addUnknown = (hint: string, attempts: number) => {
    const kept = unknown.has(hint) || unknown.size < UNKNOWN_KEYS_MAX ? hint : OTHERS;
    unknown.set(kept, (unknown.get(kept) ?? 0) + attempts);
  };
  return {
    count(source, accepted, rejected) {
      ctx.metrics.ingestedEvents.inc({ outcome: 'accepted' }, accepted);
      ctx.metrics.ingestedEvents.inc({ outcome: 'rejected' }, rejected);
      if (source.sourceId === undefined) return;
      add({ sourceId: source.sourceId, accepted, rejected });
    },
    countUnknown(key) {
      addUnknown(key.slice(0, KEY_HINT_CHARS).replaceAll('\0', '') || '(none)', 1);
    },
    async save() {
      const tallies = [...counts].map(([sourceId, count]) => ({ sourceId, ...count }));
      const attempts = [...unknown].map(([keyHint, count]) => ({ keyHint, attempts: count }));
      if (tallies.length === 0 && attempts.length === 0) return;
      counts = new Map();
      unknown = new Map();
      const now = ctx.clock.now();
      try {
        await ctx.db.transaction(async (tx) => {
          await raiseCounts(tx, tallies, now);
          await raiseUnknownKeys(tx, attempts, now);
        });
      } catch (error) {
        for (const tally of tallies) add(tally);
        for (const one of attempts) addUnknown(one.keyHint, one.attempts);
        throw error;
      }
    },
  };
}
