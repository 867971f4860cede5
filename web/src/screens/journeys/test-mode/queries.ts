import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../../api/client.ts';
import type { paths } from '../../../api/schema.d.ts';
import type { Language } from '../queries.ts';

/** Waits last seconds in a test: news that come once a second would be late. */
const RUNNING_MS = 1_000;

export function testsQuery(key: string) {
  return queryOptions({
    queryKey: ['journeys', key, 'tests'],
    queryFn: () => ask(api.GET('/api/journeys/{key}/tests', { params: { path: { key } } })),
  });
}

/** A test with everything that happened in it. */
export function testQuery(key: string, number: number, language: Language) {
  return queryOptions({
    queryKey: ['journeys', key, 'tests', number, language],
    queryFn: () =>
      ask(api.GET('/api/journeys/{key}/tests/{number}', { params: { path: { key, number }, query: { language } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? RUNNING_MS : false),
  });
}
export type TestView = Awaited<ReturnType<NonNullable<ReturnType<typeof testQuery>['queryFn']>>>;
export type TestInstance = TestView['instances'][number];

type Posted<Path extends keyof paths> = paths[Path] extends {
  post: { requestBody?: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;
export type TestStart = Posted<'/api/journeys/{key}/tests'>;
export type TestEvent = Posted<'/api/journeys/{key}/tests/{number}/events'>;
export type TestEntry = Posted<'/api/journeys/{key}/tests/{number}/enter'>;

export function useStartTest(key: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: TestStart) => ask(api.POST('/api/journeys/{key}/tests', { params: { path: { key } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['journeys', key, 'tests'] }),
  });
}

export type TestCommand =
  | { readonly kind: 'fire'; readonly body: TestEvent }
  | { readonly kind: 'enter'; readonly body: TestEntry }
  | { readonly kind: 'stop' };

/** What is asked of a test that runs. */
export function useTestCommand(key: string, number: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (command: TestCommand): Promise<void> => {
      const params = { path: { key, number } };
      switch (command.kind) {
        case 'fire':
          await ask(api.POST('/api/journeys/{key}/tests/{number}/events', { params, body: command.body }));
          return;
        case 'enter':
          await ask(api.POST('/api/journeys/{key}/tests/{number}/enter', { params, body: command.body }));
          return;
        case 'stop':
          await ask(api.POST('/api/journeys/{key}/tests/{number}/stop', { params }));
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['journeys', key, 'tests'] }),
  });
}
