import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ask } from './client.ts';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => ask(api.GET('/api/session')),
  staleTime: 60_000,
});
export type Session = Awaited<ReturnType<NonNullable<typeof sessionQuery.queryFn>>>;
export type User = NonNullable<Session['user']>;

/** Whether the signed-in person may do what needs a scope; the server has the last word. */
export function may(user: User, scope: `${string}:${'read' | 'write'}`): boolean {
  const [noun, verb] = scope.split(':');
  return user.scopes.some((held) => held === '*' || held === scope || (verb === 'read' && held === `${noun}:write`));
}

/** Whether whoever sits here may do what needs a scope; false until that is known. */
export function useMay(scope: Parameters<typeof may>[1]): boolean {
  const { data } = useQuery(sessionQuery);
  return data?.user ? may(data.user, scope) : false;
}
