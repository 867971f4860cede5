// Owns: what journeys mean: what a person's instance does when something happens to it or its time has come.
// Does not own: the rules of entry (admit), what is done with effects (the engine), and what is stored.
// Invariants: J1 same inputs, same outputs; no clock, no chance. J2 at most STEPS_MAX steps begin between two things that happen; then
// the instance ends with reason `loop`. J3 every effect has the key `node#visit`, which no other effect of the instance has.
// J4 a position never goes without a passage, and an instance that nothing can move any more has ended.
import type { Instant } from '../kernel/index.ts';
import { asksHistory, type StreamingRule } from '../metrics/index.ts';
import { happened, ownMessage, reactionName, resultsOf } from './awaited.ts';
import { beginStep } from './begin.ts';
import { type Draft, finish, openDraft, STEPS_MAX } from './draft.ts';
import type { Effect, Passage } from './effect.ts';
import type { GraphAwaited, GraphExit, JourneyGraph } from './graph.ts';
import type { AdvanceInput, World } from './input.ts';
import type { JourneyInstance, Position } from './instance.ts';
import { applyMove, arrive } from './move.ts';
import { resolvePosition } from './resolve.ts';

export type Advanced = {
  readonly instance: JourneyInstance;
  /** In order. When `pending` is set it is the last: apply it and call again with `continue`. */
  readonly effects: readonly Effect[];
  readonly pending?: Effect;
  readonly passages: readonly Passage[];
};

type AdvanceCall = {
  readonly graph: JourneyGraph;
  readonly instance: JourneyInstance;
  readonly input: AdvanceInput;
  readonly world: World;
  readonly now: Instant;
};

/** The only place where the meaning of journeys lives. */
export function advance(call: AdvanceCall): Advanced {
  const { instance, input } = call;
  if (instance.state === 'ended') return { instance, effects: [], passages: [] };
  const draft = openDraft(call);
  // What was done is recorded before it is asked whether it ends the instance: the effect has been applied.
  if (input.kind === 'continue') receiveAll(draft, input);
  const over = overReason(draft, input);
  if (over !== undefined) {
    finish(draft, over);
    return close(draft);
  }
  if (input.kind === 'start') arrive(draft, call.graph.start, { id: draft.nextPosition++ });
  if (input.kind === 'reaction') remember(draft, input.messageId, [reactionName(input.reaction, input.machine)]);
  if (input.kind === 'settled') remember(draft, input.messageId, resultsOf(input));
  if (input.kind !== 'continue') receiveAll(draft, input);
  beginAll(draft);
  return close(draft);
}

function receiveAll(draft: Draft, input: AdvanceInput): void {
  for (const { id } of draft.before.positions) {
    // An earlier one may have ended it, or all of them.
    const position = draft.positions.find((each) => each.id === id);
    if (position !== undefined) receive(draft, position, input);
  }
}

/** Why the instance is over before anything else is looked at. */
function overReason(draft: Draft, input: AdvanceInput): string | undefined {
  const { graph, now, before } = draft;
  if (input.kind === 'end') return input.reason;
  if (now >= before.expiresAt) return graph.endsAt !== undefined && now >= graph.endsAt ? 'over' : 'timed-out';
  const place = { instance: before, instancePath: graph.entry.instance, now };
  const exit = graph.exits.findIndex((each) =>
    each.kind === 'rule' ? isTrue(each.streaming, draft) : happened(each, input, place),
  );
  return exit < 0 ? undefined : `exit:${exit}`;
}

/** Of whom the history has to be asked nothing is known for sure: they are looked at again once it was. */
function isTrue(rule: StreamingRule, { world, now }: Draft): boolean {
  return !asksHistory(rule, world.metrics, now) && rule.test(world.facts, world.metrics, now);
}

/** Keeps what was done with a message of the journey, or became of it, if a later step may ask for it. */
function remember(draft: Draft, messageId: number, names: readonly string[]): void {
  for (const [step, ids] of Object.entries(draft.messages)) {
    if (ids.at(-1) !== messageId) continue;
    const news = names.filter((name) => draft.graph.watched.get(step)?.has(name) && !isUsedUp(draft, step, name));
    const known = draft.reacted[step] ?? [];
    const added = news.filter((name) => !known.includes(name));
    if (added.length > 0) draft.reacted = { ...draft.reacted, [step]: [...known, ...added] };
  }
}

/** Who waits for it now uses it up. */
function isUsedUp(draft: Draft, step: string, name: string): boolean {
  return draft.positions.some(
    (position) =>
      position.awaits === 'input' &&
      [...(draft.graph.nodes.get(position.node)?.awaited.values() ?? [])].some((awaited) => {
        const own = ownMessage(awaited);
        return own?.step === step && own.name === name;
      }),
  );
}

function receive(draft: Draft, position: Position, input: AdvanceInput): void {
  const node = draft.graph.nodes.get(position.node);
  // Its turn comes, and then it ends: a migration mapped it to nothing.
  if (node === undefined) return;
  if (position.awaits === 'held') {
    // Not by what happens to them: whoever lets them go may ask first whether they still fit.
    if (position.dueAt !== undefined) comeAgain(draft, position);
    return;
  }
  const move = resolvePosition(draft, node, position, input);
  if (move !== undefined) applyMove(draft, position, move);
}

/** Who was held and has been released has their turn, unless the journey is on hold again. */
function comeAgain(draft: Draft, position: Position): void {
  const { dueAt: _, ...held } = position;
  const again: Position = draft.world.paused === 'hold' ? held : { ...held, awaits: 'turn' };
  draft.positions = draft.positions.map((each) => (each.id === position.id ? again : each));
}

/** Begins the steps of all positions whose turn it is, one after the other, until an effect must be applied first. */
function beginAll(draft: Draft): void {
  while (draft.pending === undefined && draft.endReason === undefined) {
    const position = draft.positions.find((each) => each.awaits === 'turn');
    if (position === undefined) return;
    if (draft.walked >= STEPS_MAX) {
      finish(draft, 'loop');
      return;
    }
    draft.walked++;
    const node = draft.graph.nodes.get(position.node);
    if (node === undefined) applyMove(draft, position, { kind: 'end', detail: { reason: 'migrated' } });
    else applyMove(draft, position, beginStep(draft, node, position));
  }
}

/** The instance as data again. */
function close(draft: Draft): Advanced {
  const { before, now, graph, world } = draft;
  if (draft.positions.length === 0 && draft.endReason === undefined) draft.endReason = 'finished';
  const ended = draft.endReason !== undefined;
  const { reacted: _reacted, walked: _walked, checkAt: _checkAt, ...kept } = before;
  const checkAt = ended ? undefined : nextCheck(graph, world, now);
  const instance: JourneyInstance = {
    ...kept,
    state: ended ? 'ended' : draft.positions.some(({ awaits }) => awaits === 'held') ? 'held' : 'active',
    positions: draft.positions,
    results: draft.results,
    messages: draft.messages,
    visits: draft.visits,
    ...(Object.keys(draft.reacted).length > 0 && !ended ? { reacted: draft.reacted } : {}),
    stepNo: draft.stepNo,
    ...(draft.pending === undefined ? {} : { walked: draft.walked }),
    nextPosition: draft.nextPosition,
    ...(checkAt === undefined ? {} : { checkAt }),
    ...(draft.endReason === undefined ? {} : { endedAt: now, endReason: draft.endReason }),
  };
  return {
    instance,
    effects: draft.effects,
    ...(draft.pending === undefined ? {} : { pending: draft.pending }),
    passages: draft.passages,
  };
}

/** When time alone may make an exit rule true. */
function nextCheck(graph: JourneyGraph, world: World, now: Instant): Instant | undefined {
  const changes = graph.exits.flatMap((exit) =>
    exit.kind === 'rule' ? (exit.streaming.nextChange(world.facts, world.metrics, now) ?? []) : [],
  );
  // A timer that is due at once would be due for ever.
  return changes.length === 0 ? undefined : Math.max(now + 1, Math.min(...changes));
}

/** Whether the input could concern the instance; cheap, and never wrongly false. */
export function matches(graph: JourneyGraph, instance: JourneyInstance, input: AdvanceInput): boolean {
  if (instance.state === 'ended') return false;
  switch (input.kind) {
    case 'event':
      return (
        hasRuleExit(graph) ||
        awaits(graph, instance, (each) => each.kind === 'event' && each.names.includes(input.name))
      );
    case 'audience':
      return (
        hasRuleExit(graph) ||
        awaits(graph, instance, (each) => each.kind === 'audience' && each.audience === input.audience)
      );
    case 'reaction':
      return (
        hasRuleExit(graph) ||
        awaits(graph, instance, (each) => each.kind === 'reaction') ||
        isWatched(graph, instance, input.messageId)
      );
    case 'profile':
      return hasRuleExit(graph);
    case 'settled':
      return refers(instance, 'message', String(input.messageId)) || isWatched(graph, instance, input.messageId);
    case 'response':
      return refers(instance, 'response', input.callKey);
    case 'answer':
      return refers(instance, 'lookup', input.callKey);
    case 'continue':
      return refers(instance, 'outcome', input.key);
    case 'start':
    case 'timer':
    case 'end':
      return true;
  }
}

function isWatched(graph: JourneyGraph, { messages }: JourneyInstance, messageId: number): boolean {
  return Object.entries(messages).some(([step, ids]) => graph.watched.has(step) && ids.includes(messageId));
}

function hasRuleExit(graph: JourneyGraph): boolean {
  return graph.exits.some((exit) => exit.kind === 'rule');
}

function awaits(
  graph: JourneyGraph,
  instance: JourneyInstance,
  fits: (awaited: GraphAwaited | GraphExit) => boolean,
): boolean {
  if (graph.exits.some(fits)) return true;
  return instance.positions.some(
    ({ node, awaits: what }) => what === 'input' && [...(graph.nodes.get(node)?.awaited.values() ?? [])].some(fits),
  );
}

function refers(instance: JourneyInstance, what: Position['awaits'], ref: string): boolean {
  return instance.positions.some((position) => position.awaits === what && position.ref === ref);
}
