import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { JourneyFlow } from './flow.ts';
import {
  type JourneyShape,
  type SavedVersion,
  shapeQuery,
  useSpoken,
  type VersionView,
  versionQuery,
  versionsQuery,
} from './queries.ts';

const route = getRouteApi('/journeys/$key');

export type ShownJourney = {
  readonly key: string;
  readonly name: string;
  readonly versions: readonly SavedVersion[];
  readonly version: SavedVersion;
  /** Of a version that was never in force there are no counts. */
  readonly counts: VersionView | undefined;
  readonly shape: JourneyShape;
};

/** The version that is looked at: the one in the address, else the one that lets people in, else the newest. */
export function useJourney(): { readonly journey: ShownJourney | undefined; readonly error: unknown } {
  const language = useSpoken();
  const { key } = route.useParams();
  const { version: wanted } = route.useSearch();
  const versions = useQuery(versionsQuery(key));
  const items = versions.data?.items ?? [];
  const version =
    items.find((one) => String(one.version) === wanted) ??
    items.find(({ state }) => state === 'live') ??
    items.find(({ state }) => state === 'paused' || state === 'closed') ??
    items[0];
  const isInForce = version !== undefined && version.summary !== null;
  const counts = useQuery({ ...versionQuery(key, version?.version, language), enabled: isInForce });
  const shape = useQuery({ ...shapeQuery(key, version?.version ?? 0, language), enabled: version !== undefined });
  const error = versions.error ?? shape.error ?? counts.error;
  if (!version || !shape.data || (isInForce && !counts.data)) return { journey: undefined, error };
  return {
    journey: {
      key,
      name: shape.data.name ?? key,
      versions: items,
      version,
      counts: isInForce ? counts.data : undefined,
      shape: shape.data,
    },
    error,
  };
}

/** The counters as they flow through the canvas. */
export function useLiveFlow(counts: VersionView | undefined): JourneyFlow | undefined {
  return useMemo(() => {
    if (!counts) return undefined;
    const steps = counts.nodes.map(
      ({ node, entered, waiting, left, ended_by }) => [node, { entered, waiting, left, ended: ended_by }] as const,
    );
    return { entered: counts.entered, ended: counts.ended_by, steps: new Map(steps) };
  }, [counts]);
}
