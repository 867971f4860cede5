import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';

type OfRun = { readonly key: string; readonly runId: number };

/** What can be asked of a run; each is followed by a fresh look at the campaign. */
export function useRunCommands({ key, runId }: OfRun) {
  const params = { path: { key, run_id: runId } };
  const pause = useMoved(key, () => ask(api.POST('/api/campaigns/{key}/runs/{run_id}/pause', { params })));
  const resume = useMoved(key, () => ask(api.POST('/api/campaigns/{key}/runs/{run_id}/resume', { params })));
  const stop = useMoved(key, () => ask(api.POST('/api/campaigns/{key}/runs/{run_id}/stop', { params })));
  const restart = useMoved(key, (from: string) =>
    ask(api.POST('/api/campaigns/{key}/runs/{run_id}/restart', { params, body: { from } })),
  );
  const confirm = useMoved(key, (activity: string) =>
    ask(api.POST('/api/campaigns/{key}/runs/{run_id}/confirm', { params, body: { activity } })),
  );
  return { pause, resume, stop, restart, confirm };
}

/** What begins a run of a campaign. */
export function useStartCommands(key: string) {
  const params = { path: { key } };
  const test = useMoved(key, () => ask(api.POST('/api/campaigns/{key}/test', { params })));
  const publish = useMoved(key, () => ask(api.POST('/api/campaigns/{key}/publish', { params })));
  return { test, publish, error: test.error ?? publish.error };
}

function useMoved<Data, Input = void>(key: string, mutationFn: (input: Input) => Promise<Data>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['campaigns', key] }),
        queries.invalidateQueries({ queryKey: ['definitions', 'campaign', key] }),
      ]),
  });
}
