import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';
import type { paths } from '../../api/schema.d.ts';

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;
export type Campaign = Answer<'/api/campaigns/{key}'>;
export type CampaignState = Campaign['state'];
export type Run = Answer<'/api/campaigns/{key}/runs'>['items'][number];
export type RunView = Answer<'/api/campaigns/{key}/runs/{run_id}'>;
export type RunActivity = RunView['activities'][number];
export type RunSend = RunView['sends'][number];
export type Shape = Answer<'/api/campaigns/{key}/shape'>;
export type ActivityShape = Shape['activities'][number];
export type Language = 'en' | 'fr' | 'es' | 'pt';

const LOOK_MS = 1_500;
const RUNS_MAX = 50;

/** States in which a run moves by itself. */
export function isAlive(state: Run['state']): boolean {
  return state !== 'stopped' && state !== 'completed' && state !== 'failed';
}

/** Whether a person has to decide before all of a run's messages leave. */
export function waitsForYou({ state, sends }: Pick<RunView, 'state' | 'sends'>): boolean {
  return goesOn(state) && sends.some((send) => send.state === 'prepared' || send.state === 'paused');
}

/** Only of a run that goes on messages can be confirmed. */
export function goesOn(state: CampaignState): boolean {
  return state === 'running' || state === 'waiting';
}

export const campaignQuery = (key: string) =>
  queryOptions({
    queryKey: ['campaigns', key],
    queryFn: () => ask(api.GET('/api/campaigns/{key}', { params: { path: { key } } })),
    refetchInterval: unlessLive(LOOK_MS),
  });

export const runsQuery = (key: string) =>
  queryOptions({
    queryKey: ['campaigns', key, 'runs'],
    queryFn: () => ask(api.GET('/api/campaigns/{key}/runs', { params: { path: { key }, query: { limit: RUNS_MAX } } })),
  });

/** A run with the count on every arrow, looked at again while it moves. */
export const runQuery = (key: string, runId: number) =>
  queryOptions({
    queryKey: ['campaigns', key, 'run', runId],
    queryFn: () => ask(api.GET('/api/campaigns/{key}/runs/{run_id}', { params: { path: { key, run_id: runId } } })),
    refetchInterval: (query) => {
      const { data } = query.state;
      return data && !isAlive(data.state) ? false : unlessLive(LOOK_MS)();
    },
  });

/** What a run moves through, which never changes; or, without a run, what is saved. */
export const shapeQuery = (key: string, runId: number | undefined, language: Language) =>
  queryOptions({
    queryKey: runId === undefined ? ['campaigns', key, 'shape', language] : ['shape of run', key, runId, language],
    queryFn: () =>
      ask(
        api.GET('/api/campaigns/{key}/shape', {
          params: { path: { key }, query: { language, ...(runId === undefined ? {} : { run_id: runId }) } },
        }),
      ),
    ...(runId === undefined ? {} : { staleTime: Number.POSITIVE_INFINITY }),
  });
