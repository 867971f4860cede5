import { type GraphSend, type JourneyGraph, sendsOf } from '../journeys/index.ts';

/** One version of a journey in which somebody may be. */
export type EngineJourney = {
  readonly graph: JourneyGraph;
  /** Whether people may still enter it. */
  readonly open: boolean;
  readonly dryRun: boolean;
  /** While it is paused: what happens to those who come to a step that acts. */
  readonly hold: 'hold' | 'discard' | null;
  /** The branch that everybody takes from now on, by experiment. */
  readonly winners?: Readonly<Record<string, string>>;
};

/** Journeys by what lets people in, so that those which do not concern an event cost it nothing. */
export type JourneyIndex = {
  version(key: string, version: number): EngineJourney | undefined;
  /** Open versions by the name of the event, the audience or the journey that lets people in. */
  readonly byEvent: ReadonlyMap<string, readonly EngineJourney[]>;
  readonly byAudience: ReadonlyMap<string, readonly EngineJourney[]>;
  readonly byKey: ReadonlyMap<string, readonly EngineJourney[]>;
  send(journey: EngineJourney, node: string): GraphSend | undefined;
};

const known = new WeakMap<readonly EngineJourney[], JourneyIndex>();

/** The index of a list of journeys; made once per list. */
export function journeyIndex(journeys: readonly EngineJourney[]): JourneyIndex {
  const before = known.get(journeys);
  if (before) return before;
  const made = makeIndex(journeys);
  known.set(journeys, made);
  return made;
}

function makeIndex(journeys: readonly EngineJourney[]): JourneyIndex {
  const versions = new Map<string, EngineJourney>();
  const sends = new Map<EngineJourney, ReadonlyMap<string, GraphSend>>();
  const [byEvent, byAudience, byKey] = [newLists(), newLists(), newLists()];
  for (const journey of journeys) {
    const { graph } = journey;
    versions.set(nameOf(graph.key, graph.version), journey);
    sends.set(journey, new Map(sendsOf(graph).map((send) => [send.node, send])));
    if (!journey.open) continue;
    put(byKey, graph.key, journey);
    // A test hears only of what is meant for it.
    if (graph.test) continue;
    for (const name of graph.entry.names) put(byEvent, name, journey);
    if (graph.entry.audience !== undefined) put(byAudience, graph.entry.audience, journey);
  }
  return {
    version: (key, version) => versions.get(nameOf(key, version)),
    byEvent,
    byAudience,
    byKey,
    send: (journey, node) => sends.get(journey)?.get(node),
  };
}

const newLists = () => new Map<string, EngineJourney[]>();
const nameOf = (key: string, version: number) => `${key} ${version}`;

function put(lists: Map<string, EngineJourney[]>, name: string, journey: EngineJourney): void {
  const list = lists.get(name);
  if (!list) lists.set(name, [journey]);
  else if (!list.includes(journey)) list.push(journey);
}
