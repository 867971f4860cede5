import { parseDuration } from '../kernel/index.ts';
import { asksHistory } from '../metrics/index.ts';
import { beginEmail, beginHttp, beginJump, beginLookup, beginUpdate } from './act.ts';
import { ownMessage } from './awaited.ts';
import { choosePath } from './choose.ts';
import { type Draft, effectKey, type Move, setResult } from './draft.ts';
import type { GraphNode } from './graph.ts';
import type { Position } from './instance.ts';
import { lotOf, partOf, variantOf } from './share.ts';
import type { Cap, Experiment, Split } from './steps/split.ts';
import { bestHourOf, type WaitFor } from './steps/wait.ts';
import { journeyOf } from './test-mode.ts';
import { askReactions, stayUntil, waitUntil } from './until.ts';

/** What a step makes of a position that has just come to it. */
export function beginStep(draft: Draft, node: GraphNode, position: Position): Move {
  const { step } = node;
  switch (step.type) {
    case 'condition': {
      if (asksDatabase(draft, node)) return askRules(draft, position);
      return { kind: 'leave', ...choosePath(node, step, draft, []) };
    }
    case 'split':
      return beginSplit(draft, node, step);
    case 'experiment':
      return beginExperiment(draft, node, step);
    case 'cap':
      return beginCap(draft, position, step);
    case 'wait':
      return bestHourOf(step) ? askReactions(draft, position) : waitUntil(draft, step);
    case 'wait-for':
      return beginWaitFor(draft, node, step);
    case 'email':
      return beginAction(draft, () => beginEmail(draft, node, position));
    case 'update-profile':
      return beginAction(draft, () => beginUpdate(draft, node, step, position));
    case 'http':
      return beginAction(draft, () => beginHttp(draft, node, step, position));
    case 'jump':
      return beginAction(draft, () => beginJump(draft, node, step, position));
    case 'lookup':
      return beginLookup(draft, node, step, position);
    case 'parallel':
      return { kind: 'fork' };
    case 'join':
      return { kind: 'stay', awaits: 'join' };
    case 'end':
      return { kind: 'end' };
  }
}

/** While a journey is paused nobody passes a step that acts. */
function beginAction(draft: Draft, begin: () => Move): Move {
  if (draft.world.paused === 'hold') return { kind: 'stay', awaits: 'held' };
  return draft.world.paused === 'discard' ? { kind: 'finish', reason: 'discarded' } : begin();
}

/** Of a person who did more than is remembered, live rules are asked of the history too. */
function asksDatabase({ world, now }: Draft, { rules }: GraphNode): boolean {
  for (const rule of rules.values()) {
    if (rule.kind === 'asked' || asksHistory(rule.streaming, world.metrics, now)) return true;
  }
  return false;
}

function askRules({ graph }: Draft, position: Position): Move {
  const key = effectKey(position);
  const question = { kind: 'rules', journey: graph.key, version: graph.version, node: position.node } as const;
  return { kind: 'stay', awaits: 'lookup', ref: key, effect: { kind: 'lookup', key, question } };
}

function beginSplit(draft: Draft, node: GraphNode, step: Split): Move {
  return chosenInTest(draft, node) ?? { kind: 'leave', outlet: partOf(step, lotFor(draft, node)) };
}

/** A test may say which branch everybody takes, also that of the held out. */
function chosenInTest({ graph, world }: Draft, node: GraphNode): Move | undefined {
  const outlet = graph.test && world.winners?.[node.name];
  return outlet === undefined ? undefined : { kind: 'leave', outlet, detail: { chosen: true } };
}

function lotFor({ graph, world }: Draft, node: GraphNode): number {
  return lotOf(journeyOf(graph), node.name, world.profileId);
}

function beginExperiment(draft: Draft, node: GraphNode, step: Experiment): Move {
  const chosen = chosenInTest(draft, node);
  if (chosen) return chosen;
  const winner = draft.world.winners?.[node.name] ?? step.winner;
  if (winner !== undefined && Object.hasOwn(step.then, winner)) {
    return { kind: 'leave', outlet: winner, detail: { winner: true } };
  }
  return { kind: 'leave', outlet: variantOf(step, lotFor(draft, node)) };
}

/** Who only tries takes no slot from anybody. */
function beginCap(draft: Draft, position: Position, step: Cap): Move {
  if (draft.graph.test) return { kind: 'leave', outlet: 'next', detail: { test: true } };
  if (draft.before.dryRun) return { kind: 'leave', outlet: 'next', detail: { dry_run: true } };
  const { graph } = draft;
  const key = effectKey(position);
  const name = `journey/${graph.key}/${graph.version}/${position.node}`;
  const effect = { kind: 'count', key, node: position.node, name, limit: step.people } as const;
  return { kind: 'stay', awaits: 'outcome', ref: key, effect };
}

/** A reaction to a message of this journey that came before the step did counts, once. */
function beginWaitFor(draft: Draft, node: GraphNode, step: WaitFor): Move {
  for (const [outlet, awaited] of node.awaited) {
    const own = ownMessage(awaited);
    if (own === undefined) continue;
    const known = draft.reacted[own.step] ?? [];
    if (!known.includes(own.name)) continue;
    draft.reacted = { ...draft.reacted, [own.step]: known.filter((each) => each !== own.name) };
    setResult(draft, node.name, { reaction: awaited.kind === 'reaction' ? awaited.reaction : own.name });
    return { kind: 'leave', outlet, detail: { before: true } };
  }
  if (step.timeout === undefined) return { kind: 'stay', awaits: 'input' };
  return stayUntil(draft, draft.now + (parseDuration(step.timeout) ?? 0), { awaits: 'input' });
}
