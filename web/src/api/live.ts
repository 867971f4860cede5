import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { sessionQuery } from './session.ts';

/** By noun of the news: what the keys of the queries that it makes old begin with. */
const OLD_BY_NEWS: Readonly<Record<string, readonly string[]>> = {
  audiences: ['audiences'],
  // A campaign may have saved an audience.
  campaigns: ['campaigns', 'audiences'],
  definitions: ['definitions', 'templates', 'tables', 'campaigns', 'journeys', 'audiences'],
  imports: ['imports', 'tables'],
  journeys: ['journeys'],
  sends: ['sends', 'sandbox', 'campaigns', 'journeys'],
  sources: ['sources', 'dead-letters'],
};
/** Made of several nouns. */
const OLD_BY_ANY = ['overview'];
const AGAIN_MS = 5_000;
/** The key of the question whether the server answers at all. */
export const REACHABLE = ['reachable'];

let connected = false;

/** The interval of a query that news make old: none while they come, `ms` while they do not. */
export function unlessLive(ms: number): () => number | false {
  return () => (connected ? false : ms);
}

/**
 * Hears of news while the page is in sight, and asks again what they made old. Without the stream the screens ask by themselves; a
 * page out of sight leaves its connection, of which a browser has few, to those in sight.
 */
export function useLive(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let end: (() => void) | undefined;
    const look = () => {
      if (document.visibilityState === 'visible') end ??= hear(queries);
      else {
        end?.();
        end = undefined;
      }
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      end?.();
    };
  }, [queries]);
}

function hear(queries: QueryClient): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const lost = () => {
    if (!connected) return;
    connected = false;
    // Whoever asks now learns the interval in which to ask from here on.
    void queries.invalidateQueries({ predicate: isMadeOld });
  };
  const connect = () => {
    source = new EventSource('/api/live');
    source.addEventListener('news', (event: MessageEvent<string>) => {
      connected = true;
      const { nouns } = JSON.parse(event.data) as { readonly nouns: readonly string[] };
      const old = new Set([...nouns.flatMap((noun) => OLD_BY_NEWS[noun] ?? []), ...OLD_BY_ANY]);
      void queries.invalidateQueries({ predicate: ({ queryKey }) => old.has(String(queryKey[0])) });
    });
    source.addEventListener('error', () => {
      lost();
      // Nobody should wait for the next look to learn that the server is gone.
      void queries.invalidateQueries({ queryKey: REACHABLE });
      if (source?.readyState !== EventSource.CLOSED) return;
      // It was refused: the session may have ended.
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      again = setTimeout(connect, AGAIN_MS);
    });
  };
  connect();
  return () => {
    clearTimeout(again);
    source?.close();
    connected = false;
  };
}

const MADE_OLD = new Set([...Object.values(OLD_BY_NEWS).flat(), ...OLD_BY_ANY]);
function isMadeOld({ queryKey }: Query): boolean {
  return MADE_OLD.has(String(queryKey[0]));
}
