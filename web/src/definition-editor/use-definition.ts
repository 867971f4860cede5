import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, api, ask } from '../api/client.ts';
import type { DefinitionKind } from './problem.ts';

type Name = { readonly kind: DefinitionKind; readonly name: string };

/** A definition as it is saved; null when there is none of that name yet. */
export function definitionQuery({ kind, name }: Name) {
  return {
    queryKey: ['definitions', kind, name],
    queryFn: () =>
      ask(api.GET('/api/definitions/{kind}/{key}', { params: { path: { kind, key: name } } })).catch(
        (error: unknown) => {
          if (error instanceof ApiError && error.problem.status === 404) return null;
          throw error;
        },
      ),
  };
}

export type SavedDefinition = NonNullable<Awaited<ReturnType<ReturnType<typeof definitionQuery>['queryFn']>>>;

/** What is saved of a definition, and the verbs on it. Each refuses when somebody else was faster than `etag`. */
export function useDefinition(of: Name) {
  const queries = useQueryClient();
  const path = { kind: of.kind, key: of.name };
  const saved = useQuery(definitionQuery(of));
  const moved = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['definitions'] }),
      queries.invalidateQueries({ queryKey: [`${of.kind}s`] }),
    ]);
  const save = useMutation({
    mutationFn: ({ text, etag }: { readonly text: string; readonly etag: string | null }) =>
      ask(
        api.PUT('/api/definitions/{kind}/{key}', {
          params: {
            path,
            ...(etag === null ? { query: { version: 0 } } : { header: { 'if-match': etag } }),
          },
          ...asYaml(text),
        }),
      ),
    onSuccess: async (row) => {
      queries.setQueryData(definitionQuery(of).queryKey, row);
      await moved();
    },
  });
  const publish = useMutation({
    mutationFn: (etag: string) =>
      ask(api.POST('/api/definitions/{kind}/{key}/publish', { params: { path, header: { 'if-match': etag } } })),
    onSuccess: moved,
  });
  const discard = useMutation({
    mutationFn: (etag: string) =>
      ask(api.DELETE('/api/definitions/{kind}/{key}', { params: { path, header: { 'if-match': etag } } })),
    onSuccess: moved,
  });
  return { saved, save, publish, discard };
}

/** Everything that is wrong with a text, in the order of its lines. */
export async function validateText(text: string) {
  const { problems } = await ask(api.POST('/api/definitions/validate', asYaml(text)));
  return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** A request's body of YAML, which the typed client would otherwise write as JSON. */
export function asYaml(text: string) {
  return { body: text, bodySerializer: String, headers: { 'content-type': 'application/yaml' } };
}
