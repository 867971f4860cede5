import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';

const LIVE_MS = 4_000;
const PAGE = 50;

export type Place = { readonly namespace: string; readonly value: string };
export type Shown = 'all' | 'messages' | 'not-sent' | 'events';

/** What is known of a person now. */
export function personQuery(place: Place) {
  return queryOptions({
    queryKey: ['people', 'one', place.namespace, place.value],
    queryFn: () => ask(api.GET('/api/profiles/{namespace}/{value}', { params: { path: place } })),
    refetchInterval: LIVE_MS,
  });
}
export type PersonView = Awaited<ReturnType<NonNullable<ReturnType<typeof personQuery>['queryFn']>>>;

/** A page of what happened to them, the newest first. */
export function loadTimeline(place: Place, show: Shown, after: string | undefined) {
  const query = { show, limit: PAGE, ...(after === undefined ? {} : { after }) };
  return ask(api.GET('/api/profiles/{namespace}/{value}/timeline', { params: { path: place, query } }));
}
export type TimelineLine = Awaited<ReturnType<typeof loadTimeline>>['items'][number];
export type LineOf<Kind extends TimelineLine['kind']> = Extract<TimelineLine, { readonly kind: Kind }>;
export type Move = LineOf<'move'>['moves'][number];
