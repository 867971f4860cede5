import type { Layout, PlacedStep } from './layout.ts';

/** A room on the screen, in pixels. */
export type Room = { readonly width: number; readonly height: number };
/** Where the corner of the graph stands in its room, and how large the graph is drawn. */
export type Sight = { readonly x: number; readonly y: number; readonly zoom: number };

export const ZOOM_MIN = 0.05;
const ZOOM_READABLE = 0.7;
const MARGIN = 28;
/** In a room with plenty of height a graph still begins near the top. */
const TOP_MAX = 80;

/**
 * What is seen of a graph first: everything when that can be read, else in a readable size its beginning, or the step that somebody
 * chose.
 */
export function firstSight(layout: Layout, room: Room, chosen: string | undefined): Sight {
  const whole = zoomOfWhole(layout, room);
  const zoom = Math.max(whole, ZOOM_READABLE);
  const step = chosen === undefined ? undefined : layout.steps.get(chosen);
  const spare = (room.height - layout.height * zoom) / 2;
  const top = Math.min(spare > 0 ? spare : MARGIN, TOP_MAX);
  const toStep = step && whole < zoom ? room.height / 2 - centreOf(step).y * zoom : top;
  return { x: left(layout, room, zoom, step), y: Math.min(top, toStep), zoom };
}

/** Everything, however small it gets. */
export function wholeSight(layout: Layout, room: Room): Sight {
  const zoom = Math.max(zoomOfWhole(layout, room), ZOOM_MIN);
  return { x: (room.width - layout.width * zoom) / 2, y: (room.height - layout.height * zoom) / 2, zoom };
}

/** Whether two sights look the same to the eye. */
export function isSameSight(one: Sight, other: Sight): boolean {
  return Math.abs(one.x - other.x) < 1 && Math.abs(one.y - other.y) < 1 && Math.abs(one.zoom - other.zoom) < 0.005;
}

function zoomOfWhole(layout: Layout, room: Room): number {
  return Math.min((room.width - 2 * MARGIN) / layout.width, (room.height - 2 * MARGIN) / layout.height, 1);
}

/** A graph that is wider than its room shows the step that is looked at, or the one that it begins with, in the middle. */
function left(layout: Layout, room: Room, zoom: number, step: PlacedStep | undefined): number {
  const shown = step ?? topmost(layout);
  const middle = shown && layout.width * zoom > room.width ? centreOf(shown).x : layout.width / 2;
  return room.width / 2 - middle * zoom;
}

function topmost({ steps }: Layout): PlacedStep | undefined {
  let first: PlacedStep | undefined;
  for (const step of steps.values()) if (!first || step.y < first.y) first = step;
  return first;
}

function centreOf({ x, y, width, height }: PlacedStep): { readonly x: number; readonly y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}
