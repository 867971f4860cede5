import type { Instant, JsonObject } from '../kernel/index.ts';
import type { GraphEntry, JourneyGraph } from './graph.ts';
import type { AudienceMove, Invitation, JourneyEvent } from './input.ts';
import type { JourneyInstance } from './instance.ts';
import { KEY_CHARS_MAX, textsAt } from './values.ts';

/** Somebody who would come in: one per instance key. */
export type Entrant = {
  /** The event, or what let them in. */
  readonly name: string;
  readonly at: Instant;
  readonly data: JsonObject;
  readonly instanceKey: string;
  readonly by: 'event' | 'audience' | 'api' | 'read' | 'business-event' | 'jump';
  readonly force: boolean;
};

/** A slot of a counter shared by everybody that an entry takes. When none is left the entry is refused for `reason`. */
export type Slot = {
  readonly name: string;
  readonly limit: number;
  readonly reason: 'max-entries' | 'max-inside';
};

export type Admission =
  | {
      readonly kind: 'admitted';
      /** Advance it with `start`. */
      readonly instance: JourneyInstance;
      /** Instances to be ended first (`end`, reason `forced`). */
      readonly replaces: readonly JourneyInstance[];
      readonly slots: readonly Slot[];
    }
  | { readonly kind: 'refused'; readonly reason: EntryRefusal };

export type EntryRefusal =
  | 'paused'
  | 'not-started'
  | 'over'
  | 'inside'
  | 'no-reentry'
  | 'too-soon'
  | 'too-many-instances'
  | 'no-instance-key'
  | 'max-entries'
  | 'max-inside';

/** Who comes in by this input: nobody, or one for each instance key that it names. */
export function entriesOf(
  graph: JourneyGraph,
  input: JourneyEvent | AudienceMove | Invitation,
  now: Instant,
): readonly Entrant[] {
  const { entry } = graph;
  switch (input.kind) {
    case 'event': {
      if (entry.kind !== 'event' || !entry.names.includes(input.name) || !entry.accepts(input, now)) return [];
      const come = { name: input.name, at: input.occurredAt, by: 'event', force: false } as const;
      return keyed(entry, input.properties).map(({ key, data }) => ({ ...come, data, instanceKey: key }));
    }
    case 'audience': {
      if (entry.kind !== 'audience' || entry.audience !== input.audience) return [];
      if (entry.on !== 'both' && entry.on !== input.change) return [];
      const data = { audience: input.audience, change: input.change };
      return [{ name: `audience ${input.change}`, at: input.at, data, instanceKey: '', by: 'audience', force: false }];
    }
    case 'enter': {
      if (input.journey !== graph.key) return [];
      const by = input.by === 'audience' ? 'read' : input.by;
      const come = { name: by, at: now, by, force: input.force ?? (by === 'read' && entry.force) } as const;
      if (input.instanceKey !== '') return [{ ...come, data: input.data, instanceKey: input.instanceKey }];
      return keyed(entry, input.data).map(({ key, data }) => ({ ...come, data, instanceKey: key }));
    }
  }
}

/** The instances that properties name: one per value at the path of the key, with the element of the list that it stands in. */
function keyed(entry: GraphEntry, data: JsonObject): readonly { readonly key: string; readonly data: JsonObject }[] {
  if (entry.instance === undefined) return [{ key: '', data }];
  const found = textsAt(data, entry.instance);
  if (found.length === 0) return [{ key: '', data }];
  return found.map(({ text, item }) => ({ key: text, data: item === undefined ? data : { ...data, item } }));
}

/**
 * Lets somebody in, or says why not. `instances` are those of the person in any version of this journey that are live, and of each key
 * the last that ended; of dry runs only those of this one.
 */
export function admit(input: {
  readonly graph: JourneyGraph;
  readonly instances: readonly JourneyInstance[];
  readonly entrant: Entrant;
  readonly instanceId: number;
  readonly dryRun: boolean;
  readonly now: Instant;
}): Admission {
  const { graph, entrant, now } = input;
  const mine = input.instances.filter(
    (instance) => instance.journeyKey === graph.key && instance.dryRun === input.dryRun,
  );
  const live = mine.filter((instance) => instance.state !== 'ended');
  const same = live.filter((instance) => instance.instanceKey === entrant.instanceKey);
  const reason =
    closedReason(graph, entrant, now) ??
    (same.length > 0 && !entrant.force ? 'inside' : undefined) ??
    (entrant.force ? undefined : reentryReason(graph, entrant, mine, now)) ??
    (live.length - same.length >= graph.entry.instancesMax ? 'too-many-instances' : undefined);
  if (reason !== undefined) return { kind: 'refused', reason };
  const instance = newInstance(input);
  return { kind: 'admitted', instance, replaces: same, slots: input.dryRun ? [] : slotsOf(graph, now, same.length) };
}

function closedReason(graph: JourneyGraph, entrant: Entrant, now: Instant): EntryRefusal | undefined {
  if (graph.startsAt !== undefined && now < graph.startsAt) return 'not-started';
  if (graph.endsAt !== undefined && now >= graph.endsAt) return 'over';
  // A jump makes its key of whatever a text comes to.
  if (entrant.instanceKey.length > KEY_CHARS_MAX) return 'no-instance-key';
  return graph.entry.instance !== undefined && entrant.instanceKey === '' ? 'no-instance-key' : undefined;
}

function reentryReason(
  graph: JourneyGraph,
  entrant: Entrant,
  mine: readonly JourneyInstance[],
  now: Instant,
): EntryRefusal | undefined {
  const { reentryMs } = graph.entry;
  if (reentryMs === 0) return undefined;
  const entries = mine.filter(({ instanceKey }) => instanceKey === entrant.instanceKey).map((each) => each.enteredAt);
  if (entries.length === 0) return undefined;
  if (reentryMs === Number.POSITIVE_INFINITY) return 'no-reentry';
  return now - Math.max(...entries) < reentryMs ? 'too-soon' : undefined;
}

function newInstance(input: Parameters<typeof admit>[0]): JourneyInstance {
  const { graph, entrant, now } = input;
  return {
    instanceId: input.instanceId,
    journeyKey: graph.key,
    version: graph.version,
    instanceKey: entrant.instanceKey,
    state: 'active',
    dryRun: input.dryRun,
    positions: [],
    entry: { name: entrant.name, at: entrant.at, data: entrant.data },
    results: {},
    messages: {},
    visits: {},
    stepNo: 0,
    nextPosition: 1,
    enteredAt: now,
    expiresAt: expiryOf(graph, now),
  };
}

/** When who came in then is over whatever happens. */
export function expiryOf({ timeoutMs, endsAt }: JourneyGraph, enteredAt: Instant): Instant {
  return Math.min(enteredAt + timeoutMs, endsAt ?? Number.POSITIVE_INFINITY);
}

/** Who takes the place of `replaced` instances comes in where these were. */
function slotsOf(graph: JourneyGraph, now: Instant, replaced: number): Slot[] {
  const slots: Slot[] = [];
  const { maxEntries, maxInside } = graph;
  if (maxEntries) {
    const period = Math.floor(now / maxEntries.perMs);
    slots.push({
      name: `journey/${graph.key}/entries/${maxEntries.perMs}/${period}`,
      limit: maxEntries.count,
      reason: 'max-entries',
    });
  }
  if (maxInside !== undefined) {
    slots.push({ name: insideSlot(graph), limit: maxInside + replaced, reason: 'max-inside' });
  }
  return slots;
}

function insideSlot(graph: Pick<JourneyGraph, 'key'>): string {
  return `journey/${graph.key}/inside`;
}

/** The slots that the end of an instance gives back; a dry run has none. */
export function freedSlots(graph: Pick<JourneyGraph, 'key' | 'maxInside'>): readonly string[] {
  return graph.maxInside === undefined ? [] : [insideSlot(graph)];
}
