import { type Activity, outletsOf } from './activities/index.ts';

/** An arrow between two activities that both exist. */
export type Arrow = {
  readonly from: string;
  readonly outlet: string;
  readonly to: string;
  /** Where the arrow is written, relative to its activity. */
  readonly path: string;
};

export type Activities = Readonly<Record<string, Activity>>;

/** Every arrow that leads to an activity, in the order of the definition; what leads nowhere is left out. */
export function arrowsOf(activities: Activities): Arrow[] {
  return Object.entries(activities).flatMap(([from, activity]) =>
    outletsOf(activity).flatMap(({ name, target, path }) =>
      target !== undefined && Object.hasOwn(activities, target) ? [{ from, outlet: name, to: target, path }] : [],
    ),
  );
}

/** The arrows by the activity that they lead to. */
export function inboundOf(activities: Activities): ReadonlyMap<string, readonly Arrow[]> {
  const inbound = new Map<string, Arrow[]>(Object.keys(activities).map((name) => [name, []]));
  for (const arrow of arrowsOf(activities)) inbound.get(arrow.to)?.push(arrow);
  return inbound;
}

/** The activities in an order in which every arrow points forward; those on or behind a circle are missing. */
export function orderOf(activities: Activities): string[] {
  const arrows = arrowsOf(activities);
  const missing = new Map(Object.keys(activities).map((name) => [name, 0]));
  for (const { to } of arrows) missing.set(to, (missing.get(to) ?? 0) + 1);
  const order = [...missing].filter(([, count]) => count === 0).map(([name]) => name);
  for (const name of order) {
    for (const arrow of arrows) {
      if (arrow.from !== name) continue;
      const left = (missing.get(arrow.to) ?? 0) - 1;
      missing.set(arrow.to, left);
      if (left === 0) order.push(arrow.to);
    }
  }
  return order;
}

/** Everything that lies behind an activity, itself included. */
export function downstreamOf(activities: Activities, start: string): Set<string> {
  const arrows = arrowsOf(activities);
  const reached = new Set([start]);
  for (const name of reached) {
    for (const arrow of arrows) if (arrow.from === name) reached.add(arrow.to);
  }
  return reached;
}

/** The circles in the graph, each once, as the names along it. */
export function circlesOf(activities: Activities): string[][] {
  const arrows = arrowsOf(activities);
  const ordered = new Set(orderOf(activities));
  const claimed = new Set<string>();
  const circles: string[][] = [];
  for (const name of Object.keys(activities)) {
    if (ordered.has(name) || claimed.has(name)) continue;
    const circle = wayBack(arrows, name);
    if (!circle) continue;
    for (const member of circle) claimed.add(member);
    circles.push(circle);
  }
  return circles;
}

/** The shortest way from an activity back to itself. */
function wayBack(arrows: readonly Arrow[], start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const arrow of arrows) {
      if (arrow.from !== name) continue;
      if (arrow.to === start) {
        const way = [name];
        for (let at = name; at !== start; ) {
          at = cameFrom.get(at) ?? start;
          way.unshift(at);
        }
        return way;
      }
      if (cameFrom.has(arrow.to)) continue;
      cameFrom.set(arrow.to, name);
      queue.push(arrow.to);
    }
  }
  return undefined;
}
