import type { Instant, JsonObject } from '../kernel/index.ts';
import type { JourneyGraph } from './graph.ts';
import type { AudienceMove, Invitation, JourneyEvent } from './input.ts';
import type { JourneyInstance } from './instance.ts';

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
  _graph: JourneyGraph,
  _input: JourneyEvent | AudienceMove | Invitation,
  _now: Instant,
): readonly Entrant[] {
  return [];
}

/**
 * Lets somebody in, or says why not. `instances` are those of the person in any version of this journey that are live, and of each key
 * the last that ended; of dry runs only those of this one.
 */
export function admit(_input: {
  readonly graph: JourneyGraph;
  readonly instances: readonly JourneyInstance[];
  readonly entrant: Entrant;
  readonly instanceId: number;
  readonly dryRun: boolean;
  readonly now: Instant;
}): Admission {
  return { kind: 'refused', reason: 'not-started' };
}

/** The slots that the end of an instance gives back. */
export function freedSlots(_graph: JourneyGraph): readonly string[] {
  return [];
}
