import type { Instant } from '../kernel/index.ts';
import type { Effect, Passage } from './effect.ts';
import type { JourneyGraph } from './graph.ts';
import type { AdvanceInput, World } from './input.ts';
import type { JourneyInstance } from './instance.ts';

export type Advanced = {
  readonly instance: JourneyInstance;
  /** In order. When `pending` is set it is the last: apply it and call again with `continue`. */
  readonly effects: readonly Effect[];
  readonly pending?: Effect;
  readonly passages: readonly Passage[];
};

/** The only place where the meaning of journeys lives. */
export function advance(input: {
  readonly graph: JourneyGraph;
  readonly instance: JourneyInstance;
  readonly input: AdvanceInput;
  readonly world: World;
  readonly now: Instant;
}): Advanced {
  return { instance: input.instance, effects: [], passages: [] };
}

/** Whether the input could concern the instance; cheap, and never wrongly false. */
export function matches(_graph: JourneyGraph, _instance: JourneyInstance, _input: AdvanceInput): boolean {
  return true;
}
