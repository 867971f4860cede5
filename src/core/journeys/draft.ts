import type { Instant, Json, JsonObject } from '../kernel/index.ts';
import type { Effect, Passage } from './effect.ts';
import type { JourneyGraph, Scope } from './graph.ts';
import type { AdvanceInput, World } from './input.ts';
import type { JourneyInstance, Position } from './instance.ts';
import { scopeOf } from './values.ts';

/** An instance while one call moves it: changed in place, and handed out as data at the end. */
export type Draft = {
  readonly graph: JourneyGraph;
  readonly world: World;
  readonly now: Instant;
  readonly before: JourneyInstance;
  positions: Position[];
  results: Readonly<Record<string, Json>>;
  messages: Readonly<Record<string, readonly number[]>>;
  reacted: Readonly<Record<string, readonly string[]>>;
  readonly visits: Record<string, number>;
  stepNo: number;
  nextPosition: number;
  walked: number;
  readonly effects: Effect[];
  pending: Effect | undefined;
  readonly passages: Passage[];
  endReason: string | undefined;
};

/** What a step makes of a position. */
export type Move =
  | { readonly kind: 'leave'; readonly outlet: string; readonly detail?: JsonObject }
  /** It stays until something happens; `pending`: the turn itself waits for the outcome of the effect. */
  | {
      readonly kind: 'stay';
      readonly awaits?: Exclude<Position['awaits'], 'turn' | undefined>;
      readonly dueAt?: Instant;
      readonly ref?: string;
      readonly effect?: Effect;
      /** Added to the passage by which it came. */
      readonly detail?: JsonObject;
    }
  | { readonly kind: 'fork' }
  /** This branch is over. */
  | { readonly kind: 'end'; readonly detail?: JsonObject }
  /** The whole instance is over. */
  | { readonly kind: 'finish'; readonly reason: string };

/** Steps that one person may pass before something must happen again. */
export const STEPS_MAX = 100;
/** Branches that one instance may have at once. */
export const POSITIONS_MAX = 100;

export function openDraft(input: {
  readonly graph: JourneyGraph;
  readonly instance: JourneyInstance;
  readonly input: AdvanceInput;
  readonly world: World;
  readonly now: Instant;
}): Draft {
  const { instance } = input;
  return {
    graph: input.graph,
    world: input.world,
    now: input.now,
    before: instance,
    positions: [...instance.positions],
    results: instance.results,
    messages: instance.messages,
    reacted: instance.reacted ?? {},
    visits: { ...instance.visits },
    stepNo: instance.stepNo,
    nextPosition: instance.nextPosition,
    walked: input.input.kind === 'continue' ? (instance.walked ?? 0) : 0,
    effects: [],
    pending: undefined,
    passages: [],
    endReason: undefined,
  };
}

/** What values of steps see now. */
export function draftScope(draft: Draft): Scope {
  const { entry, instanceKey } = draft.before;
  return scopeOf(draft.graph, { entry, instanceKey, results: draft.results }, draft.world.profileId, draft.world.facts);
}

export function setResult(draft: Draft, node: string, result: Json): void {
  draft.results = { ...draft.results, [node]: result };
}

export function effectKey(position: Position): string {
  return `${position.node}#${position.visit}`;
}

export function pass(
  draft: Draft,
  position: Pick<Position, 'node'>,
  what: Passage['what'],
  more: { readonly outlet?: string; readonly detail?: JsonObject | undefined } = {},
): void {
  draft.passages.push({
    stepNo: draft.stepNo++,
    node: position.node,
    at: draft.now,
    what,
    ...(more.outlet === undefined ? {} : { outlet: more.outlet }),
    ...(more.detail === undefined || Object.keys(more.detail).length === 0 ? {} : { detail: more.detail }),
  });
}

/** Ends the instance; whoever stands somewhere leaves a trace there. */
export function finish(draft: Draft, reason: string): void {
  for (const position of draft.positions) pass(draft, position, 'ended', { detail: { reason } });
  draft.positions = [];
  draft.pending = undefined;
  draft.endReason = reason;
}
