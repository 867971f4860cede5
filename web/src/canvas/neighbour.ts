import type { CanvasArrow } from './graph.ts';
import type { Layout } from './layout.ts';

/** The step that an arrow key leads to: down and up along the arrows, left and right to the nearest of the same row. */
export function neighbour(
  from: string,
  way: 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight',
  arrows: readonly CanvasArrow[],
  layout: Layout,
): string | undefined {
  const here = layout.steps.get(from);
  if (!here) return undefined;
  const xOf = (id: string) => layout.steps.get(id)?.x ?? 0;
  const nearest = (ids: readonly string[]) =>
    [...ids].sort((a, b) => Math.abs(xOf(a) - here.x) - Math.abs(xOf(b) - here.x))[0];
  switch (way) {
    case 'ArrowDown':
      return nearest(arrows.flatMap((arrow) => (arrow.from === from && arrow.to !== null ? [arrow.to] : [])));
    case 'ArrowUp':
      return nearest(arrows.flatMap((arrow) => (arrow.to === from ? [arrow.from] : [])));
    case 'ArrowLeft':
    case 'ArrowRight': {
      const side = way === 'ArrowLeft' ? -1 : 1;
      const row = [...layout.steps].filter(
        ([, { x, y, height }]) => (x - here.x) * side > 0 && y < here.y + here.height && y + height > here.y,
      );
      return nearest(row.map(([id]) => id));
    }
  }
}
