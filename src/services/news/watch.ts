// Owns: telling listeners which nouns have news. Does not own: what is new; whoever hears of it asks for that.
// Invariants: 1. one statement per tick, however many listen, and none while nobody does. 2. a listener is told of every noun first,
// because it cannot know what it missed, and then of each change once; several may be told as one.
import type { Context } from '../../platform/context.ts';
import { NEWS_NOUNS, type NewsNoun, readFigures } from './store.ts';

const TICK_MS = 1_500;

type Listener = (nouns: readonly NewsNoun[]) => void;
type Figures = Record<NewsNoun, string>;

export type News = {
  /** Calls `listener` with the nouns that have news, until the returned function is called. */
  listen(listener: Listener): () => void;
};

/** Watches for all listeners together. */
export function createNews(ctx: Context): News {
  /** Each with the figures that it was told of last; none while it has just come. */
  const listeners = new Map<Listener, Figures | undefined>();
  let watching: AbortController | undefined;

  async function watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const come = [...listeners.keys()];
      const found = await readFigures(ctx.db, ctx.clock.now()).catch((error: unknown) => {
        ctx.log.warn({ err: error }, 'News could not be looked for.');
      });
      if (found && !signal.aborted) tell(come, found);
      await ctx.clock.sleepUntil(ctx.clock.now() + TICK_MS, signal);
    }
  }

  function tell(come: readonly Listener[], found: Figures): void {
    for (const listener of come) {
      if (!listeners.has(listener)) continue;
      const known = listeners.get(listener);
      listeners.set(listener, found);
      const nouns = NEWS_NOUNS.filter((noun) => known?.[noun] !== found[noun]);
      if (nouns.length > 0) listener(nouns);
    }
  }

  return {
    listen(listener) {
      listeners.set(listener, undefined);
      if (!watching) {
        watching = new AbortController();
        void watch(watching.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        watching?.abort();
        watching = undefined;
      };
    },
  };
}
