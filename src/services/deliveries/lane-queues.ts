import { LANES, type Lane } from '../../core/deliveries/index.ts';

/** A queue per lane, in memory. Taking from the front costs the same however long the queue is. */
export type LaneQueues<Item> = {
  add(lane: Lane, items: readonly Item[]): void;
  take(lane: Lane): Item | undefined;
  waiting(lane: Lane): number;
  /** Everything that waits and is meant, lanes with right of way first. */
  takeAll(meant?: (item: Item) => boolean): Item[];
  /** Looks at everything that waits. */
  items(): Item[];
};

export function createLaneQueues<Item>(): LaneQueues<Item> {
  const queues = { transactional: empty<Item>(), journey: empty<Item>(), campaign: empty<Item>() };
  function take(lane: Lane): Item | undefined {
    const queue = queues[lane];
    const item = queue.items[queue.next++];
    if (queue.next >= queue.items.length) queues[lane] = empty();
    return item;
  }
  return {
    add: (lane, items) => {
      for (const item of items) queues[lane].items.push(item);
    },
    take,
    waiting: (lane) => queues[lane].items.length - queues[lane].next,
    takeAll: (meant = () => true) =>
      LANES.flatMap((lane) => {
        const rest = queues[lane].items.slice(queues[lane].next);
        queues[lane] = { items: rest.filter((item) => !meant(item)), next: 0 };
        return rest.filter(meant);
      }),
    items: () => LANES.flatMap((lane) => queues[lane].items.slice(queues[lane].next)),
  };
}

function empty<Item>(): { items: Item[]; next: number } {
  return { items: [], next: 0 };
}
