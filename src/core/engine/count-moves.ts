import { type JourneyInstance, type Passage, passageOutlet } from '../journeys/index.ts';
import { instantText } from '../rules/index.ts';
import type { Desk } from './desk.ts';
import type { EngineJourney } from './journey-index.ts';

type Moved = {
  readonly before: JourneyInstance;
  readonly after: JourneyInstance;
  readonly passages: readonly Passage[];
};

/** The step log and the counters of what an instance passed. */
export function countMoves(desk: Desk, journey: EngineJourney, { before, after, passages }: Moved): void {
  const { bucket, profileId } = desk.person;
  for (const passage of passages) {
    desk.passages.push({ bucket, profileId, instance: after, passage });
    count(desk, journey, { node: passage.node, name: passage.what, outlet: passageOutlet(passage), value: 1 });
  }
  for (const { node } of before.positions) count(desk, journey, { node, name: 'waiting', outlet: '', value: -1 });
  for (const { node } of after.positions) count(desk, journey, { node, name: 'waiting', outlet: '', value: 1 });
  if (before.state !== 'ended' && after.state === 'ended') countEntry(desk, journey, 'ended', after.endReason ?? '');
}

/** What happened to the journey as a whole: somebody came in, was refused, ended. */
export function countEntry(desk: Desk, journey: EngineJourney, name: string, reason: string): void {
  count(desk, journey, { node: '', name, outlet: reason, value: 1 });
}

/** Somebody came in; counted per day (in UTC) as well, for what lists and reports say of today and of the days before. */
export function countEntrance(desk: Desk, journey: EngineJourney): void {
  countEntry(desk, journey, 'entered', '');
  countEntry(desk, journey, 'entered-on', instantText(desk.now).slice(0, 10));
}

type Count = { readonly node: string; readonly name: string; readonly outlet: string; readonly value: number };

function count(desk: Desk, { graph, dryRun }: EngineJourney, { node, name, outlet, value }: Count): void {
  desk.counts.push({
    journeyKey: graph.key,
    version: graph.version,
    node,
    name: dryRun ? `dry:${name}` : name,
    outlet,
    value,
  });
}
