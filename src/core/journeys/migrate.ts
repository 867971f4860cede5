import type { Instant } from '../kernel/index.ts';
import { expiryOf } from './admit.ts';
import type { Passage } from './effect.ts';
import type { JourneyGraph } from './graph.ts';
import type { JourneyInstance, Position } from './instance.ts';
import { END } from './steps/index.ts';

export type Migration =
  /** Advance it with `timer` at once: steps that begin anew have their turn. */
  | { readonly kind: 'migrated'; readonly instance: JourneyInstance; readonly passages: readonly Passage[] }
  | { readonly kind: 'stays'; readonly reason: 'no-step' | 'other-branches' | 'ended' };

/**
 * Moves an instance to another version. A position stays in a step of the same name and settings; in another step, named by `mapping`
 * (old name to new, `end` to end there), or a changed one, it begins anew. Nobody moves whose step has no successor, or whose successor
 * lies in other branches. How long one may stay, and what takes one out, is what the new version says.
 */
export function migrateInstance(
  instance: JourneyInstance,
  mapping: Readonly<Record<string, string>>,
  graphs: { readonly from: JourneyGraph; readonly to: JourneyGraph },
  now: Instant,
): Migration {
  if (instance.state === 'ended') return { kind: 'stays', reason: 'ended' };
  const visits = { ...instance.visits };
  const positions: Position[] = [];
  for (const position of instance.positions) {
    const target = mapping[position.node] ?? position.node;
    const node = graphs.to.nodes.get(target);
    if (node === undefined && target !== END) return { kind: 'stays', reason: 'no-step' };
    if (node !== undefined && !isInside(position, node.inside)) return { kind: 'stays', reason: 'other-branches' };
    if (target === position.node && node !== undefined && isUnchanged(graphs, target)) {
      positions.push(position);
      continue;
    }
    const visit = (visits[target] ?? 0) + 1;
    visits[target] = visit;
    // A step that does not exist ends the branch when it begins; its passage says so.
    const { dueAt: _dueAt, awaits: _awaits, ref: _ref, why: _why, ...place } = position;
    positions.push({ ...place, node: target, visit, since: now, awaits: 'turn', dueAt: now });
  }
  const { checkAt: _checkAt, ...kept } = instance;
  const passages = arrivals(positions, { graph: graphs.to, stepNo: instance.stepNo, now });
  const moved = {
    ...kept,
    version: graphs.to.version,
    visits,
    positions,
    stepNo: instance.stepNo + passages.length,
    expiresAt: expiryOf(graphs.to, instance.enteredAt),
    ...(graphs.to.exits.some(({ kind }) => kind === 'rule') ? { checkAt: now } : {}),
  };
  return { kind: 'migrated', instance: moved, passages };
}

/** A coming to each step of the new version, also where they go on standing: its log and its counters know of them from there on. */
function arrivals(
  positions: readonly Position[],
  { graph, stepNo, now }: { readonly graph: JourneyGraph; readonly stepNo: number; readonly now: Instant },
): Passage[] {
  const arriving = positions.filter(({ node }) => graph.nodes.has(node));
  return arriving.map(({ node }, at) => ({
    stepNo: stepNo + at,
    node,
    at: now,
    what: 'entered',
    detail: { moved_to: graph.version },
  }));
}

function isInside(position: Position, inside: readonly string[]): boolean {
  const forks = position.forks?.map(({ node }) => node) ?? [];
  return forks.length === inside.length && forks.every((node, index) => node === inside[index]);
}

/** What a step is called on the canvas is nothing to who stands there. */
function isUnchanged({ from, to }: { from: JourneyGraph; to: JourneyGraph }, name: string): boolean {
  const [before, after] = [from, to].map(({ nodes }) => JSON.stringify({ ...nodes.get(name)?.step, label: undefined }));
  return before === after;
}
