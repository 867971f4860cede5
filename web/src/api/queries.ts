import { QueryClient } from '@tanstack/react-query';
import { Unreachable } from './client.ts';

const RETRIES_MAX = 100;
const RETRY_MS_MAX = 5_000;

/**
 * A server that cannot be reached is asked again until it answers, so that a page recovers by itself; what the server refuses is
 * not asked again.
 */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        networkMode: 'always',
        retry: (failures, error) => error instanceof Unreachable && failures < RETRIES_MAX,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, RETRY_MS_MAX),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
