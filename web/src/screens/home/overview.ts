import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';

const LOOK_MS = 3_000;

/** What happens now; asked again with every news. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: () => ask(api.GET('/api/overview')),
  refetchInterval: unlessLive(LOOK_MS),
});

export type Overview = Awaited<ReturnType<NonNullable<typeof overviewQuery.queryFn>>>;
export type Wait = Overview['waits'][number];
export type SendNow = Overview['sends'][number];
export type Lane = Overview['lanes'][number]['lane'];
