import { useQuery } from '@tanstack/react-query';
import { definitionQuery, validateText } from '../../definition-editor/use-definition.ts';

/** What is wrong with a campaign as it is saved: something that it refers to may have gone since. */
export function useSavedProblems(key: string) {
  const saved = useQuery(definitionQuery({ kind: 'campaign', name: key }));
  const text = saved.data?.text;
  const problems = useQuery({
    queryKey: ['definitions', 'problems', text],
    queryFn: () => validateText(text ?? ''),
    enabled: text !== undefined,
    staleTime: 60_000,
  });
  return problems.data;
}
