import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';

export type Command =
  | { readonly kind: 'pause'; readonly hold: 'hold' | 'discard'; readonly reason: string }
  | { readonly kind: 'resume'; readonly rate: number; readonly audience: string | null }
  | { readonly kind: 'close' }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'dry-run'; readonly for: string }
  | { readonly kind: 'publish' }
  | { readonly kind: 'migrate'; readonly to: number; readonly mapping: Readonly<Record<string, string>> };

/** What was done, where it is more than the new state. */
export type Done = { readonly migrated?: number; readonly stayed?: Readonly<Record<string, number>> };

/** The commands to one version of a journey; what shows it is asked again. */
export function useCommand(key: string, version: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (command: Command) => give(key, version, command),
    onSettled: () => queries.invalidateQueries({ queryKey: ['journeys'] }),
  });
}

async function give(key: string, version: number, command: Command): Promise<Done> {
  const path = { key };
  switch (command.kind) {
    case 'pause': {
      const { hold, reason } = command;
      const body = { version, hold, ...(reason === '' ? {} : { reason }) };
      await ask(api.POST('/api/journeys/{key}/pause', { params: { path }, body }));
      return {};
    }
    case 'resume': {
      const { rate, audience } = command;
      const body = { version, rate, ...(audience === null ? {} : { filter: { audience } }) };
      await ask(api.POST('/api/journeys/{key}/resume', { params: { path }, body }));
      return {};
    }
    case 'close':
      await ask(api.POST('/api/journeys/{key}/close', { params: { path }, body: { version } }));
      return {};
    case 'stop': {
      const body = { version, ...(command.reason === '' ? {} : { reason: command.reason }) };
      await ask(api.POST('/api/journeys/{key}/stop', { params: { path }, body }));
      return {};
    }
    case 'dry-run':
      await ask(api.POST('/api/journeys/{key}/dry-run', { params: { path }, body: { for: command.for } }));
      return {};
    case 'publish':
      await ask(api.POST('/api/definitions/{kind}/{key}/publish', { params: { path: { kind: 'journey', key } } }));
      return {};
    case 'migrate': {
      const { to, mapping } = command;
      return ask(api.POST('/api/journeys/{key}/migrate', { params: { path }, body: { from: version, to, mapping } }));
    }
  }
}
