import type { Node } from '@xyflow/react';
import type { CanvasArrow, CanvasStep } from './graph.ts';
import { END_WAY, EXIT_WAY, type Layout, type PlacedStep } from './layout.ts';

export type StepNode = Node<{ readonly step: CanvasStep; readonly isChosen: boolean }, 'step'>;
type Point = { readonly x: number; readonly y: number };
/** An arrow with its place. */
export type DrawnArrow = {
  readonly arrow: CanvasArrow;
  readonly from: Point;
  readonly to: Point;
  readonly bends: readonly Point[];
  readonly width: number;
  /** Where its words stand: beside a straight arrow, over one that shares its end with others, after a sideways one. */
  readonly words: Point & { readonly anchor: 'left' | 'middle' };
  readonly shape: 'down' | 'side' | 'end';
  readonly isChosen: boolean;
  /** Whence and whither, for those who do not see it. */
  readonly name: string;
};

const WIDTH_MAX = 15;
const WIDTH_MIN = 1.5;
const LABEL_AWAY = 18;

/** An arrow's width: linear in the number on it, one scale per canvas. */
export function widthOf(count: number | undefined, most: number): number {
  return count === undefined || most === 0 ? WIDTH_MIN : Math.max(WIDTH_MIN, (count / most) * WIDTH_MAX);
}

export function stepNode(step: CanvasStep, placed: PlacedStep | undefined, isChosen: boolean): StepNode {
  const { x, y } = placed ?? { x: 0, y: 0 };
  return {
    id: step.id,
    type: 'step',
    position: { x, y },
    // Placed without a transform: each would be a layer of its own to the browser, which pushes about hundreds of them less smoothly.
    style: { transform: 'none', left: x, top: y },
    data: { step, isChosen },
    width: placed?.width ?? 0,
    height: placed?.height ?? 0,
  };
}

/**
 * Arrows with their ends: what leaves one step side by side starts side by side and sums to what came in. Who leaves the flow goes
 * sideways, or down into a dot.
 */
export function drawArrows(
  arrows: readonly CanvasArrow[],
  layout: Layout,
  chosen: string | undefined,
  nameOf: (arrow: CanvasArrow) => string,
): readonly DrawnArrow[] {
  const most = Math.max(0, ...arrows.filter(({ tone }) => tone !== 'rows').map(({ count }) => count ?? 0));
  const known = arrows.filter(({ from, to }) => layout.steps.has(from) && (to === null || layout.steps.has(to)));
  const centre = (id: string) => (layout.steps.get(id)?.x ?? 0) + (layout.steps.get(id)?.width ?? 0) / 2;
  const inner = known.filter((arrow): arrow is CanvasArrow & { to: string } => arrow.to !== null);
  // Both by where the other end is, so that arrows side by side do not cross.
  const starts = sideBySide(inner, most, 'from', ({ to }) => centre(to));
  const ends = sideBySide(inner, most, 'to', ({ from }) => centre(from));
  const exits = new Map<string, number>();
  return known.map((arrow): DrawnArrow => {
    const source = layout.steps.get(arrow.from) as PlacedStep;
    const width = widthOf(arrow.count, arrow.tone === 'rows' ? (arrow.count ?? 0) : most);
    const shared = { arrow, width, isChosen: arrow.id === chosen, name: nameOf(arrow) };
    if (arrow.to === null) {
      const nth = exits.get(arrow.from) ?? 0;
      if (arrow.exit !== 'end') exits.set(arrow.from, nth + 1);
      return { ...shared, ...exitOf(source, arrow.exit ?? 'side', nth) };
    }
    const target = layout.steps.get(arrow.to) as PlacedStep;
    const start = starts.get(arrow.id) ?? { offset: 0, of: 1 };
    const end = ends.get(arrow.id) ?? { offset: 0, of: 1 };
    const from = { x: centre(arrow.from) + start.offset, y: source.y + source.height };
    const to = { x: centre(arrow.to) + end.offset, y: target.y };
    const bends = layout.bends.get(arrow.id) ?? [];
    const words = wordsOf({ from, to, bends, width, fans: start.of > 1, gathers: end.of > 1 });
    return { ...shared, from, to, bends, words, shape: 'down' };
  });
}

function exitOf(source: PlacedStep, exit: 'side' | 'end', nth: number) {
  if (exit === 'end') {
    const from = { x: source.x + source.width / 2, y: source.y + source.height };
    const to = { x: from.x, y: from.y + END_WAY };
    return {
      from,
      to,
      bends: [],
      words: { x: from.x + 14, y: from.y + END_WAY / 2, anchor: 'left' },
      shape: 'end',
    } as const;
  }
  const y = source.y + source.height / 2 + nth * 24;
  const from = { x: source.x + source.width, y };
  const to = { x: from.x + EXIT_WAY, y };
  return { from, to, bends: [], words: { ...to, anchor: 'left' }, shape: 'side' } as const;
}

function wordsOf(line: {
  readonly from: Point;
  readonly to: Point;
  readonly bends: readonly Point[];
  readonly width: number;
  readonly fans: boolean;
  readonly gathers: boolean;
}): DrawnArrow['words'] {
  const { from, to, bends } = line;
  if (line.fans && line.gathers) {
    const bend = bends[Math.floor(bends.length / 2)];
    return bend ? { ...bend, anchor: 'middle' } : { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, anchor: 'middle' };
  }
  if (line.fans) return { x: to.x, y: to.y - LABEL_AWAY, anchor: 'middle' };
  if (line.gathers) return { x: from.x, y: from.y + LABEL_AWAY, anchor: 'middle' };
  return { x: from.x + line.width / 2 + 6, y: from.y + (to.y - from.y) / 2, anchor: 'left' };
}

/** How far each arrow stands from the middle of the step that it shares with others. */
function sideBySide(
  arrows: readonly (CanvasArrow & { readonly to: string })[],
  most: number,
  end: 'from' | 'to',
  order: (arrow: CanvasArrow & { readonly to: string }) => number,
): ReadonlyMap<string, { readonly offset: number; readonly of: number }> {
  const places = new Map<string, { offset: number; of: number }>();
  for (const step of new Set(arrows.map((arrow) => arrow[end]))) {
    const together = arrows.filter((arrow) => arrow[end] === step);
    const widths = together.map(({ count }) => widthOf(count, most));
    let at = -widths.reduce((sum, width) => sum + width, 0) / 2;
    for (const arrow of [...together].sort((a, b) => order(a) - order(b))) {
      const width = widthOf(arrow.count, most);
      places.set(arrow.id, { offset: at + width / 2, of: together.length });
      at += width;
    }
  }
  return places;
}

/** A smooth way down through the bends. */
export function pathOf({ from, to, bends, shape }: DrawnArrow): string {
  if (shape !== 'down') return `M${from.x} ${from.y}L${to.x} ${to.y}`;
  let [x, y] = [from.x, from.y];
  let path = `M${x} ${y}`;
  for (const point of [...bends, to]) {
    const middle = (y + point.y) / 2;
    path += `C${x} ${middle} ${point.x} ${middle} ${point.x} ${point.y}`;
    [x, y] = [point.x, point.y];
  }
  return path;
}
