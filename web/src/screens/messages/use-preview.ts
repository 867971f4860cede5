import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { useSomebody } from './use-somebody.ts';

/** A template as one person would get it; as the first person there is when nobody was chosen. */
export function usePreview(key: string, chosen: number | undefined) {
  const { profileId, isKnown } = useSomebody(chosen);
  const preview = useQuery({
    queryKey: ['templates', key, 'preview', profileId],
    queryFn: () =>
      ask(
        api.POST('/api/templates/{key}/preview', {
          params: { path: { key } },
          body: profileId === undefined ? {} : { person: { profile_id: profileId } },
        }),
      ),
    enabled: isKnown,
    placeholderData: keepPreviousData,
  });
  const page = `/api/templates/${key}/page${profileId === undefined ? '' : `?profile_id=${profileId}`}`;
  return { preview, profileId, page };
}

export type Preview = NonNullable<ReturnType<typeof usePreview>['preview']['data']>;
