import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';

/** A template as one person would get it; as the first person there is when nobody was chosen. */
export function usePreview(key: string, chosen: number | undefined) {
  const maySeePeople = useMay('profiles:read');
  const anybody = useQuery({
    queryKey: ['people', 'anybody'],
    queryFn: () => ask(api.GET('/api/profiles', { params: { query: { limit: 1 } } })),
    enabled: maySeePeople && chosen === undefined,
    staleTime: 60_000,
  });
  const profileId = chosen ?? anybody.data?.items[0]?.profile_id;
  const isReady = !maySeePeople || chosen !== undefined || !anybody.isPending;
  const preview = useQuery({
    queryKey: ['templates', key, 'preview', profileId],
    queryFn: () =>
      ask(
        api.POST('/api/templates/{key}/preview', {
          params: { path: { key } },
          body: profileId === undefined ? {} : { person: { profile_id: profileId } },
        }),
      ),
    enabled: isReady,
    placeholderData: keepPreviousData,
  });
  const page = `/api/templates/${key}/page${profileId === undefined ? '' : `?profile_id=${profileId}`}`;
  return { preview, profileId, page };
}

export type Preview = NonNullable<ReturnType<typeof usePreview>['preview']['data']>;
