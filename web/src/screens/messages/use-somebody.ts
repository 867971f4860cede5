import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';

/** As whom a message is looked at: who was chosen, else the first person there is; nobody for those who may not see people. */
export function useSomebody(chosen: number | undefined) {
  const maySeePeople = useMay('profiles:read');
  const anybody = useQuery({
    queryKey: ['people', 'anybody'],
    queryFn: () => ask(api.GET('/api/profiles', { params: { query: { limit: 1 } } })),
    enabled: maySeePeople && chosen === undefined,
    staleTime: 60_000,
  });
  return {
    profileId: chosen ?? anybody.data?.items[0]?.profile_id,
    isKnown: !maySeePeople || chosen !== undefined || !anybody.isPending,
  };
}
