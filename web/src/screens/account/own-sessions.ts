import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { useClientWords } from './client-words.ts';

export const ownSessionsQuery = {
  queryKey: ['account', 'sessions'],
  queryFn: () => ask(api.GET('/api/account/sessions')),
};
export type OwnSession = Awaited<ReturnType<typeof ownSessionsQuery.queryFn>>[number];

/** What this browser is called in the list of sessions; undefined until that is known. */
export function useThisClient(): string | undefined {
  const words = useClientWords();
  const { data } = useQuery(ownSessionsQuery);
  const here = data?.find((session) => session.here);
  return here && words(here.client);
}
