import type { JsonObject } from '../kernel/index.ts';
import { type Draft, finish, type Move, POSITIONS_MAX, pass } from './draft.ts';
import type { Position } from './instance.ts';

/** Puts into effect what a step made of a position. */
export function applyMove(draft: Draft, position: Position, move: Move): void {
  switch (move.kind) {
    case 'leave':
      leave(draft, position, move.outlet, move.detail);
      break;
    case 'fork':
      fork(draft, position);
      break;
    case 'end':
      pass(draft, position, 'ended', { detail: move.detail });
      remove(draft, position);
      closeJoins(draft);
      break;
    case 'finish':
      finish(draft, move.reason);
      break;
    case 'stay':
      stay(draft, position, move);
      break;
  }
}

function stay(draft: Draft, position: Position, move: Extract<Move, { kind: 'stay' }>): void {
  const { id, node, visit, since, forks } = position;
  const isTold = move.detail === undefined || explainEntry(draft, node, move.detail);
  replace(draft, {
    id,
    node,
    visit,
    since,
    ...(move.dueAt === undefined ? {} : { dueAt: move.dueAt }),
    ...(move.awaits === undefined ? {} : { awaits: move.awaits }),
    ...(move.ref === undefined ? {} : { ref: move.ref }),
    ...(isTold || move.detail === undefined ? {} : { why: move.detail }),
    ...(forks === undefined ? {} : { forks }),
  });
  if (move.effect) draft.effects.push(move.effect);
  if (move.awaits === 'outcome') draft.pending = move.effect;
  if (move.awaits === 'join') closeJoins(draft);
}

/** Says more of the newest coming to a step: what it came to is known once the step has begun. False when that is written down already. */
function explainEntry(draft: Draft, node: string, detail: JsonObject): boolean {
  const at = draft.passages.findLastIndex((passage) => passage.node === node && passage.what === 'entered');
  const passage = draft.passages[at];
  if (passage) draft.passages[at] = { ...passage, detail };
  return passage !== undefined;
}

function leave(draft: Draft, position: Position, outlet: string, detail: JsonObject | undefined): void {
  pass(draft, position, 'left', { outlet, detail });
  remove(draft, position);
  const target = draft.graph.nodes.get(position.node)?.outlets.get(outlet);
  if (target !== undefined) arrive(draft, target, position);
  closeJoins(draft);
}

/** A position comes to a step, which begins when its turn comes. */
export function arrive(draft: Draft, node: string, from: Pick<Position, 'id' | 'forks'>): void {
  const visit = (draft.visits[node] ?? 0) + 1;
  draft.visits[node] = visit;
  const { id, forks } = from;
  draft.positions.push({
    id,
    node,
    visit,
    since: draft.now,
    awaits: 'turn',
    ...(forks === undefined || forks.length === 0 ? {} : { forks }),
  });
  pass(draft, { node }, 'entered');
}

function fork(draft: Draft, position: Position): void {
  const outlets = draft.graph.nodes.get(position.node)?.outlets ?? new Map<string, string | undefined>();
  remove(draft, position);
  for (const branch of outlets.keys()) pass(draft, position, 'left', { outlet: branch });
  for (const [branch, target] of outlets) {
    if (target === undefined) continue;
    const forks = [...(position.forks ?? []), { node: position.node, visit: position.visit, branch }];
    arrive(draft, target, { id: draft.nextPosition++, forks });
  }
  if (draft.positions.length > POSITIONS_MAX) finish(draft, 'loop');
  else closeJoins(draft);
}

function remove(draft: Draft, position: Position): void {
  draft.positions = draft.positions.filter(({ id }) => id !== position.id);
}

function replace(draft: Draft, position: Position): void {
  draft.positions = draft.positions.map((each) => (each.id === position.id ? position : each));
}

/** Lets every join go on for which nobody is left to wait. */
function closeJoins(draft: Draft): void {
  for (let again = true; again; ) {
    again = false;
    for (const position of draft.positions) {
      if (position.awaits !== 'join' || !closeJoin(draft, position)) continue;
      again = true;
      break;
    }
  }
}

/** Lets a join go on once every branch of its parallel has come to a join or ended. Returns whether it did. */
function closeJoin(draft: Draft, position: Position): boolean {
  const closing = position.forks?.at(-1);
  const node = draft.graph.nodes.get(position.node);
  const branches = closing === undefined ? [position] : draft.positions.filter((each) => isOf(each, closing));
  const waiting = branches.filter((each) => each.awaits === 'join' && isSame(each.forks?.at(-1), closing));
  const any = node?.step.type === 'join' && node.step.wait_for === 'any';
  if (!any && waiting.length < branches.length) return false;
  const arrived = waiting.filter((each) => each.node === position.node);
  for (const branch of any ? branches : arrived) {
    if (branch.id === position.id) continue;
    const detail = arrived.includes(branch) ? { reason: 'joined' } : { reason: 'overtaken', join: position.node };
    pass(draft, branch, 'ended', { detail });
    remove(draft, branch);
  }
  pass(draft, position, 'left', { outlet: 'next' });
  remove(draft, position);
  const target = node?.outlets.get('next');
  const { id, forks } = position;
  if (target !== undefined) arrive(draft, target, forks === undefined ? { id } : { id, forks: forks.slice(0, -1) });
  return true;
}

type Fork = { readonly node: string; readonly visit: number };

function isSame(a: Fork | undefined, b: Fork | undefined): boolean {
  return a?.node === b?.node && a?.visit === b?.visit;
}

function isOf(position: Position, fork: Fork): boolean {
  return position.forks?.some((each) => isSame(each, fork)) ?? false;
}
