import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';

const LIVE_MS = 4_000;

/** A version with its counters; the one that lets people in when none is named. */
export function versionQuery(key: string, version: number | undefined) {
  return queryOptions({
    queryKey: ['journeys', key, 'counts', version ?? null],
    queryFn: () =>
      ask(
        api.GET('/api/journeys/{key}', { params: { path: { key }, query: version === undefined ? {} : { version } } }),
      ),
    refetchInterval: unlessLive(LIVE_MS),
  });
}
export type VersionView = Awaited<ReturnType<NonNullable<ReturnType<typeof versionQuery>['queryFn']>>>;
export type NodeView = VersionView['nodes'][number];

/** Every version that there is, with how it stands. */
export function versionsQuery(key: string) {
  return queryOptions({
    queryKey: ['journeys', key, 'versions'],
    queryFn: () => ask(api.GET('/api/journeys/{key}/versions', { params: { path: { key } } })),
    refetchInterval: unlessLive(LIVE_MS),
  });
}
export type SavedVersion = Awaited<
  ReturnType<NonNullable<ReturnType<typeof versionsQuery>['queryFn']>>
>['items'][number];

/** How a version looks, which never changes once it is published. */
export function shapeQuery(key: string, version: number) {
  return queryOptions({
    queryKey: ['journeys', key, 'shape', version],
    queryFn: () => ask(api.GET('/api/journeys/{key}/shape', { params: { path: { key }, query: { version } } })),
  });
}
export type JourneyShape = Awaited<ReturnType<NonNullable<ReturnType<typeof shapeQuery>['queryFn']>>>;
export type StepShape = JourneyShape['steps'][number];

/** What became of its messages. */
export function reportQuery(key: string, version: number) {
  return queryOptions({
    queryKey: ['journeys', key, 'report', version],
    queryFn: () => ask(api.GET('/api/journeys/{key}/report', { params: { path: { key }, query: { version } } })),
    refetchInterval: unlessLive(LIVE_MS * 2),
  });
}
export type JourneyReport = Awaited<ReturnType<NonNullable<ReturnType<typeof reportQuery>['queryFn']>>>;
export type StepSend = JourneyReport['sends'][number];

/** What one person went through. */
export function traceQuery(key: string, person: { readonly namespace: string; readonly value: string }) {
  return queryOptions({
    queryKey: ['journeys', key, 'trace', person.namespace, person.value],
    queryFn: () =>
      ask(api.GET('/api/journeys/{key}/people/{namespace}/{value}', { params: { path: { key, ...person } } })),
  });
}
export type Trace = Awaited<ReturnType<NonNullable<ReturnType<typeof traceQuery>['queryFn']>>>['instances'][number];
