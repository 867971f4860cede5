import { z } from 'zod';
import type { Instant, Json, JsonObject } from '../kernel/index.ts';

/**
 * `turn`: its step has not begun; `outcome`: of an effect of this turn; both end within the turn. `held`: the journey is paused.
 */
export type PositionAwaits = 'turn' | 'outcome' | 'input' | 'message' | 'response' | 'lookup' | 'join' | 'held';

/** One place where an instance stands; parallel branches have one each. */
export type Position = {
  /** Counts the places that the instance ever had; a fork gives each branch a new one. */
  readonly id: number;
  readonly node: string;
  /** How often the instance has come to this node, from 1: with the node it names an effect once and for all. */
  readonly visit: number;
  readonly since: Instant;
  /** When time moves it on; none when only something else does. */
  readonly dueAt?: Instant;
  /** What else it waits for; the step itself says what that means. */
  readonly awaits?: PositionAwaits;
  /** The message or call that it waits for. */
  readonly ref?: string;
  /** Why it stays until then, where that was known only after its coming was written down; said when it leaves. */
  readonly why?: JsonObject;
  /** The forks it came from, the innermost last. */
  readonly forks?: readonly { readonly node: string; readonly visit: number; readonly branch: string }[];
};

/** `held`: the journey is paused, and a position came to a step that acts; its other positions go on. */
export const InstanceState = z.enum(['active', 'held', 'ended']);
export type InstanceState = z.infer<typeof InstanceState>;

/** One person in one version of a journey. */
export type JourneyInstance = {
  readonly instanceId: number;
  readonly journeyKey: string;
  readonly version: number;
  readonly instanceKey: string;
  readonly state: InstanceState;
  readonly dryRun: boolean;
  readonly positions: readonly Position[];
  /** What let the person in: the event with its properties, or the data that came with the entry. */
  readonly entry: { readonly name: string; readonly at: Instant; readonly data: JsonObject };
  /** What later steps may use: answers of calls, looked-up rows, events that were waited for, by node. */
  readonly results: Readonly<Record<string, Json>>;
  /** Messages of its steps: node, then the message ids in order of visits. */
  readonly messages: Readonly<Record<string, readonly number[]>>;
  readonly visits: Readonly<Record<string, number>>;
  /** What people did with the newest message of a step, until a step that waits for it has seen it. */
  readonly reacted?: Readonly<Record<string, readonly string[]>>;
  /** How many causes of Carillon's own stood before its entry, and before what moved it last, and when that was. */
  readonly caused?: { readonly entry: number; readonly newest: number; readonly at: Instant };
  readonly stepNo: number;
  /** Steps begun since something last happened to the instance; bounds what one turn may do. */
  readonly walked?: number;
  /** The id that the next new position gets. */
  readonly nextPosition: number;
  readonly enteredAt: Instant;
  /** When it is over whatever happens: the journey's timeout, or its end. */
  readonly expiresAt: Instant;
  /** When an exit rule may become true by the passing of time alone. */
  readonly checkAt?: Instant;
  readonly endedAt?: Instant;
  /** `finished`, `exit:<n>`, `stopped`, `timed-out`, `over`, `discarded`, `loop`, `error`, `forced`, `merged`... */
  readonly endReason?: string;
};

/** The earliest instant at which time moves the instance on. */
export function wakeOf(instance: JourneyInstance): Instant | undefined {
  if (instance.state === 'ended') return undefined;
  let first = Math.min(instance.expiresAt, instance.checkAt ?? instance.expiresAt);
  for (const { dueAt } of instance.positions) if (dueAt !== undefined && dueAt < first) first = dueAt;
  return first;
}
