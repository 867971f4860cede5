import { useLingui } from '@lingui/react';
import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';
import type { paths } from '../../api/schema.d.ts';

const LIVE_MS = 4_000;

/** That of the sentences about entries and exits. */
export type Language = NonNullable<NonNullable<paths['/api/journeys']['get']['parameters']['query']>['language']>;

/** The language that the console speaks, for the sentences that the server makes. */
export function useSpoken(): Language {
  const { i18n } = useLingui();
  return i18n.locale as Language;
}

/** A version with its counters; the one that lets people in when none is named. */
export function versionQuery(key: string, version: number | undefined, language: Language) {
  return queryOptions({
    queryKey: ['journeys', key, 'counts', version ?? null, language],
    queryFn: () =>
      ask(
        api.GET('/api/journeys/{key}', {
          params: { path: { key }, query: { language, ...(version === undefined ? {} : { version }) } },
        }),
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

/** What publishing would do about the audience that the journey reads: asked anew each time, since reads go on. */
export function publishingQuery(key: string, language: Language) {
  return queryOptions({
    queryKey: ['journeys', key, 'publishing', language],
    queryFn: () => ask(api.GET('/api/journeys/{key}/publishing', { params: { path: { key }, query: { language } } })),
    staleTime: 0,
  });
}

/** How a version looks, which never changes once it is published. */
export function shapeQuery(key: string, version: number, language: Language) {
  return queryOptions({
    queryKey: ['journeys', key, 'shape', version, language],
    queryFn: () =>
      ask(api.GET('/api/journeys/{key}/shape', { params: { path: { key }, query: { version, language } } })),
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
