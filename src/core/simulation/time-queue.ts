import type { Instant } from '../kernel/index.ts';

/** Things to come, the earliest first; those of the same instant in the order in which they were put. */
export type TimeQueue<Item> = {
  readonly size: number;
  put(at: Instant, item: Item): void;
  /** When the earliest is due; undefined when there is none. */
  nextAt(): Instant | undefined;
  take(): { readonly at: Instant; readonly item: Item } | undefined;
};

type Entry<Item> = { readonly at: Instant; readonly order: number; readonly item: Item };

/** A binary heap: putting and taking cost the logarithm of what is waiting. */
export function timeQueue<Item>(): TimeQueue<Item> {
  const heap: Entry<Item>[] = [];
  let puts = 0;
  return {
    get size() {
      return heap.length;
    },
    put(at, item) {
      heap.push({ at, order: puts++, item });
      rise(heap);
    },
    nextAt: () => heap[0]?.at,
    take() {
      const [first] = heap;
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) {
        heap[0] = last;
        sink(heap);
      }
      return { at: first.at, item: first.item };
    },
  };
}

function isBefore<Item>(a: Entry<Item>, b: Entry<Item>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function rise<Item>(heap: Entry<Item>[]): void {
  let at = heap.length - 1;
  const entry = heap[at] as Entry<Item>;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above] as Entry<Item>;
    if (!isBefore(entry, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = entry;
}

function sink<Item>(heap: Entry<Item>[]): void {
  const entry = heap[0] as Entry<Item>;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const below = right < heap.length && isBefore(heap[right] as Entry<Item>, heap[left] as Entry<Item>) ? right : left;
    if (!isBefore(heap[below] as Entry<Item>, entry)) break;
    heap[at] = heap[below] as Entry<Item>;
    at = below;
  }
  heap[at] = entry;
}
