import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { asYaml } from '../../definition-editor/use-definition.ts';
import { useLast } from '../../definition-editor/use-last.ts';
import { useSpoken } from './queries.ts';

const DRAW_AFTER_MS = 300;

/** The graph of a text a moment after the last key; while it is no YAML, the last one that could be drawn. */
export function useDrawn(text: string) {
  const language = useSpoken();
  const [settled] = useDebouncedValue(text, DRAW_AFTER_MS);
  const drawn = useQuery({
    queryKey: ['journey-shape', settled, language],
    queryFn: () => ask(api.POST('/api/journey-shape', { params: { query: { language } }, ...asYaml(settled) })),
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  return useLast(drawn.data);
}
