import dagre from '@dagrejs/dagre';
import type { CanvasArrow, CanvasStep } from './graph.ts';

type Point = { readonly x: number; readonly y: number };

/** Where a step and what leaves it sideways stand. */
export type PlacedStep = Point & { readonly width: number; readonly height: number };
export type Layout = {
  readonly steps: ReadonlyMap<string, PlacedStep>;
  /** The bends of an arrow that passes other steps, between its ends. */
  readonly bends: ReadonlyMap<string, readonly Point[]>;
  readonly width: number;
  readonly height: number;
};

export const STEP_WIDTH = 224;
const STEP_HEIGHT = 48;
const ACCOUNT_HEIGHT = 12;
const STEP_GAP = 36;
const RANK_GAP = 52;
/** The way of a sideways exit before its words, and the width of those by their length. */
export const EXIT_WAY = 26;
const LETTER_WIDTH = 6.4;
const EXIT_PADDING = 24;
/** What a dot at the end of the flow takes. */
export const END_WAY = 44;

/** Places steps from top to bottom so that arrows cross little, with room beside those that people leave sideways. */
export function layOut(steps: readonly CanvasStep[], arrows: readonly CanvasArrow[]): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: STEP_GAP, ranksep: RANK_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of steps) {
    const beside = roomBeside(arrows.filter(({ from, to, exit }) => from === step.id && to === null && exit !== 'end'));
    // Room on both sides keeps the steps of a column in line.
    graph.setNode(step.id, { width: STEP_WIDTH + 2 * beside, height: heightOf(step) });
  }
  const inner = arrows.filter((arrow) => arrow.to !== null && graph.hasNode(arrow.from) && graph.hasNode(arrow.to));
  for (const { id, from, to } of inner) graph.setEdge(from, to as string, { weight: 1 }, id);
  dagre.layout(graph);
  const placed = steps.map((step) => {
    const { x, y } = graph.node(step.id) as Point;
    const height = heightOf(step);
    return [step.id, { x: x - STEP_WIDTH / 2, y: y - height / 2, width: STEP_WIDTH, height }] as const;
  });
  const bends = inner.map(({ id, from, to }) => {
    const { points } = graph.edge(from, to as string, id) as { readonly points: readonly Point[] };
    return [id, points.length > 3 ? points.slice(1, -1) : []] as const;
  });
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  return { steps: new Map(placed), bends: new Map(bends), width, height };
}

function heightOf(step: CanvasStep): number {
  return STEP_HEIGHT + (step.account === undefined ? 0 : ACCOUNT_HEIGHT);
}

function roomBeside(exits: readonly CanvasArrow[]): number {
  if (exits.length === 0) return 0;
  const letters = Math.max(...exits.map(({ label = '', count }) => label.length + String(count ?? '').length + 3));
  return EXIT_WAY + EXIT_PADDING + letters * LETTER_WIDTH;
}
