import type { Context } from '../../platform/context.ts';
import { KEY_HINT_CHARS } from './create-source.ts';
import type { Source } from './directory.ts';
import { raiseCounts, raiseUnknownKeys } from './store.ts';

/** Distinct unknown keys that are told apart between two savings; the others are counted together. */
const UNKNOWN_KEYS_MAX = 100;
const OTHERS = '(others)';

export type Tally = {
  count(source: Source, accepted: number, rejected: number): void;
  countUnknown(key: string): void;
  /** Adds what was counted since the last time to the tables. */
  save(): Promise<void>;
};

/** Counts in memory what sources send; a count that a crash takes with it is missed by nobody but a reader of statistics. */
export function createTally(ctx: Context): Tally {
  let counts = new Map<number, { accepted: number; rejected: number }>();
  let unknown = new Map<string, number>();
  return {
    count(source, accepted, rejected) {
      ctx.metrics.ingestedEvents.inc({ outcome: 'accepted' }, accepted);
      ctx.metrics.ingestedEvents.inc({ outcome: 'rejected' }, rejected);
      if (source.sourceId === undefined) return;
      const known = counts.get(source.sourceId) ?? { accepted: 0, rejected: 0 };
      known.accepted += accepted;
      known.rejected += rejected;
      counts.set(source.sourceId, known);
    },
    countUnknown(key) {
      const hint = key.slice(0, KEY_HINT_CHARS).replaceAll('\0', '') || '(none)';
      const kept = unknown.has(hint) || unknown.size < UNKNOWN_KEYS_MAX ? hint : OTHERS;
      unknown.set(kept, (unknown.get(kept) ?? 0) + 1);
    },
    async save() {
      const tallies = [...counts].map(([sourceId, count]) => ({ sourceId, ...count }));
      const attempts = [...unknown].map(([keyHint, count]) => ({ keyHint, attempts: count }));
      if (tallies.length === 0 && attempts.length === 0) return;
      counts = new Map();
      unknown = new Map();
      const now = ctx.clock.now();
      await ctx.db.transaction(async (tx) => {
        await raiseCounts(tx, tallies, now);
        await raiseUnknownKeys(tx, attempts, now);
      });
    },
  };
}
