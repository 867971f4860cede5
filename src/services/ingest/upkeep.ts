import type { Context } from '../../platform/context.ts';
import { isPassing } from '../../platform/sql/index.ts';
import { deleteDeadLetters } from './store-dead-letters.ts';

const SAVE_EVERY_MS = 5_000;
const PURGE_EVERY_MS = 3_600_000;
const PURGE_ROWS = 10_000;
/** How long a dead letter is kept. */
const DEAD_LETTER_DAYS = 30;

/** Deletes dead letters that nobody replayed or needs any more; the number of them. */
export async function purgeDeadLetters(ctx: Context): Promise<number> {
  const before = ctx.clock.now() - DEAD_LETTER_DAYS * 86_400_000;
  let deleted = 0;
  for (let last = PURGE_ROWS; last === PURGE_ROWS; deleted += last) {
    last = await deleteDeadLetters(ctx.db, before, PURGE_ROWS);
  }
  return deleted;
}

/** Saves counts every few seconds and deletes old dead letters now and then, until it is stopped; stopping saves once more. */
export function startUpkeep(ctx: Context, save: () => Promise<void>): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      ctx.log[isPassing(error) ? 'warn' : 'error'](
        { err: error },
        'the upkeep of ingestion failed; it will be tried again',
      );
    }
  };
  async function run(): Promise<void> {
    let purgeAt = ctx.clock.now() + PURGE_EVERY_MS;
    for (;;) {
      await ctx.clock.sleepUntil(ctx.clock.now() + SAVE_EVERY_MS, stopping.signal);
      await attempt(save);
      if (stopping.signal.aborted) return;
      if (ctx.clock.now() < purgeAt) continue;
      purgeAt = ctx.clock.now() + PURGE_EVERY_MS;
      await attempt(() => purgeDeadLetters(ctx));
    }
  }
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
