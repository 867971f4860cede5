import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { useLast } from '../../definition-editor/use-last.ts';
import type { Preview } from './use-preview.ts';
import { useSomebody } from './use-somebody.ts';

const SHOWN_AFTER_MS = 400;

type Shown = {
  readonly preview: Preview;
  /** How a frame asks for the same as a page. */
  readonly page: { readonly src: string; readonly fields: Readonly<Record<string, string>> };
};

/**
 * What one person would get of a text that is not saved, a moment after the last key. While no message can be made of the text, what
 * the one before made; `error` says so.
 */
export function useUnsavedPreview(of: {
  readonly key: string;
  readonly text: string;
  readonly chosen: number | undefined;
}) {
  const { key, chosen } = of;
  const { profileId, isKnown } = useSomebody(chosen);
  const [text] = useDebouncedValue(of.text, SHOWN_AFTER_MS);
  const made = useQuery({
    queryKey: ['unsaved-preview', key, text, profileId],
    queryFn: async ({ signal }): Promise<Shown> => {
      const person = profileId === undefined ? {} : { person: { profile_id: profileId } };
      const preview = await ask(
        api.POST('/api/templates/{key}/preview', {
          params: { path: { key } },
          body: { definition: text, ...person },
          signal,
        }),
      );
      const fields = { definition: text, ...(profileId === undefined ? {} : { profile_id: String(profileId) }) };
      return { preview, page: { src: `/api/templates/${key}/page`, fields } };
    },
    enabled: isKnown && text.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 10_000,
  });
  return { shown: useLast(made.data), profileId, error: made.error };
}
