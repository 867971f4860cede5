import { type JourneyInstance, type MovedOutside, passageOutlet } from '../../core/journeys/index.ts';
import type { Count, Moved } from './store.ts';

/** What moving an instance from outside does to the counters, with the words that the engine uses. */
export function countsOf(before: JourneyInstance, { instance, passages }: MovedOutside): Count[] {
  const prefix = before.dryRun ? 'dry:' : '';
  const count = (version: number, node: string, name: string, outlet: string, value: number): Count => ({
    key: before.journeyKey,
    version,
    node,
    name: `${prefix}${name}`,
    outlet,
    value,
  });
  return [
    ...passages.map((it) => count(instance.version, it.node, it.what, passageOutlet(it), 1)),
    ...before.positions.map(({ node }) => count(before.version, node, 'waiting', '', -1)),
    ...instance.positions.map(({ node }) => count(instance.version, node, 'waiting', '', 1)),
    ...(before.state !== 'ended' && instance.state === 'ended'
      ? [count(instance.version, '', 'ended', instance.endReason ?? '', 1)]
      : []),
  ];
}

/** A moved instance with the place that its rows are found by. */
export function placed(at: { readonly bucket: number; readonly profile_id: number }, moved: MovedOutside): Moved {
  return { bucket: at.bucket, profileId: at.profile_id, ...moved };
}
